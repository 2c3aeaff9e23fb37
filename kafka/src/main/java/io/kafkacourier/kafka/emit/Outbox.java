/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events that wait to be sent, and the number of lost events. {@link #sendAll} and {@link #close} are for one
 * thread, the other methods are for any thread. Queued events are sent before events of backlogs, whose number is not
 * limited here.
 *
 * <p>Invariants: every event from {@link #put} or a backlog is waiting, being sent, accepted by Kafka, or counted in
 * {@link #dropped()}. Every dropped event is also counted in the number that the next event reports, until Kafka has
 * accepted an event that reports it.
 */
final class Outbox {

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final String topic;
    private final BlockingQueue<Supplier<TraceEvent>> waiting;
    private final Backlogs backlogs = new Backlogs();
    private final LongAdder sent = new LongAdder();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong unannounced = new AtomicLong();
    /** For events that report no dropped events, which are nearly all. */
    private final Callback answered = (metadata, failure) -> answered(0, failure);

    private volatile boolean closed;

    Outbox(String topic, int capacity) {
        this.topic = topic;
        this.waiting = new ArrayBlockingQueue<>(capacity);
    }

    /** Queues the supplier of an event, or drops it if the queue is full or the outbox is closed. */
    void put(Supplier<TraceEvent> event) {
        boolean late = !waiting.offer(event) || (closed && waiting.remove(event));
        if (late) {
            drop(0, null);
        }
    }

    /** Sends waiting events until none is left or {@code goOn} returns false. */
    void sendAll(Producer<byte[], byte[]> producer, BooleanSupplier goOn) {
        while (goOn.getAsBoolean()) {
            Supplier<TraceEvent> put = waiting.poll();
            Supplier<TraceEvent> next = put != null ? put : backlogs.next();
            if (next == null) {
                return;
            }
            send(producer, next);
        }
    }

    /** Drops waiting events, and all later ones. */
    void close() {
        closed = true;
        while (waiting.poll() != null || backlogs.next() != null) {
            drop(0, null);
        }
    }

    Backlogs backlogs() {
        return backlogs;
    }

    int waiting() {
        return waiting.size();
    }

    /** How many events Kafka has accepted. */
    long sent() {
        return sent.sum();
    }

    long dropped() {
        return dropped.get();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback reports the result
    private void send(Producer<byte[], byte[]> producer, Supplier<TraceEvent> next) {
        long announced = unannounced.getAndSet(0);
        try {
            TraceEvent event = announced == 0 ? next.get() : next.get().withDroppedBefore(announced);
            producer.send(
                    new ProducerRecord<>(topic, event.key(), event.json()),
                    announced == 0 ? answered : (metadata, failure) -> answered(announced, failure));
        } catch (RuntimeException | LinkageError e) {
            drop(announced, e);
        }
    }

    private void answered(long announced, @Nullable Exception failure) {
        if (failure == null) {
            sent.increment();
        } else {
            drop(announced, failure);
        }
    }

    /**
     * Counts a lost event, and logs each time the number has doubled.
     *
     * @param failure null if there was no room or no time
     */
    private void drop(long announcedInVain, @Nullable Throwable failure) {
        unannounced.addAndGet(1 + announcedInVain);
        long now = dropped.incrementAndGet();
        if (Long.bitCount(now) == 1) {
            LOG.warn("Trace events for {} are lost, {} so far", topic, now, failure);
        }
    }
}
