/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The known state of a topic that records are to be sent to. */
public sealed interface TargetTopic {

    /** There is no such topic. */
    record Absent() implements TargetTopic {}

    /**
     * There is no such topic, and the cluster refused to create it.
     *
     * @param cause the cluster's message
     */
    record Uncreatable(String cause) implements TargetTopic {}

    /** The client may not describe it, or not write to it. */
    record Denied() implements TargetTopic {}

    /**
     * Nothing is certain at the moment; ask again later.
     *
     * @param obstacle {@link Obstacle#UNCONFIRMED} or {@link Obstacle#NO_ANSWER}; {@link Obstacle#MISSING} if it must
     *     be created, and the cluster cannot do so at the moment
     */
    record Unsure(Obstacle obstacle) implements TargetTopic {}

    /**
     * The compression that the broker applies to the records of a topic.
     *
     * @param type its {@code compression.type}
     * @param level its {@code compression.<type>.level}; null if the cluster does not report it, or the type has none
     */
    record Compression(String type, @Nullable Integer level) {

        /** The topic keeps the compression that its producers chose. */
        public static final Compression BY_PRODUCER = new Compression("producer", null);
    }

    /**
     * It exists, and accepts records within these bounds, in all partitions without an obstacle.
     *
     * @param maxMessageBytes its {@code max.message.bytes}
     * @param needsKey whether its {@code cleanup.policy} compacts, so that a record without a key is rejected
     * @param maxAgeMs its {@code message.timestamp.before.max.ms}
     * @param maxAheadMs its {@code message.timestamp.after.max.ms}
     * @param compression the compression that the broker applies
     * @param isTold whether the cluster reported these settings; otherwise they are Kafka's defaults
     * @param partitions the number of partitions; 0 if unknown
     * @param obstacles the partitions that accept no records at the moment, and why
     */
    record Present(
            int maxMessageBytes,
            boolean needsKey,
            long maxAgeMs,
            long maxAheadMs,
            Compression compression,
            boolean isTold,
            int partitions,
            Map<Integer, Obstacle> obstacles)
            implements TargetTopic {

        /** Kafka's defaults, for a topic whose settings are not known. */
        public static final Present WITH_DEFAULTS = new Present(1_048_588, false, Long.MAX_VALUE, 3_600_000);

        /** The distance of a moved timestamp from a bound, because the broker checks it later, and by its own clock. */
        private static final long MARGIN_MS = 60_000;

        public Present {
            obstacles = Map.copyOf(obstacles);
        }

        /** A topic with these settings, whose partitions all accept records. */
        public Present(int maxMessageBytes, boolean needsKey, long maxAgeMs, long maxAheadMs) {
            this(maxMessageBytes, needsKey, maxAgeMs, maxAheadMs, Compression.BY_PRODUCER, true, 0, Map.of());
        }

        /** The same settings, marked as not reported by the cluster. */
        Present assumed() {
            return new Present(
                    maxMessageBytes, needsKey, maxAgeMs, maxAheadMs, compression, false, partitions, obstacles);
        }

        /** The same settings with these partitions. */
        public Present with(int partitionCount, Map<Integer, Obstacle> obstaclesOfPartitions) {
            return new Present(
                    maxMessageBytes,
                    needsKey,
                    maxAgeMs,
                    maxAheadMs,
                    compression,
                    isTold,
                    partitionCount,
                    obstaclesOfPartitions);
        }

        /** The obstacle of one of its partitions; null if all accept records. */
        public @Nullable Obstacle obstacle() {
            return obstacles.isEmpty() ? null : obstacles.values().iterator().next();
        }

        /** Whether no partition accepts records at the moment. */
        public boolean isBlocked() {
            return !obstacles.isEmpty() && obstacles.size() >= partitions;
        }

        /**
         * A partition that accepts records: the wanted one if it does, otherwise another.
         *
         * @return null if none does
         */
        public @Nullable Integer open(int wanted) {
            if (!obstacles.containsKey(wanted)) {
                return wanted;
            }
            for (int next = 1; next < partitions; next++) {
                int partition = (wanted + next) % partitions;
                if (!obstacles.containsKey(partition)) {
                    return partition;
                }
            }
            return null;
        }

        /** The partition for a record whose partition does not matter; null if the producer can choose. */
        public @Nullable Integer openIfBlocked(int wanted) {
            return obstacles.isEmpty() ? null : open(wanted % partitions);
        }

        /**
         * The time closest to {@code timestampMs} that the topic certainly accepts at {@code nowMs}; both in epoch ms.
         */
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
