/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.Refusal;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records that a retry connector sends: a retry to the retry topic or back to the original topic, with the
 * failure history in its headers, or a dead letter with the reason. If a record is too large, the stack trace is left out
 * first, then the history. A dead letter then loses its value, and finally everything except the position of the original
 * message.
 *
 * @param rules the rules of the current configuration
 * @param failures reads records as the current version does
 */
record RetryOutputs(RetryTarget target, RetryRules rules, StoryHeaders story, FailureReader failures) {

    /** Why a message is too late to be tried again at that time, epoch ms; null if it is not. */
    @Nullable
    Refusal expired(Failure failure, long nowMs) {
        return rules.isExpired(failure, nowMs)
                ? new Refusal(Reason.EXPIRED, "could not be tried again within expire.after after its first failure")
                : null;
    }

    /** The draft for a tier. It keeps the last error, in case the retry cannot take place. */
    Draft held(ConsumerRecord<byte[], byte[]> record, ConnectHeaders headers) {
        return Draft.of(record.key(), record.value(), headers)
                .or(() -> Draft.of(record.key(), record.value(), StoryHeaders.withoutStacktrace(headers)))
                .or(() -> Draft.of(record.key(), record.value(), StoryHeaders.withoutHistory(headers)));
    }

    /** The draft for the retry. It has no last error, so that an error that is found on it later is a new one. */
    Draft delivered(ConsumerRecord<byte[], byte[]> record, ConnectHeaders headers) {
        ConnectHeaders fresh = StoryHeaders.withoutLastError(headers);
        return Draft.of(record.key(), record.value(), fresh)
                .or(() -> Draft.of(record.key(), record.value(), StoryHeaders.withoutHistory(fresh)));
    }

    /** The draft for the dead letter topic. */
    Draft deadLetter(ConsumerRecord<byte[], byte[]> record, Failure failure, Refusal refusal) {
        Reason reason = refusal.reason();
        ConnectHeaders headers = story.rest(record, failure, rules.mostRetries(failure), reason);
        return Draft.of(record.key(), record.value(), headers)
                .or(() -> Draft.of(record.key(), record.value(), StoryHeaders.withoutStacktrace(headers)))
                .or(() -> Draft.of(record.key(), record.value(), StoryHeaders.withoutHistory(headers)))
                .or(() -> Draft.of(record.key(), null, StoryHeaders.withoutValue(headers)))
                .or(() -> Draft.of(null, null, StoryHeaders.pointer(failure, reason)));
    }
}
