/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What a task is doing, as of a moment.
 *
 * @param places how far each partition has come
 * @param heldBytes what the held messages take in memory
 * @param usedBytes what these take, what was fetched and what is to be handed out
 * @param waiting how many of the held messages wait for which attempt, other than the first delivery
 * @param oldestMs when the message failed that has waited longest, epoch ms; below zero where none waits
 * @param furthestDueMs when the last of the held messages is due, epoch ms; below zero where none is held
 * @param waitingInputs how many inputs are not read on because the clock stepped back
 * @param missing how many offsets were deleted before they were read
 * @param reread how many records were read again after a stop
 */
record SourceStatus(
        Map<TopicPartition, Place> places,
        long heldBytes,
        long usedBytes,
        Map<Integer, Integer> waiting,
        long oldestMs,
        long furthestDueMs,
        int waitingInputs,
        long missing,
        long reread) {

    /** Before anything is known. */
    static final SourceStatus NONE = new SourceStatus(Map.of(), 0, 0, Map.of(), -1, -1, 0, 0, 0);

    /**
     * How far a partition has come.
     *
     * @param next the next unread offset
     * @param held how many of its messages are held
     */
    record Place(long next, int held) {}

    /** How many messages are held. */
    long held() {
        return places.values().stream().mapToLong(Place::held).sum();
    }

    /** How many messages are held until an attempt. */
    int waiting(int attempt) {
        return waiting.getOrDefault(attempt, 0);
    }

    /** How many messages are held until an attempt beyond that one. */
    int waitingBeyond(int attempt) {
        return waiting.entrySet().stream()
                .filter(waits -> waits.getKey() > attempt)
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How long ago the message failed that has waited longest, in milliseconds; NaN where none waits. */
    double oldestWaitingMs(long nowMs) {
        return oldestMs < 0 ? Double.NaN : Math.max(0, nowMs - oldestMs);
    }

    /**
     * How many messages of a topic are not done with.
     *
     * @param ends where logs end
     * @return NaN where that is not known of every partition
     */
    double pending(String topic, Map<TopicPartition, Long> ends) {
        double pending = 0;
        int partitions = 0;
        for (Map.Entry<TopicPartition, Place> place : places.entrySet()) {
            if (place.getKey().topic().equals(topic)) {
                Long end = ends.get(place.getKey());
                partitions++;
                pending += end == null
                        ? Double.NaN
                        : Math.max(0, end - place.getValue().next())
                                + place.getValue().held();
            }
        }
        return partitions == 0 ? Double.NaN : pending;
    }
}
