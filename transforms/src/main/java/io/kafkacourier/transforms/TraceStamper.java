/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.rule.SourceExpression;
import io.kafkacourier.core.trace.EventId;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.core.trace.Hops;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Origin;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import io.kafkacourier.core.trace.TraceHeaders;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import io.kafkacourier.kafka.record.ConnectRecordView;
import java.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes trace headers to the records of one task and sends an event for each. For one thread, except {@link #counts}.
 */
final class TraceStamper implements AutoCloseable {

    private static final long NO_TIMESTAMP = -1;
    /** In characters. A longer text is not an id, and as a header it could make the record too large to send. */
    private static final int MESSAGE_ID_MAX = 256;

    private final StampTraceConfig config;
    private final ConnectorContext context;
    private final String node;
    private final Clock clock;
    private final Ids ids;
    private final Tracer tracer;
    private final HeaderPolicy headerPolicy;
    private final EventPrivacy privacy;
    private final Hops connectHop;
    private final Hops sinkHop;
    private final @Nullable SourceExpression messageIdFrom;
    private final @Nullable TraceEmitter emitter;
    private final LongAdder unreadableMessageIds = new LongAdder();
    private final StampTraceBean bean;

    /** @param node the name of this hop */
    TraceStamper(
            StampTraceConfig config,
            ConnectorContext context,
            String node,
            Clock clock,
            Ids ids,
            Function<EmitterSettings, TraceEmitter> emitters) {
        this.config = config;
        this.context = context;
        this.node = node;
        this.clock = clock;
        this.ids = ids;
        this.headerPolicy = config.headers();
        this.tracer = new Tracer(ids, config.sampler(), headerPolicy.traceIdHeader());
        this.privacy = config.privacy();
        this.connectHop = new Hops(Hops.Kind.CONNECT, node);
        this.sinkHop = new Hops(Hops.Kind.SINK, node);
        this.messageIdFrom = config.messageIdFrom();
        EmitterSettings settings = config.emitter();
        this.emitter = settings == null ? null : emitters.apply(settings);
        this.bean = new StampTraceBean(node, this);
    }

    /** Returns a copy of the record with this hop in its headers. */
    <R extends ConnectRecord<R>> R stamp(R record) {
        Headers copy = record.headers().duplicate();
        MessageHeaders headers = new ConnectMessageHeaders(copy, config.headerForm(record));
        long nowMs = clock.millis();
        TraceContext trace = tracer.next(headers);
        CharSequence newMessageId = newMessageId(record, headers);
        Hops hop = record instanceof SinkRecord ? sinkHop : connectHop;
        String hops = config.hops() ? hop.append(headers.chars(HeaderNames.TRACE_HOPS), nowMs) : null;
        boolean hasEvent = emitter != null && trace.sampled();
        new TraceHeaders(trace, newMessageId, hops).writeTo(headers, headerPolicy, hasEvent);
        if (emitter != null && hasEvent) {
            TraceEvent event = event(record, headers, trace, nowMs);
            emitter.emit(() -> event);
        }
        return record.newRecord(
                record.topic(),
                record.kafkaPartition(),
                record.keySchema(),
                record.key(),
                record.valueSchema(),
                record.value(),
                record.timestamp(),
                copy);
    }

    /** Counts of problems so far; for any thread. */
    Counts counts() {
        return new Counts(
                tracer.malformed(),
                tracer.conflicts(),
                unreadableMessageIds.sum(),
                emitter == null ? 0 : emitter.dropped());
    }

    @Override
    public void close() {
        bean.close();
        if (emitter != null) {
            emitter.close();
        }
    }

    /**
     * The message id from the configured field, or a new one if the message has none.
     *
     * @return null if the message keeps its own id, even if that is not text
     */
    private @Nullable CharSequence newMessageId(ConnectRecord<?> record, MessageHeaders headers) {
        String found = messageIdFrom == null ? null : read(messageIdFrom, record);
        if (found != null && found.length() > MESSAGE_ID_MAX) {
            unreadableMessageIds.increment();
        } else if (found != null && !found.isEmpty()) {
            return found;
        }
        return headers.size(HeaderNames.MESSAGE_ID) > 0 ? null : ids.uuid();
    }

    private @Nullable String read(SourceExpression source, ConnectRecord<?> record) {
        try {
            String text = source.text(new ConnectRecordView(record));
            // readers of the header strip it too
            return text == null ? null : HeaderText.strip(text);
        } catch (JsonException e) {
            unreadableMessageIds.increment();
            return null;
        }
    }

    private TraceEvent event(ConnectRecord<?> record, MessageHeaders headers, TraceContext trace, long nowMs) {
        TraceEvent.Builder event =
                record instanceof SinkRecord sink ? received(sink, trace, nowMs) : sent(record, trace, nowMs);
        event.keyword(TraceField.MESSAGE_ID, headers.text(HeaderNames.MESSAGE_ID))
                .origin(Origin.of(headers), record instanceof SinkRecord ? timestamp(record) : NO_TIMESTAMP)
                .date(TraceField.RECORD_TS, timestamp(record))
                .keyword(TraceField.CONNECTOR, context.connector())
                .keyword(TraceField.NODE, node)
                .key(privacy.key(record.key()))
                .valueSize(record.value());
        if (context.task() != null) {
            event.number(TraceField.TASK, context.task());
        }
        return event.build();
    }

    /**
     * It is not known yet whether the record reaches Kafka, so the event has no status, no position, and a random id.
     */
    private TraceEvent.Builder sent(ConnectRecord<?> record, TraceContext trace, long nowMs) {
        TraceEvent.Builder event =
                TraceEvent.builder(EventType.SEND, ids.uuid(), trace, nowMs).keyword(TraceField.TOPIC, record.topic());
        return record.kafkaPartition() == null ? event : event.number(TraceField.PARTITION, record.kafkaPartition());
    }

    private TraceEvent.Builder received(SinkRecord record, TraceContext trace, long nowMs) {
        long timestampMs = timestamp(record);
        String topic = record.originalTopic();
        int partition = record.originalKafkaPartition();
        long offset = record.originalKafkaOffset();
        String id = EventId.of(EventType.RECEIVE, topic, partition, offset, timestampMs, node);
        TraceEvent.Builder event = TraceEvent.builder(EventType.RECEIVE, id, trace, nowMs)
                .position(topic, partition, offset)
                .status(EventStatus.OK);
        if (timestampMs != NO_TIMESTAMP) {
            event.number(TraceField.QUEUE_DELAY_MS, nowMs - timestampMs);
        }
        return event;
    }

    private static long timestamp(ConnectRecord<?> record) {
        Long timestamp = record.timestamp();
        return timestamp == null ? NO_TIMESTAMP : timestamp;
    }

    /**
     * @param malformedHeaders trace headers that were treated as absent
     * @param conflicts messages whose {@code trace_id} differed from their {@code traceparent}
     * @param unreadableMessageIds records whose message id could not be read, because they are not JSON, or was too
     *     long
     * @param droppedEvents dropped events of all tasks with the same emitter settings
     */
    record Counts(long malformedHeaders, long conflicts, long unreadableMessageIds, long droppedEvents) {}
}
