/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The open emitters, one for each distinct settings. An emitter is closed with its last user. An emitter that has
 * failed gets no new users: the next user opens another. Safe for use by several threads.
 */
final class SharedEmitters {

    private static final Duration REOPEN_INTERVAL = Duration.ofSeconds(5);
    /**
     * Together with the thread's grace period, this is less than the five seconds that a worker gives its tasks to
     * stop.
     */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(3);

    /** The emitters of this class loader: the only mutable state that tasks share. */
    static final SharedEmitters PROCESS = new SharedEmitters(settings ->
            EmitterThread.start(settings, new KafkaProducerFactory(settings), REOPEN_INTERVAL, CLOSE_TIMEOUT));

    private final Function<EmitterSettings, EmitterThread> starter;
    private final Map<EmitterSettings, Shared> open = new HashMap<>();

    SharedEmitters(Function<EmitterSettings, EmitterThread> starter) {
        this.starter = starter;
    }

    synchronized TraceEmitter open(EmitterSettings settings) {
        Shared shared = open.get(settings);
        if (shared == null || shared.thread.hasEnded()) {
            // the users of an ended emitter keep it until they leave; their events are counted as dropped
            shared = new Shared(starter.apply(settings));
            open.put(settings, shared);
        }
        shared.users++;
        return new User(settings, shared);
    }

    private void leave(EmitterSettings settings, Shared shared) {
        if (isLast(settings, shared)) {
            // outside the lock, so that no other user waits for this
            shared.thread.close();
        }
    }

    private synchronized boolean isLast(EmitterSettings settings, Shared shared) {
        shared.users--;
        if (shared.users > 0) {
            return false;
        }
        open.remove(settings, shared);
        return true;
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
        private final Shared shared;
        private final EmitterThread thread;
        private final List<Backlog> backlogs = new CopyOnWriteArrayList<>();
        private final AtomicBoolean left = new AtomicBoolean();

        User(EmitterSettings settings, Shared shared) {
            this.settings = settings;
            this.shared = shared;
            this.thread = shared.thread;
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
                leave(settings, shared);
            }
        }
    }
}
