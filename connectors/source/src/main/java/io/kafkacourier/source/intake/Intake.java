/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.source.message.Outgoing;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the partitions of a task within a memory budget, and offers the records to their schedules. For one thread at a
 * time. Invariants:
 *
 * <ol>
 *   <li>Held records, fetched records that were not taken, and records to be handed out share one budget. Once it is used
 *       up, no further records are fetched, except those that a schedule held before a restart: they had room then. They
 *       are restored before any new record, so that a restart never needs more than the budget. That lasts only {@link
 *       #TAKEN_UP_WITHIN}: after that a partition that cannot be read no longer keeps the others waiting.
 *   <li>Once the budget is used up, or half of it by fetched records that were not taken, waiting partitions drop fetched
 *       records beyond their share, or else beyond one record. Partitions that wait longest begin, until a quarter of the
 *       budget is free. If that is not enough, partitions that wait for a point in time drop all of them, and are read
 *       again shortly before that time. So there is room for a partition that need not wait, however many others do.
 *   <li>Schedules can take fetched records while they hold less than the budget, so even a record that is larger than the
 *       budget passes.
 *   <li>By default a partition's share of decompressed records is at least half of the compressed bytes that one request
 *       fetches of it. So even a partition that drops the rest each time fetches at most twice the decompressed bytes that
 *       are taken of it.
 * </ol>
 */
public final class Intake {

    /** How long before its time a partition is read again if it dropped all its records. */
    static final Duration LEAD = Duration.ofMillis(100);

    static final Duration TAKEN_UP_WITHIN = Duration.ofSeconds(30);

    private static final long MIN_SHARE_BYTES = 64 * 1024;

    private static final Comparator<InputPartition> LONGEST_WAIT_FIRST = Comparator.<InputPartition>comparingLong(
                    input -> input.schedule().headWaitsUntilMs())
            .reversed();

    private final InputReader reader;
    private final long maxBytes;
    private final Clock clock;
    private final Partitions partitions;

    /** When records were first asked for, epoch ms; negative before. */
    private long startedMs = -1;

    private boolean isTakenUp;
    /** Whether fetched records wait until others are restored. */
    private boolean isLeft;

    /**
     * @param maxBytes the budget
     * @param partitions the partitions to read
     */
    public Intake(InputReader reader, Partitions partitions, long maxBytes, Clock clock) {
        this.reader = reader;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.partitions = partitions;
    }

    /** How many bytes of each waiting partition may be kept: together a quarter of the budget. */
    static long shareBytes(long maxBytes, int partitions) {
        return Math.max(MIN_SHARE_BYTES, maxBytes / 4 / Math.max(1, partitions));
    }

    /**
     * How many compressed bytes may be fetched of each partition: together half of the budget, in addition to the budget.
     * Less would give a task that is behind only small batches.
     */
    public static long fetchBytes(long maxBytes, int partitions) {
        return Math.max(MIN_SHARE_BYTES, maxBytes / 2 / Math.max(1, partitions));
    }

    /**
     * Reads from the partitions that have no fetched records left, as far as there is room.
     *
     * @param stepBytes the memory of steps that were not handed out yet
     * @return how many records
     */
    public int fetch(Duration wait, long stepBytes) {
        long nowMs = clock.millis();
        boolean isRoomForNew = isTakenUp(nowMs) && !isFull(stepBytes);
        for (InputPartition input : partitions.inTurn()) {
            boolean isRoom = isRoomForNew || input.schedule().isReplaying();
            reader.pause(input.topicPartition(), input.hasFetched() || !isRoom || input.resumeMs() > nowMs);
        }
        ConsumerRecords<byte[], byte[]> fetched = reader.poll(wait);
        reader.breaks().forEach(partitions::giveUp);
        for (TopicPartition partition : fetched.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> ofPartition = fetched.records(partition);
            long next = ofPartition.get(ofPartition.size() - 1).offset() + 1;
            partitions
                    .get(partition)
                    .fetched(ofPartition, reader.position(partition).orElse(next));
        }
        return fetched.count();
    }

    /** Whether all records are restored that the schedules held before a restart, or no others wait for that any more. */
    private boolean isTakenUp(long nowMs) {
        startedMs = startedMs < 0 ? nowMs : startedMs;
        isTakenUp = isTakenUp
                || Math.abs(nowMs - startedMs) > TAKEN_UP_WITHIN.toMillis()
                || partitions.inTurn().stream()
                        .noneMatch(input -> input.schedule().isReplaying());
        return isTakenUp;
    }

    /** Offers fetched records to each schedule, as far as it takes them and there is room, and drops surplus records. */
    public void take(long nowMs, Steps steps) {
        long heldBytes = heldBytes();
        isLeft = false;
        for (InputPartition input : partitions.inTurn()) {
            if (input.hasFetched()) {
                long heldByOthers = heldBytes - input.schedule().heldBytes();
                take(input, nowMs, heldByOthers, steps);
                heldBytes = heldByOthers + input.schedule().heldBytes();
            }
        }
        if (isFull(steps.heldBytes()) || fetchedBytes() >= maxBytes / 2) {
            relieve(nowMs, steps);
        }
    }

    /** Passes the positions of partitions without fetched records to their schedules, because offsets may have no record. */
    public void tellPositions() {
        for (InputPartition input : partitions.inTurn()) {
            if (!input.hasFetched()) {
                reader.position(input.topicPartition()).ifPresent(input.schedule()::readUpTo);
            }
        }
    }

    /** When a partition can next release or take a record, epoch ms; {@link PartitionSchedule#NEVER} if none can. */
    public long nextMs(long nowMs) {
        boolean isRoom = heldBytes() < maxBytes;
        long nextMs = isLeft && isTakenUp(nowMs) ? nowMs : PartitionSchedule.NEVER;
        for (InputPartition input : partitions.inTurn()) {
            Entry<?> release = input.schedule().nextRelease();
            nextMs = Math.min(nextMs, release == null ? PartitionSchedule.NEVER : release.dueMs());
            if (isRoom && input.hasFetched()) {
                nextMs = Math.min(nextMs, input.schedule().headWaitsUntilMs());
            } else if (isRoom && input.resumeMs() > nowMs) {
                nextMs = Math.min(nextMs, input.resumeMs());
            }
        }
        return nextMs;
    }

    /**
     * Whether the budget is used up.
     *
     * @param stepBytes the memory of steps that were not handed out yet
     */
    public boolean isFull(long stepBytes) {
        return usedBytes() + stepBytes >= maxBytes;
    }

    /** The memory of held records, in bytes. */
    public long heldBytes() {
        long bytes = 0;
        for (InputPartition input : partitions.inTurn()) {
            bytes += input.schedule().heldBytes();
        }
        return bytes;
    }

    /** The memory of fetched records that were not taken yet, in bytes. */
    long fetchedBytes() {
        long bytes = 0;
        for (InputPartition input : partitions.inTurn()) {
            bytes += input.fetchedBytes();
        }
        return bytes;
    }

    /** The memory of held records, and of fetched records that were not taken, in bytes. */
    public long usedBytes() {
        return heldBytes() + fetchedBytes();
    }

    private void take(InputPartition input, long nowMs, long heldByOthers, Steps steps) {
        PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule = input.schedule();
        boolean taken = true;
        while (taken
                && input.hasFetched()
                && !steps.isFull()
                && (input.isFirstToBeTakenUp()
                        || (isTakenUp(nowMs) && heldByOthers + schedule.heldBytes() < maxBytes))) {
            taken = input.offerFirst(nowMs, action -> steps.add(input, action, nowMs));
        }
        isLeft |= input.hasFetched() && !isTakenUp(nowMs);
    }

    /**
     * Drops fetched records of waiting partitions until there is room. Each time costs a second fetch and a line in the
     * consumer's log. So it happens only when memory is short, and then frees more than is needed at once.
     */
    private void relieve(long nowMs, Steps steps) {
        List<InputPartition> waiting = new ArrayList<>();
        for (InputPartition input : partitions.inTurn()) {
            if (input.hasFetched() && !steps.isFull()) {
                waiting.add(input);
            }
        }
        waiting.sort(LONGEST_WAIT_FIRST);
        long shareBytes = shareBytes(maxBytes, partitions.inTurn().size());
        long usedBytes = usedBytes() + steps.heldBytes();
        long fetchedBytes = fetchedBytes();
        for (InputPartition input : waiting) {
            if (usedBytes <= maxBytes / 4 * 3 && fetchedBytes <= maxBytes / 8 * 3) {
                return;
            }
            long freed = giveBack(input, shareBytes, 1);
            usedBytes -= freed;
            fetchedBytes -= freed;
        }
        for (InputPartition input : waiting) {
            long untilMs = input.schedule().headWaitsUntilMs();
            if (usedBytes >= maxBytes && untilMs > nowMs && untilMs != PartitionSchedule.NEVER) {
                usedBytes -= giveBack(input, 0, 0);
                long earlyMs = untilMs - LEAD.toMillis();
                input.resumeAt(earlyMs > nowMs ? earlyMs : untilMs);
            }
        }
    }

    /** Drops surplus records of a partition; returns how many bytes that frees. */
    private long giveBack(InputPartition input, long keptBytes, int keptRecords) {
        long before = input.fetchedBytes();
        ConsumerRecord<byte[], byte[]> first = input.keepFetched(keptBytes, keptRecords);
        if (first != null) {
            reader.goBack(input.topicPartition(), first.offset(), first.leaderEpoch());
        }
        return before - input.fetchedBytes();
    }
}
