/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.Iterator;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The backlogs of all users of a shared emitter. {@link #next} is for one thread, the other methods are for any thread.
 */
final class Backlogs {

    private final Queue<Backlog> attached = new ConcurrentLinkedQueue<>();
    /** Backlogs that get no more events, and are removed when they are empty. */
    private final Set<Backlog> ending = ConcurrentHashMap.newKeySet();

    void add(Backlog backlog) {
        attached.add(backlog);
    }

    void end(Backlog backlog) {
        ending.add(backlog);
    }

    /** A supplier of the next event of any backlog; null if all are empty. */
    @Nullable
    Supplier<TraceEvent> next() {
        for (Iterator<Backlog> all = attached.iterator(); all.hasNext(); ) {
            Backlog backlog = all.next();
            boolean isEnding = ending.contains(backlog);
            Supplier<TraceEvent> event = backlog.next();
            if (event != null) {
                return event;
            } else if (isEnding) {
                all.remove();
                ending.remove(backlog);
            }
        }
        return null;
    }
}
