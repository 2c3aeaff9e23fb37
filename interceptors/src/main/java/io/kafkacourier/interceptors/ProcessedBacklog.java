/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.kafka.emit.Backlog;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages with committed offsets that wait for their event, because a commit covers many messages at once. {@link
 * #add} is for one thread at a time, {@link #next} for the emitter's thread.
 */
final class ProcessedBacklog implements Backlog {

    private final Ids ids;
    private final int max;
    private final Queue<Processed> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder forgotten = new LongAdder();

    private record Processed(Received received, long committedMs, long committedNanos) {}

    /** @param max how many messages can wait; further ones are forgotten */
    ProcessedBacklog(Ids ids, int max) {
        this.ids = ids;
        this.max = max;
    }

    void add(Received received, long committedMs, long committedNanos) {
        if (size.get() >= max) {
            forgotten.increment();
            return;
        }
        size.incrementAndGet();
        waiting.add(new Processed(received, committedMs, committedNanos));
    }

    @Override
    public @Nullable Supplier<TraceEvent> next() {
        Processed next = waiting.poll();
        if (next == null) {
            return null;
        }
        size.decrementAndGet();
        return () -> next.received.processed(ids, next.committedMs, next.committedNanos);
    }

    /** How many messages were forgotten, because too many waited. */
    long forgotten() {
        return forgotten.sum();
    }
}
