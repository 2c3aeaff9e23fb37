/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.trace.EventId;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.HeaderPolicy;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import io.kafkacourier.core.trace.TraceHeaders;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.targets.TargetRules;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reports held, delivered and refused messages in event records that accompany them: with the same progress, and in the
 * same transaction. A message goes on with the span of its last event as parent. If a trace is not sampled, its messages
 * are not reported and stay as they are.
 */
public final class TraceEvents {

    private final String topic;
    private final String connector;
    private final EventType onDelivery;
    private final @Nullable EventType onRefusal;
    private final TargetRules rules;
    private final EventPrivacy privacy;
    private final HeaderPolicy headerPolicy;
    private final Tracer tracer;
    private final Clock clock;

    /** @param config names the topic of events, which has to exist, the events, and the data that they contain */
    public TraceEvents(SourceConfig config, TargetRules rules, Ids ids, Clock clock) {
        this.topic = config.traceTopic();
        this.connector = config.connectorName();
        this.onDelivery = config.kind().delivered();
        this.onRefusal = config.kind().refused();
        this.rules = rules;
        this.privacy = config.privacy();
        this.headerPolicy = config.traceHeaders();
        this.tracer = new Tracer(ids, new Sampler(1), headerPolicy.traceIdHeader());
        this.clock = clock;
    }

    /**
     * Reports that a message is held, or goes to a tier.
     *
     * @param hop the record for the tier; null if the message is held
     * @return null if its trace is not sampled, or if the message was reported when it was held before
     * @throws RetriableException if the topic of events does not exist, or the cluster has not answered yet
     */
    @Nullable
    public SourceRecord scheduled(InputPartition input, Action<Outgoing> action, @Nullable SourceRecord hop) {
        ConsumerRecord<byte[], byte[]> message = action.entry().message().record();
        MessageHeaders headers = new KafkaMessageHeaders(message.headers());
        TraceContext span = span(EventType.SCHEDULE, message, headers);
        if (!span.sampled()) {
            return null;
        }
        if (hop != null) {
            write(span, new ConnectMessageHeaders(hop.headers(), ConnectMessageHeaders.Form.BYTES));
        }
        if (action instanceof Action.Deliver<?> deliver && deliver.wasHeld()) {
            return null;
        }
        TraceEvent.Builder event = begin(EventType.SCHEDULE, span, action.entry(), headers);
        event.position(message.topic(), message.partition(), message.offset())
                .origin(headers)
                .status(EventStatus.OK);
        return record(input, action, event.build());
    }

    /**
     * Reports that a message is delivered to a topic; its offset there is not known yet.
     *
     * @return null if its trace is not sampled
     * @throws RetriableException if the topic of events does not exist, or the cluster has not answered yet
     */
    @Nullable
    public SourceRecord delivered(InputPartition input, Action<Outgoing> action, SourceRecord delivered) {
        Entry<Outgoing> entry = action.entry();
        MessageHeaders headers = new ConnectMessageHeaders(delivered.headers(), ConnectMessageHeaders.Form.BYTES);
        TraceContext span = span(onDelivery, entry.message().record(), headers);
        if (!span.sampled()) {
            return null;
        }
        if (action instanceof Action.Deliver<?> deliver && deliver.wasHeld() && !input.isTier()) {
            span = span.childOf(
                    EventId.spanId(eventId(EventType.SCHEDULE, entry.message().record())));
        }
        write(span, headers);
        TraceEvent.Builder event = begin(onDelivery, span, entry, headers);
        event.keyword(TraceField.TOPIC, delivered.topic()).origin(headers).status(EventStatus.OK);
        addAttempt(event, headers);
        // a message without a delay has no due time to be late for, and one in a tier has no time of arrival
        if (entry.enteredMs() >= 0 && (entry.dueMs() > 0 || !input.isTier())) {
            event.number(TraceField.LATENESS_MS, clock.millis() - Math.max(entry.dueMs(), entry.enteredMs()));
        }
        return record(input, action, event.build());
    }

