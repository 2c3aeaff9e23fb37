/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.Intake;
import io.kafkacourier.source.intake.Partitions;
import io.kafkacourier.source.intake.Step;
import io.kafkacourier.source.intake.Steps;
import io.kafkacourier.source.message.Outgoing;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The status of a task at one moment.
 *
 * @param places how far each partition has come
 * @param heldBytes memory that held messages take
 * @param usedBytes memory that held, fetched and prepared messages take
 * @param waiting how many of the held messages wait for each attempt; first deliveries are left out
 * @param oldestMs when the message that has waited longest failed, epoch ms; below zero if none waits
 * @param furthestDueMs when the last of the held messages is due, epoch ms; below zero if none is held
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

    /** The status before anything is known. */
    static final SourceStatus NONE = new SourceStatus(Map.of(), 0, 0, Map.of(), -1, -1, 0, 0, 0);

    /**
     * The progress of a partition.
     *
     * @param next the next unread offset
     * @param held how many of its messages are held
     */
    record Place(long next, int held) {}

    /**
     * The state of a task.
     *
     * @param steps the actions that were not handed out yet
     */
    static SourceStatus of(Partitions partitions, Intake intake, Steps steps, InputReader reader) {
        Map<TopicPartition, Place> places = new HashMap<>();
        long furthestDueMs = -1;
        int waitingInputs = 0;
        long reread = 0;
        long oldestMs = Long.MAX_VALUE;
        Map<Integer, Integer> waiting = new HashMap<>();
        for (InputPartition input : partitions.inTurn()) {
            PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule = input.schedule();
            places.put(input.topicPartition(), new Place(schedule.next(), schedule.held()));
            furthestDueMs = Math.max(furthestDueMs, schedule.furthestDueMs());
            waitingInputs += !input.isTier() && schedule.headWaitsUntilMs() != PartitionSchedule.NEVER ? 1 : 0;
            reread += schedule.reread();
            input.waitingByAttempt().forEach((attempt, count) -> waiting.merge(attempt, count, Integer::sum));
            long failureMs = input.oldestFailureMs();
            oldestMs = failureMs < 0 ? oldestMs : Math.min(oldestMs, failureMs);
        }
        return new SourceStatus(
                places,
                intake.heldBytes(),
                intake.usedBytes() + steps.heldBytes(),
                waiting,
                oldestMs == Long.MAX_VALUE ? -1 : oldestMs,
                furthestDueMs,
                waitingInputs,
                reader.missing(),
                reread);
    }

    /**
     * When a message is next due, next leaves a tier, or was due and could not be handed out, epoch ms; {@link
     * PartitionSchedule#NEVER} if no message waits for a point in time.
     */
    static long nextDueMs(Partitions partitions, Steps steps) {
        long nextMs = PartitionSchedule.NEVER;
        Step step = steps.next();
        if (step != null) {
            Entry<?> entry = step.action().entry();
            long dueMs = Math.max(entry.dueMs(), entry.enteredMs());
            nextMs = dueMs > 0 ? dueMs : nextMs;
        }
        for (InputPartition input : partitions.inTurn()) {
            Entry<?> release = input.schedule().nextRelease();
            nextMs = Math.min(nextMs, release == null ? PartitionSchedule.NEVER : release.dueMs());
            nextMs = Math.min(nextMs, input.schedule().headWaitsUntilMs());
        }
        return nextMs;
    }

    /** How many messages are held. */
    long held() {
        return places.values().stream().mapToLong(Place::held).sum();
    }

    /** How many messages are held until an attempt. */
    int waiting(int attempt) {
        return waiting.getOrDefault(attempt, 0);
    }

    /** How many messages are held until a later attempt than that. */
    int waitingBeyond(int attempt) {
        return waiting.entrySet().stream()
                .filter(waits -> waits.getKey() > attempt)
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** How long ago the message that has waited longest failed, in milliseconds; NaN if none waits. */
    double oldestWaitingMs(long nowMs) {
        return oldestMs < 0 ? Double.NaN : Math.max(0, nowMs - oldestMs);
    }

    /**
     * How many messages of a topic are pending.
     *
     * @param ends where logs end
     * @return NaN if that is not known for every partition
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
