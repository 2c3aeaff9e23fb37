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
 * Reads the partitions of a task as far as there is room, and has their schedules take what was read. For one thread at a
 * time. Invariants:
 *
 * <ol>
 *   <li>What is held, what was fetched and not taken, and what is to be handed out share one budget. Once it is used up,
 *       nothing more is fetched, except what a schedule held before a restart: that found room then, and is taken up before
 *       anything new, lest each restart add a budget to it. Only for {@link #TAKEN_UP_WITHIN}: then a partition that cannot
 *       be read keeps the others no longer.
 *   <li>Once it is used up, or what was fetched and not taken takes half of it, partitions that wait give back what was
 *       fetched of them beyond their share, or else beyond one record, those that wait longest first, until a quarter more
 *       is free. Where that does not make room, those that wait for a point in time give back all of it, and are read again
 *       shortly before that time. So however many partitions wait, there is room for one that need not.
 *   <li>Whatever was fetched can be taken while the schedules hold less than the budget: a record that is larger than the
 *       budget passes.
 *   <li>By default a partition's share of decompressed records is at least half of what one request fetches of it
 *       compressed. So even one that gives back the rest each time fetches no more than twice the decompressed bytes of what
 *       is taken of it.
 * </ol>
 */
public final class Intake {

    /** How long before its time a partition is read again that gave back all it had. */
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

    /** When it was first asked for, epoch ms; negative before. */
    private long startedMs = -1;

    private boolean isTakenUp;
    /** Whether something that was fetched waits for others to be taken up. */
    private boolean isLeft;

    /**
     * @param maxBytes the budget
     * @param partitions those that are read
     */
    public Intake(InputReader reader, Partitions partitions, long maxBytes, Clock clock) {
        this.reader = reader;
        this.maxBytes = maxBytes;
        this.clock = clock;
        this.partitions = partitions;
    }

    /** How much may be kept of each of so many partitions while it waits: together a quarter of the budget. */
    static long shareBytes(long maxBytes, int partitions) {
        return Math.max(MIN_SHARE_BYTES, maxBytes / 4 / Math.max(1, partitions));
    }

    /**
     * How much may be fetched of each of so many partitions, compressed: together half of the budget, and on top of it. Less
     * than that would leave a task that is behind with small batches.
     */
    public static long fetchBytes(long maxBytes, int partitions) {
        return Math.max(MIN_SHARE_BYTES, maxBytes / 2 / Math.max(1, partitions));
    }

    /**
     * Reads from the partitions that have nothing left of what was read before, as far as there is room.
     *
     * @param stepBytes what the steps keep in memory that were not handed out yet
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

    /** Whether all is taken up that the schedules held before a restart, or nothing waits for it any more. */
    private boolean isTakenUp(long nowMs) {
        startedMs = startedMs < 0 ? nowMs : startedMs;
        isTakenUp = isTakenUp
                || Math.abs(nowMs - startedMs) > TAKEN_UP_WITHIN.toMillis()
                || partitions.inTurn().stream()
                        .noneMatch(input -> input.schedule().isReplaying());
        return isTakenUp;
    }

    /** Has each schedule take what was fetched, as far as it does and there is room, and gives back what is too much. */
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

    /** Tells the schedules how far partitions are read of which nothing is left: there may be offsets without a record. */
    public void tellPositions() {
        for (InputPartition input : partitions.inTurn()) {
            if (!input.hasFetched()) {
                reader.position(input.topicPartition()).ifPresent(input.schedule()::readUpTo);
            }
        }
    }

    /** When a partition next has something to release or to take, epoch ms; {@link PartitionSchedule#NEVER} if none does. */
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
     * @param stepBytes what the steps keep in memory that were not handed out yet
     */
    public boolean isFull(long stepBytes) {
        return usedBytes() + stepBytes >= maxBytes;
    }

    /** What the schedules hold, in bytes. */
    public long heldBytes() {
        long bytes = 0;
        for (InputPartition input : partitions.inTurn()) {
            bytes += input.schedule().heldBytes();
        }
        return bytes;
    }

    /** What was fetched and not taken yet, in bytes. */
    long fetchedBytes() {
        long bytes = 0;
        for (InputPartition input : partitions.inTurn()) {
            bytes += input.fetchedBytes();
        }
        return bytes;
    }

    /** What the schedules hold and what was fetched and not taken, in bytes. */
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
     * Has partitions that wait give back what they fetched, until there is room. Each time costs a second fetch and a line
     * of the consumer's log, hence not before memory is short, and then more than is needed now.
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

    /** Returns how many bytes that frees. */
    private long giveBack(InputPartition input, long keptBytes, int keptRecords) {
        long before = input.fetchedBytes();
        ConsumerRecord<byte[], byte[]> first = input.keepFetched(keptBytes, keptRecords);
        if (first != null) {
            reader.goBack(input.topicPartition(), first.offset(), first.leaderEpoch());
        }
        return before - input.fetchedBytes();
    }
}
