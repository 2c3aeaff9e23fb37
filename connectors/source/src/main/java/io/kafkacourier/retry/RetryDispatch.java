/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.source.OutgoingHeaders.isOurs;

import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import io.kafkacourier.source.Dispatch;
import io.kafkacourier.source.Draft;
import io.kafkacourier.source.OutgoingHeaders;
import io.kafkacourier.source.Target;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A message goes to the retry topic, or back to where it first was, with its whole story in its headers; refused, it is a
 * dead letter with the reason. Where that is too large, the stack trace goes first, then the history; of a dead letter then
 * its value, and in the end everything but where the message is to be found. For one thread at a time.
 */
final class RetryDispatch implements Dispatch {

    private final RetryTarget target;
    private final RetryRules rules;
    private final StoryHeaders story;
    private final FailureReader failures;

    private @Nullable ConsumerRecord<byte[], byte[]> lastRead;
    private @Nullable Failure lastFailure;

    RetryDispatch(RetryTarget target, RetryRules rules, StoryHeaders story, FailureReader failures) {
        this.target = target;
        this.rules = rules;
        this.story = story;
        this.failures = failures;
    }

    @Override
    public @Nullable Target target(ConsumerRecord<byte[], byte[]> message, boolean fromTier) {
        return target.of(failure(message, fromTier));
    }

    @Override
    public @Nullable Refusal refuse(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long nowMs) {
        return rules.isExpired(failure(message, fromTier), nowMs)
                ? new Refusal(Reason.EXPIRED, "could not be tried again within expire.after of its first failure")
                : null;
    }

    /** With the last error, for the case that the retry cannot come. */
    @Override
    public Draft held(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs) {
        ConnectHeaders headers = again(message, fromTier, dueMs);
        return new Draft(
                message.key(),
                message.value(),
                headers,
                () -> new Draft(
                        message.key(),
                        message.value(),
                        StoryHeaders.withoutStacktrace(headers),
                        () -> Draft.of(message.key(), message.value(), StoryHeaders.withoutHistory(headers))));
    }

    /** Without the last error, so that whatever error is found on it later is a new one. */
    @Override
    public Draft delivered(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs) {
        ConnectHeaders headers = StoryHeaders.withoutLastError(again(message, fromTier, dueMs));
        return new Draft(
                message.key(),
                message.value(),
                headers,
                () -> Draft.of(message.key(), message.value(), StoryHeaders.withoutHistory(headers)));
    }

    private ConnectHeaders again(ConsumerRecord<byte[], byte[]> message, boolean fromTier, long dueMs) {
        Failure failure = failure(message, fromTier);
        return fromTier
                ? OutgoingHeaders.of(message, name -> !isOurs(name))
                : story.again(message, failure, failure.retries() + 1, rules.mostRetries(failure), dueMs);
    }

    @Override
    public Draft refused(ConsumerRecord<byte[], byte[]> message, boolean fromTier, Refusal refusal) {
        Failure failure = failure(message, fromTier);
        Reason reason = refusal.reason();
        ConnectHeaders headers = story.rest(message, failure, rules.mostRetries(failure), reason);
        return new Draft(
                message.key(),
                message.value(),
                headers,
                () -> new Draft(
                        message.key(),
                        message.value(),
                        StoryHeaders.withoutStacktrace(headers),
                        () -> new Draft(
                                message.key(),
                                message.value(),
                                StoryHeaders.withoutHistory(headers),
                                () -> new Draft(
                                        message.key(),
                                        null,
                                        StoryHeaders.withoutValue(headers),
                                        () -> Draft.of(null, null, StoryHeaders.pointer(failure, reason))))));
    }

    @Override
    public int mostAddedBytes() {
        return story.mostBytes();
    }

    /** What became of a message, which is asked for several times in a row. */
    private Failure failure(ConsumerRecord<byte[], byte[]> message, boolean fromTier) {
        if (lastFailure == null || message != lastRead) {
            lastFailure = fromTier ? failures.readWaiting(message) : failures.read(message);
            lastRead = message;
        }
        return lastFailure;
    }
}
