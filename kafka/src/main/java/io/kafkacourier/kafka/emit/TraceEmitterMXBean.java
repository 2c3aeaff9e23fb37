/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

/** The metrics of an emitter of trace events in JMX. All counts start when it is opened. */
public interface TraceEmitterMXBean {

    /** Events that Kafka has accepted. */
    long getSent();

    /**
     * Events that were dropped because the queue was full, Kafka did not accept them, or they were not sent before
     * closing.
     */
    long getDropped();

    /** Events in the queue, whose capacity is {@code queue.capacity}. Events of commits wait elsewhere. */
    int getWaiting();
}
