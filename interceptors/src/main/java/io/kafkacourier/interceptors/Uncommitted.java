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
 * The latest {@code max} received messages whose offsets are not committed yet. Safe for use by several threads: the
 * heartbeat thread of the group can read the answer to an asynchronous commit while the application's thread receives
 * more messages.
 *
 * <p>Invariant: the messages of a partition are in the order of their offsets, each at most once. {@code inOrder}
 * contains all remembered messages, and some that are no longer remembered, and never has more than {@code max}
 * entries.
 */
final class Uncommitted {

    private final int max;
    private final Map<TopicPartition, Deque<Entry>> byPartition = new HashMap<>();
    /** All of them in the order in which they were received, to find the oldest. */
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

    /**
     * Remembers a message. It replaces messages of the same partition at its offset or later, because the partition is
     * then read again.
     */
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
     * Passes the messages of the partition below {@code offset} to {@code processed}, and forgets them.
     *
     * @param processed is called for one message at a time, and must not block
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

    /** How many messages were forgotten because there were too many. */
    long forgotten() {
        return forgotten.sum();
    }

    /** The oldest message of all is the first of its partition. */
    private void forget(Entry oldest) {
        Deque<Entry> ofPartition = byPartition.get(oldest.received.partition());
        if (oldest.isRemembered && ofPartition != null) {
            ofPartition.removeFirst();
            forgotten.increment();
        }
    }
}
