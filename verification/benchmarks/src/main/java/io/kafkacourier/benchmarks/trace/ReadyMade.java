/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A base case for the cost of tracing: an interceptor that creates nothing. It adds prebuilt headers to each message
 * and sends three prebuilt events per acknowledged message. The difference to real tracing is the cost of our own code.
 */
public class ReadyMade implements ProducerInterceptor<byte[], byte[]> {

    /** The client property that enables events. */
    static final String EVENTS = "ready.made.events";

    private static final List<Header> HEADERS = List.of(
            header("trace_id", "0af7651916cd43dd8448eb211c80319c"),
            header("message_id", "0190163d-8694-739b-aea5-966c26f8ad90"),
            header("trace_hops", "v1,1;p,producer-1,1769860800000"),
            header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"));
    private static final int DIFFERENT_MESSAGES = 10_000;
    private static final List<EventType> TYPES = List.of(EventType.SEND, EventType.RECEIVE, EventType.PROCESS);
    private static final int QUEUE_CAPACITY = 10_000;
    private static final List<TraceEvent> READY = events();

    private final AtomicInteger next = new AtomicInteger();
    private @Nullable TraceEmitter emitter;

    @Override
    public void configure(Map<String, ?> properties) {
        if (Boolean.parseBoolean(String.valueOf(properties.get(EVENTS)))) {
            String servers = String.valueOf(properties.get("bootstrap.servers"));
            emitter = TraceEmitter.open(
                    new EmitterSettings(Tracing.TOPIC, 6, QUEUE_CAPACITY, Map.of("bootstrap.servers", servers)));
        }
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> record) {
        for (Header header : HEADERS) {
            record.headers().add(header);
        }
        return record;
    }

    @Override
    public void onAcknowledgement(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
        if (emitter != null) {
            for (int i = 0; i < TYPES.size(); i++) {
                TraceEvent event = READY.get(next.getAndIncrement() % READY.size());
                emitter.emit(() -> event);
            }
        }
    }

    @Override
    public void close() {
        if (emitter != null) {
            emitter.close();
        }
    }

    private static Header header(String name, String text) {
        return new RecordHeader(name, text.getBytes(US_ASCII));
    }

    private static List<TraceEvent> events() {
        Ids ids = Ids.system();
        Tracer tracer = new Tracer(ids, new Sampler(1));
        List<TraceEvent> events = new ArrayList<>();
        for (int offset = 0; offset < DIFFERENT_MESSAGES; offset++) {
            TraceContext trace = tracer.next(new KafkaMessageHeaders(new RecordHeaders()));
            String messageId = ids.uuid();
            for (EventType type : TYPES) {
                events.add(event(type, trace, messageId, offset, System.currentTimeMillis()));
            }
        }
        return events;
    }

    private static TraceEvent event(EventType type, TraceContext trace, String messageId, int offset, long nowMs) {
        return TraceEvent.builder(type, messageId.replace("-", ""), trace, nowMs)
                .keyword(TraceField.NODE, "group-of-orders-1-ALL")
                .keyword(TraceField.CLIENT_ID, "consumer-group-of-orders-1-ALL-1")
                .keyword(TraceField.GROUP, "group-of-orders-1-ALL")
                .keyword(TraceField.MESSAGE_ID, messageId)
                .position("orders-1-ALL", 1, offset)
                .date(TraceField.RECORD_TS, nowMs)
                .number(TraceField.QUEUE_DELAY_MS, 12)
                .number(TraceField.E2E_MS, 12)
                .number(TraceField.DURATION_US, 5_000 + offset)
                .number(TraceField.VALUE_SIZE, 200)
                .status(EventStatus.OK)
                .build();
    }
}
