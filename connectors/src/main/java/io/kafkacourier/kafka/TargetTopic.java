/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

/** What is known of a topic that records are to be sent to. */
public sealed interface TargetTopic {

    /** There is no such topic. */
    record Absent() implements TargetTopic {}

    /** We may not even look at it. */
    record Denied() implements TargetTopic {}

    /**
     * It exists, and takes records within these bounds.
     *
     * @param maxMessageBytes its {@code max.message.bytes}
     * @param needsKey whether its {@code cleanup.policy} compacts, so that a record without a key is rejected
     * @param maxAgeMs its {@code message.timestamp.before.max.ms}
     * @param maxAheadMs its {@code message.timestamp.after.max.ms}
     */
    record Present(int maxMessageBytes, boolean needsKey, long maxAgeMs, long maxAheadMs) implements TargetTopic {

        /** Kafka's defaults, for a topic whose settings cannot be read. */
        public static final Present WITH_DEFAULTS = new Present(1_048_588, false, Long.MAX_VALUE, 3_600_000);

        /** The time closest to {@code timestampMs} that the topic takes at {@code nowMs}; both in epoch ms. */
        public long takenTimestampMs(long timestampMs, long nowMs) {
            long earliest = Math.max(0, nowMs - Math.min(nowMs, maxAgeMs));
            long latest = maxAheadMs > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + maxAheadMs;
            return Math.max(earliest, Math.min(latest, timestampMs));
        }
    }
}
