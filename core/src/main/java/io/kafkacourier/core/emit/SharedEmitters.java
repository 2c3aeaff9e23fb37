/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** The emitters that are open, one for each settings, closed with their last user. Safe for use by several threads. */
final class SharedEmitters {

    private static final Duration REOPEN_INTERVAL = Duration.ofSeconds(5);
    /** With the grace of the thread below the five seconds that a worker gives its tasks to stop. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    /** Those of this process, or rather of this class loader: the one mutable thing that tasks share. */
    static final SharedEmitters PROCESS = new SharedEmitters(settings ->
            EmitterThread.start(settings, new KafkaProducerFactory(settings), REOPEN_INTERVAL, CLOSE_TIMEOUT));

    private final Function<EmitterSettings, EmitterThread> starter;
    private final Map<EmitterSettings, Shared> open = new HashMap<>();

    SharedEmitters(Function<EmitterSettings, EmitterThread> starter) {
        this.starter = starter;
    }

    synchronized TraceEmitter open(EmitterSettings settings) {
        Shared shared = open.computeIfAbsent(settings, absent -> new Shared(starter.apply(absent)));
        shared.users++;
        return new User(settings, shared.thread);
    }

    private void leave(EmitterSettings settings, EmitterThread thread) {
        if (isLast(settings)) {
            // outside of the lock: nobody else waits for this
            thread.close();
        }
    }

    private synchronized boolean isLast(EmitterSettings settings) {
        Shared shared = open.get(settings);
        return shared != null && --shared.users == 0 && open.remove(settings, shared);
    }

    private static final class Shared {
        final EmitterThread thread;
        int users;

        Shared(EmitterThread thread) {
            this.thread = thread;
        }
    }

    private final class User implements TraceEmitter {
        private final EmitterSettings settings;
        private final EmitterThread thread;
        private final List<Backlog> backlogs = new CopyOnWriteArrayList<>();
        private final AtomicBoolean left = new AtomicBoolean();

        User(EmitterSettings settings, EmitterThread thread) {
            this.settings = settings;
            this.thread = thread;
        }

        @Override
        public void emit(Supplier<TraceEvent> event) {
            thread.emit(event);
        }

        @Override
        public void emitFrom(Backlog backlog) {
            backlogs.add(backlog);
            thread.backlogs().add(backlog);
        }

        @Override
        public long dropped() {
            return thread.dropped();
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                backlogs.forEach(thread.backlogs()::end);
                leave(settings, thread);
            }
        }
    }
}
