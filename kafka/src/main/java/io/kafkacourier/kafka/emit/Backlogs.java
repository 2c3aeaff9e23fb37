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

/** The backlogs of all who share an emitter. {@link #next} is for one thread, the others for any. */
final class Backlogs {

    private final Queue<Backlog> attached = new ConcurrentLinkedQueue<>();
    /** Those that will get no more events, and go when they are empty. */
    private final Set<Backlog> ending = ConcurrentHashMap.newKeySet();

    void add(Backlog backlog) {
        attached.add(backlog);
    }

    void end(Backlog backlog) {
        ending.add(backlog);
    }

    /** What makes the next event of any; null where none has one. */
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
