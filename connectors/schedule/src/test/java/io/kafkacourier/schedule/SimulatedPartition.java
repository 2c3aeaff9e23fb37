/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A partition of the simulations: its log, its committed progress, and the schedule of the process that reads it. */
final class SimulatedPartition {

    private final TreeMap<Long, Message> log = new TreeMap<>();
    private long endOffset;
    private final NavigableMap<Long, ScaledWait> committedUnder = new TreeMap<>();
    private Progress committed;
    private PartitionSchedule<Message, Message> schedule;
    private long position;

    SimulatedPartition(long firstOffset, ScaledWait policy, Ladder ladder) {
        this.endOffset = firstOffset;
        this.committed = Progress.from(firstOffset, policy.settings());
        this.schedule = new PartitionSchedule<>(policy.policies(), ladder, committed);
        this.position = firstOffset;
    }

    long endOffset() {
        return endOffset;
    }

    PartitionSchedule<Message, Message> schedule() {
        return schedule;
    }

    void append(Message message) {
        log.put(message.offset(), message);
        endOffset = message.offset() + 1;
    }

    /** An offset without a record: a transaction marker, or a record of an aborted transaction. */
    void appendGap() {
        endOffset++;
    }

    boolean isRead() {
        return position >= endOffset;
    }

    /** Reads the next record, as a consumer would; returns whether it was taken. */
    boolean read(long nowMs, boolean toEndOfGap, Consumer<Action<Message>> out) {
        Map.Entry<Long, Message> found = log.ceilingEntry(position);
        if (found == null) {
            schedule.readUpTo(endOffset);
            position = endOffset;
            return false;
        }
        Message message = found.getValue();
        Long following = log.higherKey(found.getKey());
        long readTo = toEndOfGap ? (following == null ? endOffset : following) : message.offset() + 1;
        if (!schedule.offer(message.offset(), message, readTo, nowMs, out)) {
            return false;
        }
        position = message.offset() + 1;
        return true;
    }

    /** Commits the progress of a process with that policy. */
    void commit(Progress progress, ScaledWait policy) {
        if (progress.next() > committed.next()) {
            committedUnder.put(progress.next(), policy);
        }
        committed = progress;
    }

    /** The policy of the process that first read an offset and committed that, or else of the process that reads it. */
    ScaledWait judgedUnder(long offset, ScaledWait today) {
        Map.Entry<Long, ScaledWait> under = committedUnder.higherEntry(offset);
        return under == null ? today : under.getValue();
    }

    /** Truncates the log at an offset. */
    void truncate(long end) {
        log.tailMap(end, true).clear();
        endOffset = end;
        committedUnder.tailMap(end, false).clear();
    }

    void restart(ScaledWait policy, Ladder ladder) {
        schedule = new PartitionSchedule<>(policy.policies(), ladder, committed);
        position = committed.low();
    }
}
