/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.RecordSize;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decides when a failed message is due: when its back-off is over, counted from its failure. A message that is not tried
 * again goes to the dead letter topic at once.
 *
 * <p>If the failure time in the headers is later than the record's timestamp by more than the longest wait, the message is
 * old, or the time is forged. Such a record is refused if it has to wait for more than twice the longest wait when it is
 * first read. Its class depends on its timestamp, so that it is a record to hop, as {@link Limit} requires, unless it is
 * due within the horizon of its timestamp, and so is due soon in any case.
 */
final class RetryPolicy implements Policy<ConsumerRecord<byte[], byte[]>, Outgoing> {

    private final RetrySettings settings;
    private final String settingsText;
    private final RetryRules rules;
    private final FailureReader failures;
    private final Limit limit;
    private final RetryOutputs outputs;

    RetryPolicy(RetrySettings settings, RetryOutputs outputs) {
        this.outputs = outputs;
        this.settings = settings;
        this.settingsText = settings.text();
        this.rules = new RetryRules(settings);
        this.failures = settings.failures();
        this.limit =
                new Limit("twice backoff.max", 2 * Math.min(settings.backoff().maxMs(), Long.MAX_VALUE / 2));
    }

    /** The policies of a topic with this one as the current policy. */
    Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies() {
        return Policies.of(this, earlier -> new RetryPolicy(RetrySettings.parse(earlier), outputs));
    }

    @Override
    public String settings() {
        return settingsText;
    }

    @Override
    public long horizonMs() {
        return settings.horizonMs();
    }

    @Override
    public Entry<Outgoing> judge(ConsumerRecord<byte[], byte[]> record) {
        Failure failure = failures.read(record);
        Verdict verdict = rules.judge(failure);
        // outgoing records are always written in the form that the current version reads
        Failure sent = failures.equals(outputs.failures())
                ? failure
                : outputs.failures().read(record);
        Outgoing message = new FailedMessage(record, sent, verdict.attempt(), verdict.rest(), outputs);
        int held = RecordSize.held(record);
        if (verdict.rest() != null) {
            return Entry.refused(record.offset(), failure.failureMs(), held, message);
        }
        return settings.reading().limitsWaits() && isFarBehindTimestamp(failure, record)
                ? Entry.at(record.offset(), record.timestamp(), verdict.dueMs(), limit, held, message)
                : Entry.due(record.offset(), failure.failureMs(), verdict.dueMs(), held, message);
    }

    private boolean isFarBehindTimestamp(Failure failure, ConsumerRecord<byte[], byte[]> message) {
        return failure.failureMs() - Math.max(0, message.timestamp())
                > settings.backoff().maxMs();
    }
}
