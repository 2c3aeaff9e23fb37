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
 * Stamps what one producer sends, and tells how it went. With clients from 4.1 on, a send is told of when it is
 * acknowledged, with its outcome; older ones do not say which record an acknowledgement is for, so that the send is told
 * of when it begins, without outcome, and a failure in an event of its own. For any thread.
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
     * @param emitter null where headers are written and nothing else; closed with this
     * @param tellsOnAcknowledgement whether the client hands the headers back with the acknowledgement
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

    /** The record that is sent instead, with this hop in its headers; the record itself is never changed. */
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
        // an id of the application's that is no text stays, and events go without
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
            // made at once, so that it does not hold the record
            TraceEvent event = begun(stamped, trace, messageId, nowMs);
            emitter.emit(() -> event);
        }
        return stamped;
    }

    /**
     * Tells how a send went.
     *
     * @param metadata null where the topic is not known
     * @param failure null where it went well
     * @param headers null where the client does not hand them back
     * @throws IllegalStateException where they are those of a record that was stamped, and remember nothing of it
     */
    void acknowledged(@Nullable RecordMetadata metadata, @Nullable Exception failure, @Nullable Headers headers) {
        if (emitter == null || (metadata != null && metadata.topic().equals(eventTopic))) {
            return;
        }
        SentTrace sent = SentTrace.of(headers);
        long nowNanos = System.nanoTime();
        if (sent == null && headers != null && headers.lastHeader(HeaderNames.TRACEPARENT) == null) {
            // never stamped: Connect's own, or one that stamping failed for, which was told of
            return;
        } else if (failure != null) {
            TraceEvent event = failed(metadata, failure, sent, headers, nowNanos);
            emitter.emit(() -> event);
        } else if (sent == null && headers != null) {
            throw new IllegalStateException(
                    "an interceptor behind this one has replaced the headers, and this one cannot tell of the send");
        } else if (sent != null && metadata != null && sent.trace().sampled()) {
            emitter.emit(() -> taken(metadata, sent, nowNanos));
        }
    }

    /** Headers that could not be read, and counted as absent. */
    long malformedHeaders() {
        return tracer.malformed();
    }

    /** Records whose {@code trace_id} was not that of their {@code traceparent}, which counted. */
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

    /** Whether the record gets to Kafka is not known yet: no status, no position, and an id of its own. */
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

    /** Of a record that the client does not name: the trace of the event alone. */
    private TraceContext trace(@Nullable Headers headers) {
        return tracer.next(new KafkaMessageHeaders(headers == null ? new RecordHeaders() : headers));
    }
}