    /**
     * Reports that a message is refused, and why.
     *
     * @return null if its trace is not sampled, or if refused messages are not reported
     * @throws RetriableException if the topic of events does not exist, or the cluster has not answered yet
     */
    @Nullable
    public SourceRecord refused(InputPartition input, Action<Outgoing> action, SourceRecord refused) {
        if (onRefusal == null) {
            return null;
        }
        MessageHeaders headers = new ConnectMessageHeaders(refused.headers(), ConnectMessageHeaders.Form.BYTES);
        TraceContext span = span(onRefusal, action.entry().message().record(), headers);
        if (!span.sampled()) {
            return null;
        }
        write(span, headers);
        TraceEvent.Builder event = begin(onRefusal, span, action.entry(), headers);
        event.keyword(TraceField.TOPIC, refused.topic()).origin(headers);
        addAttempt(event, headers);
        event.error(
                headers.text(HeaderNames.ERROR_CLASS), privacy.errorMessage(headers.text(HeaderNames.ERROR_MESSAGE)));
        return record(input, action, event.build());
    }

    private static void addAttempt(TraceEvent.Builder event, MessageHeaders headers) {
        long attempt = HeaderNumber.of(headers, HeaderNames.RETRY_ATTEMPT);
        if (attempt >= 0) {
            event.number(TraceField.ATTEMPT, attempt);
        }
    }

    /** The span of an event of a message. It is the same each time the message is read, and so is a trace that begins here. */
    private TraceContext span(EventType type, ConsumerRecord<byte[], byte[]> message, MessageHeaders headers) {
        return tracer.next(headers, EventId.spanId(eventId(type, message)), () -> origin(message, headers));
    }

    private String eventId(EventType type, ConsumerRecord<byte[], byte[]> message) {
        return EventId.of(type, message.topic(), message.partition(), message.offset(), message.timestamp(), connector);
    }

    private void write(TraceContext span, MessageHeaders headers) {
        new TraceHeaders(span, null, null).writeTo(headers, headerPolicy, true);
    }

    private TraceEvent.Builder begin(EventType type, TraceContext span, Entry<Outgoing> entry, MessageHeaders headers) {
        ConsumerRecord<byte[], byte[]> message = entry.message().record();
        long nowMs = clock.millis();
        TraceEvent.Builder event = TraceEvent.builder(type, eventId(type, message), span, nowMs)
                .keyword(TraceField.MESSAGE_ID, headers.text(HeaderNames.MESSAGE_ID))
                .keyword(TraceField.CONNECTOR, connector)
                .keyword(TraceField.NODE, connector)
                .date(TraceField.RECORD_TS, message.timestamp())
                .key(privacy.key(message.key()))
                .valueSize(message.value());
        if (entry.dueMs() > 0) {
            event.date(TraceField.DUE_AT, entry.dueMs());
        }
        return message.timestamp() < 0 ? event : event.number(TraceField.QUEUE_DELAY_MS, nowMs - message.timestamp());
    }

    /** A trace id from the first position of the message in its headers, or else from its current position. */
    private static String origin(ConsumerRecord<byte[], byte[]> message, MessageHeaders headers) {
        String topic = headers.text(HeaderNames.ORIGIN_TOPIC);
        String none = "";
        if (topic == null) {
            return EventId.of(
                    EventType.SEND, message.topic(), message.partition(), message.offset(), message.timestamp(), none);
        }
        return EventId.of(
                EventType.SEND,
                topic,
                (int) HeaderNumber.of(headers, HeaderNames.ORIGIN_PARTITION),
                HeaderNumber.of(headers, HeaderNames.ORIGIN_OFFSET),
                HeaderNumber.of(headers, HeaderNames.ORIGIN_TIMESTAMP),
                none);
    }

    private SourceRecord record(InputPartition input, Action<Outgoing> action, TraceEvent event) {
        Integer partition = rules.requireTaker(topic)
                .openIfBlocked(action.entry().message().record().partition());
        return new TrackedRecord(
                input, action, RecordKind.EVENT, null, topic, partition, event.key(), event.json(), null, null);
    }
}
