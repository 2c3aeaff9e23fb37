/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.source.RecordSize;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A message that failed is due when its back-off is over, counted from its failure; or comes to rest at once.
 *
 * <p>Where the failure time that was told is further behind the timestamp of the record than the longest wait, the message is
 * an old one, or somebody made that time up. Such a record is refused if it has to wait for more than twice the longest wait
 * when it is first read. Its class is told by its timestamp, so that it is one to hop, as {@link Limit} requires, unless it is
 * due within the horizon of its timestamp, and so soon in any case.
 */
final class RetryPolicy implements Policy<ConsumerRecord<byte[], byte[]>> {

    private final RetrySettings settings;
    private final String settingsText;
    private final RetryRules rules;
    private final FailureReader failures;
    private final Limit limit;

    RetryPolicy(RetrySettings settings) {
        this.settings = settings;
        this.settingsText = settings.text();
        this.rules = new RetryRules(settings);
        this.failures = settings.failures();
        this.limit =
                new Limit("twice backoff.max", 2 * Math.min(settings.backoff().maxMs(), Long.MAX_VALUE / 2));
    }

    /** The policies of a topic for which this is the current one. */
    Policies<ConsumerRecord<byte[], byte[]>> policies() {
        return Policies.of(this, earlier -> new RetryPolicy(RetrySettings.parse(earlier)));
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
    public Entry<ConsumerRecord<byte[], byte[]>> judge(ConsumerRecord<byte[], byte[]> message) {
        Failure failure = failures.read(message);
        Verdict verdict = rules.judge(failure);
        int bytes = RecordSize.held(message);
        if (verdict.rest() != null) {
            return Entry.refused(message.offset(), failure.failureMs(), verdict.rest(), bytes, message);
        }
        return settings.reading().limitsWaits() && isFarBehindTimestamp(failure, message)
                ? Entry.at(
                        message.offset(),
                        message.timestamp(),
                        verdict.dueMs(),
                        limit,
                        verdict.attempt(),
                        bytes,
                        message)
                : Entry.due(message.offset(), failure.failureMs(), verdict.dueMs(), verdict.attempt(), bytes, message);
    }

    private boolean isFarBehindTimestamp(Failure failure, ConsumerRecord<byte[], byte[]> message) {
        return failure.failureMs() - Math.max(0, message.timestamp())
                > settings.backoff().maxMs();
    }
}
