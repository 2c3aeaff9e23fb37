/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.source.RecordSize;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A message that failed is due when its back-off is over, counted from its failure; or comes to rest at once. */
final class RetryPolicy implements Policy<ConsumerRecord<byte[], byte[]>> {

    private final RetrySettings settings;
    private final String settingsText;
    private final RetryRules rules;
    private final FailureReader failures;

    RetryPolicy(RetrySettings settings) {
        this.settings = settings;
        this.settingsText = settings.text();
        this.rules = new RetryRules(settings);
        this.failures = settings.failures();
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
        return verdict.rest() == null
                ? Entry.due(message.offset(), failure.failureMs(), verdict.dueMs(), verdict.attempt(), bytes, message)
                : Entry.refused(message.offset(), failure.failureMs(), verdict.rest(), bytes, message);
    }
}
