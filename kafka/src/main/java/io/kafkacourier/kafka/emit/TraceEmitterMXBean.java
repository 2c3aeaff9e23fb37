/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

/** What JMX tells of an emitter of trace events. All counts are since it was opened. */
public interface TraceEmitterMXBean {

    /** Events that Kafka has taken. */
    long getSent();

    /** Events that found the queue full, that Kafka did not take, or that were not sent by the time of closing. */
    long getDropped();

    /** Events in the queue, whose capacity {@code queue.capacity} is. Those of commits wait elsewhere. */
    int getWaiting();
}
