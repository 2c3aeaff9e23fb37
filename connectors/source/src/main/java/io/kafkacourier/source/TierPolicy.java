/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.schedule.Reason;
import io.kafkacourier.schedule.Refusal;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Judges the messages of a tier by the headers they were given on their way there. One without them was not written by
 * the connector, and is refused.
 */
public record TierPolicy(long horizonMs) implements Policy<ConsumerRecord<byte[], byte[]>> {

    /** Begins the settings of every tier, and those of no input. */
    public static final String SETTINGS_PREFIX = "tier&horizon=";

    /** The policies of a tier for which this is the current one. */
    public Policies<ConsumerRecord<byte[], byte[]>> policies() {
        return Policies.of(this, TierPolicy::parse);
    }

    /**
     * Reads the settings of a tier.
     *
     * @throws IllegalArgumentException where the text is not one of {@link #settings}
     */
    public static TierPolicy parse(String settings) {
        if (!settings.startsWith(SETTINGS_PREFIX)) {
            throw new IllegalArgumentException("settings " + settings + " do not begin with " + SETTINGS_PREFIX);
        }
        return new TierPolicy(Long.parseLong(settings.substring(SETTINGS_PREFIX.length())));
    }

    @Override
    public String settings() {
        return SETTINGS_PREFIX + horizonMs;
    }

    @Override
    public Entry<ConsumerRecord<byte[], byte[]>> judge(ConsumerRecord<byte[], byte[]> message) {
        MessageHeaders headers = new KafkaMessageHeaders(message.headers());
        long dueMs = HeaderNumber.of(headers, HeaderNames.HOP_DUE);
        long releaseMs = HeaderNumber.of(headers, HeaderNames.HOP_RELEASE);
        long longestStayMs = longestStayMs(message.topic());
        int bytes = RecordSize.held(message);
        if (dueMs < 0
                || releaseMs < 0
                || (releaseMs > dueMs && !staysBlocked(headers, dueMs, releaseMs, longestStayMs))) {
            Refusal refusal = new Refusal(
                    Reason.UNREADABLE_DUE_TIME,
                    "is in a tier without the headers " + HeaderNames.HOP_DUE + " and " + HeaderNames.HOP_RELEASE
                            + ", or with a release after it is due and no header " + HeaderNames.HOP_BLOCKED
                            + " that tells why");
            return Entry.refused(message.offset(), message.timestamp(), refusal, bytes, message);
        }
        long sequence = HeaderNumber.of(headers, HeaderNames.ORIGIN_OFFSET);
        int attempt = (int) Math.max(0, HeaderNumber.of(headers, HeaderNames.RETRY_ATTEMPT));
        return Entry.inTier(message.offset(), sequence, releaseMs, longestStayMs, dueMs, attempt, bytes, message);
    }

    /**
     * Whether a message stays beyond its due time since its target could not take it: from a time at which it was due, and
     * no longer than messages stay in a tier of that name.
     */
    private static boolean staysBlocked(MessageHeaders headers, long dueMs, long releaseMs, long longestStayMs) {
        long blockedMs = HeaderNumber.of(headers, HeaderNames.HOP_BLOCKED);
        return blockedMs >= dueMs && releaseMs >= blockedMs && releaseMs - blockedMs <= longestStayMs;
    }

    /** The longest that the name of a tier says, beyond all bounds if it says nothing: messages may stay shorter. */
    private static long longestStayMs(String tier) {
        OptionalLong seconds = TierNames.secondsAtEnd(tier);
        return seconds.isPresent() ? TimeUnit.SECONDS.toMillis(seconds.getAsLong()) : Long.MAX_VALUE;
    }
}
