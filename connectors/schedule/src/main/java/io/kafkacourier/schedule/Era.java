/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** What was read of a partition under the same settings, as far as it is still held; see {@link PartitionSchedule}. */
final class Era<R> {

    static final Comparator<Entry<?>> BY_DUE_TIME_AND_OFFSET =
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::offset);

    private final Policy<R> policy;
    /** Those of the policy. */
    private final String settings;

    private long lastDueMs;
    private long lastAt;

    private final PriorityQueue<Entry<R>> heap = new PriorityQueue<>(BY_DUE_TIME_AND_OFFSET);
    /** What is on the heap by its offsets, in rising order. */
    private final Map<Long, Entry<R>> held = new LinkedHashMap<>();

    /**
     * @param lastDueMs the due time of the last record released, 0 before the first
     * @param lastAt the offset of that record, -1 before the first
     */
    Era(Policy<R> policy, long lastDueMs, long lastAt) {
        this.policy = policy;
        this.settings = policy.settings();
        this.lastDueMs = lastDueMs;
        this.lastAt = lastAt;
    }

    Policy<R> policy() {
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

    int size() {
        return heap.size();
    }

    boolean isToBeHeld(Entry<R> entry) {
        return entry.dueMs() - policy.horizonMs() <= entry.enteredMs();
    }

    boolean isBehindLastReleased(Entry<R> entry) {
        return entry.dueMs() != lastDueMs ? entry.dueMs() > lastDueMs : entry.offset() > lastAt;
    }

    void put(Entry<R> entry) {
        heap.add(entry);
        held.put(entry.offset(), entry);
    }

    /** The next to be released; null where nothing is held. */
    @Nullable
    Entry<R> peek() {
        return heap.peek();
    }

    /** The one with the lowest offset; null where nothing is held. */
    @Nullable
    Entry<R> first() {
        return held.isEmpty() ? null : held.values().iterator().next();
    }

    /** Takes the next from the heap, which is not empty. */
    Entry<R> remove() {
        Entry<R> head = heap.remove();
        held.remove(head.offset());
        return head;
    }

    /** Notes that a record is the last released. */
    void released(Entry<R> entry) {
        lastDueMs = entry.dueMs();
        lastAt = entry.offset();
    }

    /** Gives up what is held from an offset on, and returns it. */
    List<Entry<R>> cutOff(long end) {
        List<Entry<R>> gone = new ArrayList<>(held.values());
        gone.removeIf(entry -> entry.offset() < end);
        gone.forEach(entry -> held.remove(entry.offset()));
        heap.removeIf(entry -> entry.offset() >= end);
        lastAt = Math.min(lastAt, end - 1);
        return gone;
    }
}
