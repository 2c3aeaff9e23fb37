/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.trace.TraceField.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a message at one place: a flat set of {@link TraceField}s. As a Kafka record its key is the trace id,
 * so that one trace stays in order, and its value is one JSON object. Immutable; safe for use by several threads.
 */
public final class TraceEvent {

    /** The version of the form. */
    public static final long SCHEMA = 1;
    /** How many characters of an error's message are kept. */
    public static final int ERROR_MESSAGE_MAX = 256;
    /** How many characters of a keyword are kept: what is longer is not an identity, and no index takes it. */
    public static final int KEYWORD_MAX = 1024;

    private static final TraceField[] FIELDS = TraceField.values();
    private static final JsonFactory JSON = new JsonFactory();
    private static final int USUAL_SIZE = 1024;

    private final EnumMap<TraceField, Object> values;

    private TraceEvent(EnumMap<TraceField, Object> values) {
        this.values = values;
    }

    /**
     * Begins an event with what every event has.
     *
     * @param eventId from {@link EventId#of} for a record with a position, else from {@link Ids#uuid()}
     * @param nowMs when it happened, epoch milliseconds
     */
    public static Builder builder(EventType event, String eventId, TraceContext context, long nowMs) {
        return new Builder(event, eventId, context, nowMs);
    }

    /** The event's identity: {@link TraceField#EVENT_ID}. */
    public String id() {
        return text(TraceField.EVENT_ID);
    }

    /** As much of a text as a keyword keeps: whoever holds one for an event to come need not hold more. */
    public static @Nullable String keyword(@Nullable String text) {
        return Builder.shortened(text, KEYWORD_MAX);
    }

    /** The key of the event's record. */
    public byte[] key() {
        return text(TraceField.TRACE_ID).getBytes(US_ASCII);
    }

