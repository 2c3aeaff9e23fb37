/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.trace.EventId;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.core.trace.Hops;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import io.kafkacourier.core.trace.TraceHeaders;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.emit.TraceEmitter;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Adds trace headers to the records of one producer, and reports its sends. With clients of version 4.1 or later, a
 * send is reported with its outcome when it is acknowledged. Older clients do not identify the record of an
 * acknowledgement: the send is reported when it begins, without outcome, and a failure is reported in a separate event.
 * For any thread.
 */
final class ProducerTracing implements AutoCloseable {

    private final ClientTrace client;
    private final Clock clock;
    private final Ids ids;
    private final Tracer tracer;
    private final @Nullable Hops hops;
    private final EventPrivacy privacy;
    private final HeaderPolicy headerPolicy;
    private final String eventTopic;
    private final @Nullable TraceEmitter emitter;
    private final boolean tellsOnAcknowledgement;

    /**
     * @param emitter null if no events are sent; closed with this
     * @param tellsOnAcknowledgement whether the client passes the headers to {@code onAcknowledgement}
     */
    ProducerTracing(
            TraceInterceptorConfig config,
            Clock clock,
            Ids ids,
            @Nullable TraceEmitter emitter,
            boolean tellsOnAcknowledgement) {
        this.client = ClientTrace.of(config);
        this.clock = clock;
        this.ids = ids;
        this.headerPolicy = config.headers();
        this.tracer = new Tracer(ids, config.sampler(), headerPolicy.traceIdHeader());
        this.hops = config.hops() ? new Hops(Hops.Kind.PRODUCE, config.node()) : null;
        this.privacy = config.privacy();
        this.eventTopic = config.topic();
        this.emitter = emitter;
        this.tellsOnAcknowledgement = tellsOnAcknowledgement;
    }

