/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Policy;
import io.kafkacourier.source.message.FromTier;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.message.Refusal;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Judges the messages of a tier by the headers that they got on their way there. The connector did not write a message
 * without these headers, and refuses it.
 */
public final class TierPolicy implements Policy<ConsumerRecord<byte[], byte[]>, Outgoing> {

    /** The beginning of the settings of every tier, and of no input. */
    private static final String SETTINGS_PREFIX = "tier&horizon=";

    private final long horizonMs;
    private final FromTier messages;

    /** @param messages makes a message from each record */
    public TierPolicy(long horizonMs, FromTier messages) {
        this.horizonMs = horizonMs;
        this.messages = messages;
    }

    /** The policies of a tier with this one as the current policy. */
    public Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies() {
        return Policies.of(this, earlier -> new TierPolicy(horizonMs(earlier), messages));
    }

    /** Whether settings belong to a tier, and not to an input. */
    public static boolean isSettings(String settings) {
        return settings.startsWith(SETTINGS_PREFIX);
    }

    /**
     * The horizon in the settings of a tier, in milliseconds.
     *
     * @throws IllegalArgumentException if the text is not one of {@link #settings}
     */
    public static long horizonMs(String settings) {
        if (!isSettings(settings)) {
            throw new IllegalArgumentException("settings " + settings + " do not begin with " + SETTINGS_PREFIX);
        }
        return Long.parseLong(settings.substring(SETTINGS_PREFIX.length()));
    }

    @Override
    public String settings() {
        return SETTINGS_PREFIX + horizonMs;
    }

    @Override
    public long horizonMs() {
        return horizonMs;
    }

    @Override
    public Entry<Outgoing> judge(ConsumerRecord<byte[], byte[]> message) {
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
                            + " that gives the reason");
            return Entry.refused(message.offset(), message.timestamp(), bytes, messages.message(message, refusal));
        }
        long sequence = HeaderNumber.of(headers, HeaderNames.ORIGIN_OFFSET);
        return Entry.inTier(
                message.offset(), sequence, releaseMs, longestStayMs, dueMs, bytes, messages.message(message, null));
    }

    /**
     * Whether a message stays beyond its due time because its target did not accept it: from a time at which it was due,
     * and no longer than messages stay in a tier of that name.
     */
    private static boolean staysBlocked(MessageHeaders headers, long dueMs, long releaseMs, long longestStayMs) {
        long blockedMs = HeaderNumber.of(headers, HeaderNames.HOP_BLOCKED);
        return blockedMs >= dueMs && releaseMs >= blockedMs && releaseMs - blockedMs <= longestStayMs;
    }

    /** The longest stay in a tier by its name, unlimited if the name contains none: messages may stay shorter. */
    private static long longestStayMs(String tier) {
        OptionalLong seconds = TierNames.secondsAtEnd(tier);
        return seconds.isPresent() ? TimeUnit.SECONDS.toMillis(seconds.getAsLong()) : Long.MAX_VALUE;
    }
}
