/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkacourier.benchmarks.measure.Contender;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.SharedFields;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Map;

/** The contenders that write a {@code receive} event as JSON. */
public enum EventWriter implements Contender {
    TRACE_EVENT("TraceEvent") {
        @Override
        byte[] write(long offset) {
            return TraceEvent.builder(EventType.RECEIVE, EVENT_ID, TRACE, NOW_MS + offset)
                    .all(SHARED)
                    .keyword(TraceField.MESSAGE_ID, MESSAGE_ID)
                    .position(TOPIC, 3, offset)
                    .date(TraceField.RECORD_TS, NOW_MS)
                    .number(TraceField.E2E_MS, 12)
                    .number(TraceField.QUEUE_DELAY_MS, 12)
                    .number(TraceField.VALUE_SIZE, 200)
                    .status(EventStatus.OK)
                    .build()
                    .json();
        }
    },
    JACKSON("Jackson's JsonGenerator and the JDK's date formatter") {
        @Override
        byte[] write(long offset) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
            try (JsonGenerator json = JSON.createGenerator(bytes)) {
                json.writeStartObject();
                json.writeNumberField("schema", 1);
                json.writeStringField("event_id", EVENT_ID);
                json.writeStringField("event", "receive");
                json.writeStringField("@timestamp", date(NOW_MS + offset));
                json.writeStringField("trace_id", TRACE.traceId());
                json.writeStringField("span_id", TRACE.spanId());
                json.writeStringField("parent_span_id", TRACE.parentSpanId());
                json.writeBooleanField("sampled", true);
                json.writeStringField("node", NODE);
                json.writeStringField("client_id", CLIENT);
                json.writeStringField("group", NODE);
                json.writeStringField("message_id", MESSAGE_ID);
                json.writeStringField("topic", TOPIC);
                json.writeNumberField("partition", 3);
                json.writeNumberField("offset", offset);
                json.writeStringField("record_ts", date(NOW_MS));
                json.writeNumberField("e2e_ms", 12);
                json.writeNumberField("queue_delay_ms", 12);
                json.writeNumberField("value_size", 200);
                json.writeStringField("status", "ok");
                json.writeEndObject();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return bytes.toByteArray();
        }
    };

    private static final JsonFactory JSON = new JsonFactory();
    private static final DateTimeFormatter RFC_3339 =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    private static final long NOW_MS = 1_769_860_800_123L;
    private static final String EVENT_ID = "43985f71dd1a5190aab15467c8328859";
    private static final String MESSAGE_ID = "0190163d-8694-739b-aea5-966c26f8ad90";
    private static final String TOPIC = "orders";
    private static final String NODE = "billing";
    private static final String CLIENT = "consumer-billing-1";
    private static final TraceContext TRACE =
            new TraceContext("0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7", "b7ad6b7169203331", true, "");
    private static final SharedFields SHARED =
            SharedFields.of(Map.of(TraceField.NODE, NODE, TraceField.CLIENT_ID, CLIENT, TraceField.GROUP, NODE));

    private final String title;

    EventWriter(String title) {
        this.title = title;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public int warmUpSeconds() {
        return 6;
    }

    abstract byte[] write(long offset);

    private static String date(long epochMs) {
        return RFC_3339.format(Instant.ofEpochMilli(epochMs));
    }
}
