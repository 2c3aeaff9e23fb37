/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.OptionalLong;

/**
 * The offsets of one assignment of one partition that are on their way, in the order they were read, as a ring. What is
 * done behind one that is not stays in the ring, so that the low-water mark never passes a record whose fate is open.
 * A partition that comes back after a rebalance gets a new instance: answers for the old one change nothing.
 *
 * <p>Not safe for use by several threads.
 */
final class PartitionOffsets {

    private static final int INITIAL_CAPACITY = 64;
    private static final int BYTES_PER_OFFSET = 2 * Long.BYTES + 1;

    private long[] offsets = new long[INITIAL_CAPACITY];
    private long[] addedMs = new long[INITIAL_CAPACITY];
    private boolean[] done = new boolean[INITIAL_CAPACITY];
    /** The oldest ticket that is not done; equal to {@code tail} when all are. */
    private long head;
    /** The next ticket. */
    private long tail;

    private boolean closed;

    /**
     * Takes in a record that was read.
     *
     * @param nowMs of any clock that never goes back
     * @return the ticket to hand to {@link #done}
     */
    long add(long offset, long nowMs) {
        if (tail - head == offsets.length) {
            resize(2 * offsets.length);
        }
        int slot = slot(tail);
        offsets[slot] = offset;
        addedMs[slot] = nowMs;
        done[slot] = false;
        return tail++;
    }

    /** Says that nothing more has to happen for a record. A ticket counts once. */
    void done(long ticket) {
        if (ticket < head || ticket >= tail) {
            return;
        }
        done[slot(ticket)] = true;
        while (head < tail && done[slot(head)]) {
            head++;
        }
        while (offsets.length > INITIAL_CAPACITY && tail - head <= offsets.length / 4) {
            resize(offsets.length / 2);
        }
    }

    /** Memory that the ring has grown by. It grows as long as one record stays open while later ones are read. */
    long heldBytes() {
        return (long) BYTES_PER_OFFSET * (offsets.length - INITIAL_CAPACITY);
    }

    /** The oldest offset that may not be passed, which is the one to commit; empty when nothing is on its way. */
    OptionalLong lowWaterMark() {
        return head == tail ? OptionalLong.empty() : OptionalLong.of(offsets[slot(head)]);
    }

    /** When the oldest record that is on its way was added; empty when nothing is on its way. */
    OptionalLong oldestMs() {
        return head == tail ? OptionalLong.empty() : OptionalLong.of(addedMs[slot(head)]);
    }

    /** Ends the assignment. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    private int slot(long ticket) {
        return (int) (ticket & (offsets.length - 1));
    }

    private void resize(int capacity) {
        long[] oldOffsets = offsets;
        long[] oldAddedMs = addedMs;
        boolean[] oldDone = done;
        int oldMask = oldOffsets.length - 1;
        offsets = new long[capacity];
        addedMs = new long[capacity];
        done = new boolean[capacity];
        for (long ticket = head; ticket < tail; ticket++) {
            offsets[slot(ticket)] = oldOffsets[(int) (ticket & oldMask)];
            addedMs[slot(ticket)] = oldAddedMs[(int) (ticket & oldMask)];
            done[slot(ticket)] = oldDone[(int) (ticket & oldMask)];
        }
    }
}
