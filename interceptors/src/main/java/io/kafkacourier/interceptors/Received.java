/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.EventId;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Origin;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The data for the events of a received message. It does not refer to the record itself, whose headers would keep the
 * broker's whole response in memory.
 *
 * @param trace the trace context, with the receive span
 * @param timestampMs the record's timestamp, epoch ms; negative if none
 * @param origin null if the message is still in its first topic
 * @param messageId null if none
 * @param keyText what events contain of the key; null for nothing
 * @param valueSize in bytes; negative for a tombstone
 * @param receivedMs epoch ms
 * @param receivedNanos the same, by {@link System#nanoTime}
 */
record Received(
        ClientTrace client,
        TopicPartition partition,
        long offset,
        long timestampMs,
        @Nullable Origin origin,
        TraceContext trace,
        @Nullable String messageId,
        @Nullable String keyText,
        int valueSize,
        long receivedMs,
        long receivedNanos) {

    /** Keys and headers of an application can be as large as its messages, so only the start of a long text is kept. */
    Received {
        messageId = TraceEvent.keyword(messageId);
        keyText = TraceEvent.keyword(keyText);
    }

    TraceEvent received() {
        return event(EventType.RECEIVE, trace, receivedMs).build();
    }

    /** The event for the committed offset, in a span whose parent is the receive span. */
    TraceEvent processed(Ids ids, long committedMs, long committedNanos) {
        return event(EventType.PROCESS, trace.child(ids), committedMs)
                .number(TraceField.DURATION_US, TimeUnit.NANOSECONDS.toMicros(committedNanos - receivedNanos))
                .build();
    }

    private TraceEvent.Builder event(EventType type, TraceContext context, long nowMs) {
        String id = EventId.of(type, partition.topic(), partition.partition(), offset, timestampMs, client.node());
        TraceEvent.Builder event = client.event(type, id, context, nowMs)
                .keyword(TraceField.MESSAGE_ID, messageId)
                .position(partition.topic(), partition.partition(), offset)
                .date(TraceField.RECORD_TS, timestampMs)
                .key(keyText)
                .origin(origin, timestampMs)
                .status(EventStatus.OK);
        if (timestampMs >= 0) {
            // the time in the queue ends when the message is received, in both events
            event.number(TraceField.QUEUE_DELAY_MS, receivedMs - timestampMs);
        }
        return valueSize < 0 ? event.flag(TraceField.TOMBSTONE, true) : event.number(TraceField.VALUE_SIZE, valueSize);
    }
}
