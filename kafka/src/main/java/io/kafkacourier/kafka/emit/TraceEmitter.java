/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.function.Supplier;

/**
 * Sends trace events, independently of the messages that they report. Emitting never blocks and never throws. If the
 * queue is full, or Kafka does not accept an event, the event is dropped and counted, and the next event that arrives
 * reports the loss in {@code dropped_before}. Safe for use by several threads.
 */
public interface TraceEmitter extends AutoCloseable {

    /**
     * Opens an emitter with these settings. Users share a producer only if all their settings are equal, so that one
     * user's events are never sent with the credentials of another. Returns at once: the emitter's own thread connects,
     * and creates the topic if it is missing.
     */
    static TraceEmitter open(EmitterSettings settings) {
        return SharedEmitters.PROCESS.open(settings);
    }

    /**
     * Queues an event, or drops it.
     *
     * @param event creates the event; called at most once, by the emitter's thread, so that the caller does not wait
     *     for serialization. It must neither block nor throw, and must not keep more of a message in memory than the
     *     event contains
     */
    void emit(Supplier<TraceEvent> event);

    /**
     * Also sends the events of the backlog, whenever no emitted event waits. When this user leaves, the remaining
     * events of the backlog are still sent, unless the emitter ends before.
     */
    void emitFrom(Backlog backlog);

    /** How many events were dropped so far, of all users with these settings. */
    long dropped();

    /**
     * Ends this user's share. The last user to close sends the queued events, within a few seconds, and drops the rest.
     */
    @Override
    void close();
}
