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
 * A message that failed is due when its back-off is over, counted from its failure; or comes to rest at once.
 *
 * <p>Where the failure time that was told is further behind the timestamp of the record than the longest wait, the message is
 * an old one, or somebody made that time up. Such a record is refused if it has to wait for more than twice the longest wait
 * when it is first read. Its class is told by its timestamp, so that it is one to hop, as {@link Limit} requires, unless it is
 * due within the horizon of its timestamp, and so soon in any case.
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

    /** The policies of a topic for which this is the current one. */
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
        // what goes out is always written as the current version reads it
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
