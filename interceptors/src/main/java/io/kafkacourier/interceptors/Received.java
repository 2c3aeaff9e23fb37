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
 * What is to be told of a message that was received. It holds nothing of the record itself, whose headers would keep the
 * whole answer of the broker in memory.
 *
 * @param trace whose span is that of receiving
 * @param timestampMs the record's, epoch ms; negative where it has none
 * @param origin null where the message is where it first was
 * @param messageId null where it has none
 * @param keyText what events tell of the key; null for nothing
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

    /** What an application put into keys and headers may be as large as its messages; of that little is kept. */
    Received {
        messageId = TraceEvent.keyword(messageId);
        keyText = TraceEvent.keyword(keyText);
    }

    TraceEvent received() {
        return event(EventType.RECEIVE, trace, receivedMs).build();
    }

    /** That its offset was committed, in a span whose parent is that of receiving. */
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
            // the time in the queue ends when the message is received, whatever is told of it
            event.number(TraceField.QUEUE_DELAY_MS, receivedMs - timestampMs);
        }
        return valueSize < 0 ? event.flag(TraceField.TOMBSTONE, true) : event.number(TraceField.VALUE_SIZE, valueSize);
    }
}
