/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The messages of a partition that were read under the same settings and are still held; see {@link PartitionSchedule}. */
final class Era<R, M> {

    static final Comparator<Entry<?>> BY_DUE_TIME_AND_OFFSET =
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::offset);

    private final Policy<R, M> policy;
    /** The settings of the policy. */
    private final String settings;

    private long lastDueMs;
    private long lastAt;

    private final PriorityQueue<Entry<M>> heap = new PriorityQueue<>(BY_DUE_TIME_AND_OFFSET);
    /** The messages on the heap by offset, in rising order. */
    private final Map<Long, Entry<M>> held = new LinkedHashMap<>();

    /**
     * @param lastDueMs the due time of the last record released, 0 before the first
     * @param lastAt the offset of that record, -1 before the first
     */
    Era(Policy<R, M> policy, long lastDueMs, long lastAt) {
        this.policy = policy;
        this.settings = policy.settings();
        this.lastDueMs = lastDueMs;
        this.lastAt = lastAt;
    }

    Policy<R, M> policy() {
        return policy;
    }

    String settings() {
        return settings;
    }

    long lastDueMs() {
        return lastDueMs;
    }

    long lastAt() {
        return lastAt;
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    boolean isToBeHeld(Entry<M> entry) {
        return entry.dueMs() - policy.horizonMs() <= entry.enteredMs();
    }

    boolean isBehindLastReleased(Entry<M> entry) {
        return entry.dueMs() != lastDueMs ? entry.dueMs() > lastDueMs : entry.offset() > lastAt;
    }

    void put(Entry<M> entry) {
        heap.add(entry);
        held.put(entry.offset(), entry);
    }

    /** The next message to release; null if none is held. */
    @Nullable
    Entry<M> peek() {
        return heap.peek();
    }

    /** The held message with the lowest offset; null if none is held. */
    @Nullable
    Entry<M> first() {
        return held.isEmpty() ? null : held.values().iterator().next();
    }

    /** Takes the next from the heap, which is not empty. */
    Entry<M> remove() {
        Entry<M> head = heap.remove();
        held.remove(head.offset());
        return head;
    }

    /** Notes that a record was released. */
    void released(Entry<M> entry) {
        lastDueMs = entry.dueMs();
        lastAt = entry.offset();
    }

    /** Drops the held messages from an offset on, and returns them. */
    List<Entry<M>> truncate(long end) {
        List<Entry<M>> gone = new ArrayList<>(held.values());
        gone.removeIf(entry -> entry.offset() < end);
        gone.forEach(entry -> held.remove(entry.offset()));
        heap.removeIf(entry -> entry.offset() >= end);
        lastAt = Math.min(lastAt, end - 1);
        return gone;
    }
}
