/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.function.Supplier;

/**
 * Sends trace events beside the messages they tell of. Emitting never blocks and never throws: an event that finds the
 * queue full, or that Kafka does not take, is dropped and counted, and the next one that gets through announces the loss in
 * {@code dropped_before}. Safe for use by several threads.
 */
public interface TraceEmitter extends AutoCloseable {

    /**
     * An emitter with these settings. Users whose whole settings are equal share one producer, and nobody else does, so that
     * credentials of one never carry events of another. Returns at once: connecting, and making the topic where it is
     * missing, is done by the emitter's own thread.
     */
    static TraceEmitter open(EmitterSettings settings) {
        return SharedEmitters.PROCESS.open(settings);
    }

    /**
     * Takes an event to be sent soon, or drops it.
     *
     * @param event makes it; called at most once, by the emitter's thread, so that nothing waits for it to be written. It
     *     neither blocks nor throws, and holds no more of a message than the event tells
     */
    void emit(Supplier<TraceEvent> event);

    /**
     * Sends what the backlog has too, whenever nothing waits that was emitted. When this user leaves, what the backlog has
     * then is still sent, unless the emitter ends before.
     */
    void emitFrom(Backlog backlog);

    /** How many events were dropped so far, by all who share these settings. */
    long dropped();

    /** Leaves; the last to leave sends what is queued, within a few seconds, and drops what could not be sent by then. */
    @Override
    void close();
}
