/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * The messages that were received and whose offsets are not committed yet, the latest {@code max} of them. Safe for use by
 * several threads: what an asynchronous commit is answered with may be read by the thread of the group's heartbeats, while
 * the application's receives more.
 *
 * <p>Invariant: of a partition they are in the order of their offsets, each at most once; all that are remembered are in
 * {@code inOrder} too, beside some that are not any more, and there are never more than {@code max} there.
 */
final class Uncommitted {

    private final int max;
    private final Map<TopicPartition, Deque<Entry>> byPartition = new HashMap<>();
    /** All of them in the order in which they came, to know the oldest. */
    private final Queue<Entry> inOrder = new ArrayDeque<>();

    private final LongAdder forgotten = new LongAdder();

    private static final class Entry {
        final Received received;
        boolean isRemembered = true;

        Entry(Received received) {
            this.received = received;
        }
    }

    Uncommitted(int max) {
        this.max = max;
    }

    /** Remembers a message, in place of those from its offset on that were received before: the partition is read again. */
    synchronized void add(Received received) {
        Deque<Entry> ofPartition = byPartition.computeIfAbsent(received.partition(), absent -> new ArrayDeque<>());
        Entry last = ofPartition.peekLast();
        while (last != null && last.received.offset() >= received.offset()) {
            ofPartition.removeLast().isRemembered = false;
            last = ofPartition.peekLast();
        }
        Entry entry = new Entry(received);
        ofPartition.addLast(entry);
        inOrder.add(entry);
        if (inOrder.size() > max) {
            forget(inOrder.remove());
        }
    }

    /**
     * Hands over those of the partition below {@code offset}, which are remembered no longer.
     *
     * @param processed is called one at a time, and must not wait
     */
    synchronized void committed(TopicPartition partition, long offset, Consumer<Received> processed) {
        Deque<Entry> ofPartition = byPartition.get(partition);
        if (ofPartition == null) {
            return;
        }
        Entry first = ofPartition.peekFirst();
        while (first != null && first.received.offset() < offset) {
            ofPartition.removeFirst().isRemembered = false;
            processed.accept(first.received);
            first = ofPartition.peekFirst();
        }
        if (ofPartition.isEmpty()) {
            byPartition.remove(partition);
        }
        for (Entry oldest = inOrder.peek(); oldest != null && !oldest.isRemembered; oldest = inOrder.peek()) {
            inOrder.remove();
        }
    }

    /** How many had to go because there were too many. */
    long forgotten() {
        return forgotten.sum();
    }

    /** The oldest of all is the first of its partition. */
    private void forget(Entry oldest) {
        Deque<Entry> ofPartition = byPartition.get(oldest.received.partition());
        if (oldest.isRemembered && ofPartition != null) {
            ofPartition.removeFirst();
            forgotten.increment();
        }
    }
}