    /** The value of the event's record: one JSON object in UTF-8, without line breaks and without absent fields. */
    public byte[] json() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_SIZE);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            for (TraceField field : FIELDS) {
                Object value = values.get(field);
                if (value != null) {
                    json.writeFieldName(field.text());
                    write(json, field.kind(), value);
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a trace event could not be written to memory", e);
        }
        return bytes.toByteArray();
    }

    /** This event, announcing that others before it were lost. */
    public TraceEvent withDroppedBefore(long dropped) {
        EnumMap<TraceField, Object> announcing = new EnumMap<>(values);
        announcing.put(TraceField.DROPPED_BEFORE, dropped);
        return new TraceEvent(announcing);
    }

    private String text(TraceField field) {
        return String.valueOf(values.get(field));
    }

    /** Names event and trace, for logs. */
    @Override
    public String toString() {
        return text(TraceField.EVENT) + " " + text(TraceField.EVENT_ID) + " of trace " + text(TraceField.TRACE_ID);
    }

    private static void write(JsonGenerator json, Kind kind, Object value) throws IOException {
        switch (kind) {
            case KEYWORD, TEXT -> json.writeString((String) value);
            case DATE -> {
                char[] date = Rfc3339.format((Long) value);
                json.writeString(date, 0, date.length);
            }
            case LONG -> json.writeNumber((Long) value);
            case BOOLEAN -> json.writeBoolean((Boolean) value);
        }
    }

    /** Collects the fields of one event. Not safe for use by several threads; of no use after {@link #build()}. */
    public static final class Builder {

        private final EnumMap<TraceField, Object> values = new EnumMap<>(TraceField.class);
        private final long nowMs;

        private Builder(EventType event, String eventId, TraceContext context, long nowMs) {
            this.nowMs = nowMs;
            number(TraceField.SCHEMA, SCHEMA);
            keyword(TraceField.EVENT_ID, eventId);
            keyword(TraceField.EVENT, event.text());
            date(TraceField.TIMESTAMP, nowMs);
            keyword(TraceField.TRACE_ID, context.traceId());
            keyword(TraceField.SPAN_ID, context.spanId());
            keyword(TraceField.PARENT_SPAN_ID, context.parentSpanId());
            flag(TraceField.SAMPLED, context.sampled());
        }

        /** Sets a field of kind KEYWORD to the first characters of {@code text}; null and empty leave it out. */
        public Builder keyword(TraceField field, @Nullable String text) {
            return put(field, Kind.KEYWORD, shortened(text, KEYWORD_MAX));
        }

        /** Sets a field of kind LONG. */
        public Builder number(TraceField field, long number) {
            return put(field, Kind.LONG, number);
        }

        /** Sets a field of kind DATE; what RFC 3339 cannot write, and times before 1970 (Kafka's -1: none), are left out. */
        public Builder date(TraceField field, long epochMs) {
            return epochMs < 0 || epochMs > Rfc3339.LAST_MS ? this : put(field, Kind.DATE, epochMs);
        }

        /** Sets a field of kind BOOLEAN. */
        public Builder flag(TraceField field, boolean flag) {
            return put(field, Kind.BOOLEAN, flag);
        }

        /** Sets the record's position; without an offset (below zero) partition and topic alone. */
        public Builder position(String topic, int partition, long offset) {
            keyword(TraceField.TOPIC, topic);
            number(TraceField.PARTITION, partition);
            return offset < 0 ? this : number(TraceField.OFFSET, offset);
        }

        /** Sets where the message first was, as its headers say, and the end-to-end time from there. */
        public Builder origin(MessageHeaders headers) {
            return origin(Origin.of(headers));
        }

        /** Sets where the message first was, and the end-to-end time from there; null sets nothing. */
        public Builder origin(@Nullable Origin origin) {
            if (origin != null) {
                keyword(TraceField.ORIGIN_TOPIC, origin.topic());
                put(TraceField.ORIGIN_PARTITION, Kind.LONG, origin.partition());
                put(TraceField.ORIGIN_OFFSET, Kind.LONG, origin.offset());
                Long timestampMs = origin.timestampMs();
                put(TraceField.E2E_MS, Kind.LONG, timestampMs == null ? null : nowMs - timestampMs);
            }
            return this;
        }

        /** Sets the hash of a message's key, never the key itself; of null and of structures there is none. */
        public Builder keyHash(@Nullable Object key) {
            return put(TraceField.KEY_HASH, Kind.KEYWORD, Payload.hash(key));
        }

        /** Sets what stands for a message's key, such as {@link KeyForm#of}. */
        public Builder key(@Nullable String key) {
            return keyword(TraceField.KEY_HASH, key);
        }

        /** Sets the size of a message's value, as far as it can be told, or that it is a tombstone. */
        public Builder valueSize(@Nullable Object value) {
            if (value == null) {
                return flag(TraceField.TOMBSTONE, true);
            }
            int size = Payload.size(value);
            return size < 0 ? this : number(TraceField.VALUE_SIZE, size);
        }

        public Builder status(EventStatus status) {
            return keyword(TraceField.STATUS, status.text());
        }

        /** Sets the status {@link EventStatus#ERROR}, the error's class and the beginning of its message. */
        public Builder error(Throwable error) {
            return error(error.getClass().getName(), error.getMessage());
        }

        /** Sets the status {@link EventStatus#ERROR}, an error's class and the beginning of its message, as far as known. */
        public Builder error(@Nullable String type, @Nullable String message) {
            status(EventStatus.ERROR);
            keyword(TraceField.ERROR_TYPE, type);
            return put(TraceField.ERROR_MESSAGE, Kind.TEXT, shortened(message, ERROR_MESSAGE_MAX));
        }

        public TraceEvent build() {
            return new TraceEvent(values);
        }

        private Builder put(TraceField field, Kind kind, @Nullable Object value) {
            if (field.kind() != kind) {
                throw new IllegalArgumentException(field.text() + " is of kind " + field.kind() + ", not " + kind);
            }
            if (value != null) {
                values.put(field, value);
            }
            return this;
        }

        private static @Nullable String shortened(@Nullable String text, int max) {
            if (text == null || text.isEmpty()) {
                return null;
            } else if (text.length() <= max) {
                return text;
            }
            return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
        }
    }
}
