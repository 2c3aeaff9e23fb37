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
 * The messages whose offsets were committed, until there is time to tell of them: a commit covers many at once. {@link
 * #add} is for any thread, one at a time, {@link #next} for the emitter's.
 */
final class ProcessedBacklog implements Backlog {

    private final Ids ids;
    private final int max;
    private final Queue<Processed> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final LongAdder forgotten = new LongAdder();

    private record Processed(Received received, long committedMs, long committedNanos) {}

    /** @param max how many may wait; beyond it they are forgotten */
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

    /** How many found no room. */
    long forgotten() {
        return forgotten.sum();
    }
}