    /** Returns the record to send instead, with this hop in its headers. The original record never changes. */
    <K, V> ProducerRecord<K, V> sending(ProducerRecord<K, V> record) {
        if (record.topic().equals(eventTopic)) {
            return record;
        }
        ProducerRecord<K, V> stamped = new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.timestamp(),
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()));
        KafkaMessageHeaders headers = new KafkaMessageHeaders(stamped.headers());
        long nowMs = clock.millis();
        TraceContext trace = tracer.next(headers);
        // an application's id that is not text stays, and events have no message id
        boolean hasMessageId = headers.size(HeaderNames.MESSAGE_ID) > 0;
        String messageId = hasMessageId ? headers.text(HeaderNames.MESSAGE_ID) : ids.uuid();
        new TraceHeaders(
                        trace,
                        hasMessageId ? null : messageId,
                        hops == null ? null : hops.append(headers.chars(HeaderNames.TRACE_HOPS), nowMs))
                .writeTo(headers, headerPolicy, emitter != null && trace.sampled());
        if (emitter != null && tellsOnAcknowledgement) {
            String keyText = trace.sampled() ? privacy.key(record.key()) : null;
            byte[] written =
                    stamped.headers().lastHeader(HeaderNames.MESSAGE_ID).value();
            headers.remove(HeaderNames.MESSAGE_ID);
            stamped.headers().add(new SentTrace(trace, written, messageId, keyText, nowMs, System.nanoTime()));
        } else if (emitter != null && trace.sampled()) {
            // built now, so that the supplier does not keep the record in memory
            TraceEvent event = begun(stamped, trace, messageId, nowMs);
            emitter.emit(() -> event);
        }
        return stamped;
    }

    /**
     * Reports the outcome of a send.
     *
     * @param metadata null if the topic is not known
     * @param failure null if the send succeeded
     * @param headers null if the client does not return them
     * @throws IllegalStateException if the headers of a stamped record have been replaced
     */
    void acknowledged(@Nullable RecordMetadata metadata, @Nullable Exception failure, @Nullable Headers headers) {
        if (emitter == null || (metadata != null && metadata.topic().equals(eventTopic))) {
            return;
        }
        SentTrace sent = SentTrace.of(headers);
        long nowNanos = System.nanoTime();
        if (sent == null && headers != null && headers.lastHeader(HeaderNames.TRACEPARENT) == null) {
            // never stamped: a record of Connect itself, or one whose stamping failed, which was logged
            return;
        } else if (failure != null) {
            TraceEvent event = failed(metadata, failure, sent, headers, nowNanos);
            emitter.emit(() -> event);
        } else if (sent == null && headers != null) {
            throw new IllegalStateException(
                    "a later interceptor has replaced the headers, so the send cannot be reported");
        } else if (sent != null && metadata != null && sent.trace().sampled()) {
            emitter.emit(() -> taken(metadata, sent, nowNanos));
        }
    }

    /** Malformed trace headers, which were treated as absent. */
    long malformedHeaders() {
        return tracer.malformed();
    }

    /** Records whose {@code trace_id} differed from their {@code traceparent}; the latter was used. */
    long conflicts() {
        return tracer.conflicts();
    }

    long droppedEvents() {
        return emitter == null ? 0 : emitter.dropped();
    }

    @Override
    public void close() {
        if (emitter != null) {
            emitter.close();
        }
    }

    /**
     * It is not known yet whether the record reaches Kafka, so the event has no status, no position, and a random id.
     */
    private TraceEvent begun(ProducerRecord<?, ?> record, TraceContext trace, @Nullable String messageId, long nowMs) {
        TraceEvent.Builder event = client.event(EventType.SEND, ids.uuid(), trace, nowMs)
                .keyword(TraceField.MESSAGE_ID, messageId)
                .keyword(TraceField.TOPIC, record.topic())
                .origin(new KafkaMessageHeaders(record.headers()))
                .key(privacy.key(record.key()))
                .valueSize(record.value());
        if (record.partition() != null) {
            event.number(TraceField.PARTITION, record.partition());
        }
        return event.build();
    }

    private TraceEvent taken(RecordMetadata metadata, SentTrace sent, long nowNanos) {
        String eventId = metadata.hasOffset()
                ? EventId.of(
                        EventType.SEND,
                        metadata.topic(),
                        metadata.partition(),
                        metadata.offset(),
                        metadata.timestamp(),
                        client.node())
                : ids.uuid();
        TraceEvent.Builder event = event(eventId, sent, nowNanos)
                .position(metadata.topic(), metadata.partition(), metadata.offset())
                .date(TraceField.RECORD_TS, metadata.timestamp())
                .status(EventStatus.OK);
        return (metadata.serializedValueSize() < 0
                        ? event.flag(TraceField.TOMBSTONE, true)
                        : event.number(TraceField.VALUE_SIZE, metadata.serializedValueSize()))
                .build();
    }

    private TraceEvent failed(
            @Nullable RecordMetadata metadata,
            Exception failure,
            @Nullable SentTrace sent,
            @Nullable Headers headers,
            long nowNanos) {
        TraceEvent.Builder event = sent != null
                ? event(ids.uuid(), sent, nowNanos)
                : client.event(EventType.SEND, ids.uuid(), trace(headers), clock.millis());
        event.error(failure.getClass().getName(), privacy.errorMessage(failure.getMessage()));
        if (metadata != null) {
            event.keyword(TraceField.TOPIC, metadata.topic());
            if (metadata.partition() >= 0) {
                event.number(TraceField.PARTITION, metadata.partition());
            }
        }
        return event.build();
    }

    private TraceEvent.Builder event(String eventId, SentTrace sent, long nowNanos) {
        return client.event(EventType.SEND, eventId, sent.trace(), sent.sentMs())
                .keyword(TraceField.MESSAGE_ID, sent.messageId())
                .key(sent.keyText())
                .number(TraceField.DURATION_US, TimeUnit.NANOSECONDS.toMicros(nowNanos - sent.sentNanos()));
    }

    /** The trace for the event of a record that the client does not identify; nothing else uses it. */
    private TraceContext trace(@Nullable Headers headers) {
        return tracer.next(new KafkaMessageHeaders(headers == null ? new RecordHeaders() : headers));
    }
}
