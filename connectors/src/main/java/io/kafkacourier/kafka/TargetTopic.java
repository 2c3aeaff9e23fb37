/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

/** What is known of a topic that records are to be sent to. */
public sealed interface TargetTopic {

    /** There is no such topic. */
    record Absent() implements TargetTopic {}

    /**
     * There is no such topic, and the cluster refused to create it.
     *
     * @param cause what it said
     */
    record Uncreatable(String cause) implements TargetTopic {}

    /** We may not look at it, or not write to it. */
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

        /** How far within a bound a moved timestamp is: the broker judges it later, and by a clock of its own. */
        private static final long MARGIN_MS = 60_000;

        /** The time closest to {@code timestampMs} that the topic surely takes at {@code nowMs}; both in epoch ms. */
        public long takenTimestampMs(long timestampMs, long nowMs) {
            long age = within(maxAgeMs);
            long ahead = within(maxAheadMs);
            long earliest = Math.max(0, nowMs - Math.min(nowMs, age));
            long latest = ahead > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + ahead;
            return Math.max(earliest, Math.min(latest, timestampMs));
        }

        private static long within(long bound) {
            return bound == Long.MAX_VALUE ? bound : bound - Math.min(bound / 2, MARGIN_MS);
        }
    }
}
