/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.trace.TraceField.Kind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reports what happened to a message at one place, as a flat set of {@link TraceField}s. The key of its Kafka record is
 * the trace id, so that the events of a trace stay in order, and the value is one JSON object. Immutable, as long as
 * its arrays are not changed; safe for use by several threads.
 */
public final class TraceEvent {

    /** The version of the format. */
    public static final long SCHEMA = 1;
    /** The largest number of characters of an error's message. */
    public static final int ERROR_MESSAGE_MAX = 256;
    /** The largest number of characters of a keyword. A longer text is not an id, and no index accepts it. */
    public static final int KEYWORD_MAX = 1024;

    private final String id;
    private final byte[] key;
    private final byte[] json;

    private TraceEvent(String id, byte[] key, byte[] json) {
        this.id = id;
        this.key = key;
        this.json = json;
    }

    /**
     * Starts an event with the fields that every event has.
     *
     * @param eventId from {@link EventId#of} for a record with a position, otherwise from {@link Ids#uuid()}
     * @param nowMs the time of the event, epoch milliseconds
     */
    public static Builder builder(EventType event, String eventId, TraceContext context, long nowMs) {
        return new Builder(event, eventId, context, nowMs);
    }

    /** Shortens a text to the length of a keyword, so that callers need not keep more for a later event. */
    public static @Nullable String keyword(@Nullable String text) {
        return Builder.shortened(text, KEYWORD_MAX);
    }

    /** The event's id: {@link TraceField#EVENT_ID}. */
    public String id() {
        return id;
    }

    /** The key of the event's record, which must not be changed. */
    public byte[] key() {
        return key;
    }

    /**
     * The value of the event's record, which must not be changed: one JSON object in UTF-8, without line breaks and without
     * absent fields.
     */
    public byte[] json() {
        return json;
    }

    /** This event, which also reports how many earlier events were lost. */
    public TraceEvent withDroppedBefore(long dropped) {
        FlatJson announcing = new FlatJson();
        announcing.members(Arrays.copyOf(json, json.length - 1));
        announcing.number(TraceField.DROPPED_BEFORE.json(), dropped);
        return new TraceEvent(id, key, announcing.toObject());
    }

    /** Contains event id and trace id, for logs. */
    @Override
    public String toString() {
        return "event " + id + " of trace " + new String(key, UTF_8);
    }

    /**
     * Writes the fields of one event, each at most once. Not safe for use by several threads; must not be used after
     * {@link #build()}.
     */
    public static final class Builder {

        private final FlatJson json = new FlatJson();
        private final Set<TraceField> written = EnumSet.noneOf(TraceField.class);
        private final String id;
        private final byte[] key;
        private final long nowMs;

        private Builder(EventType event, String eventId, TraceContext context, long nowMs) {
            this.id = eventId;
            this.key = context.traceIdAscii();
            this.nowMs = nowMs;
            number(TraceField.SCHEMA, SCHEMA);
            keyword(TraceField.EVENT_ID, eventId);
            keyword(TraceField.EVENT, event.text());
            date(TraceField.TIMESTAMP, nowMs);
            context.writeTo(this);
            flag(TraceField.SAMPLED, context.sampled());
        }

        /** Sets fields that are the same in many events. */
        public Builder all(SharedFields fields) {
            int before = written.size();
            written.addAll(fields.names());
            if (written.size() < before + fields.names().size()) {
                throw new IllegalStateException("one of " + fields.names() + " is set already");
            }
            json.members(fields.json());
            return this;
        }

        /**
         * Sets a field of kind KEYWORD to the first characters of {@code text}; does nothing for null and empty texts.
         */
        public Builder keyword(TraceField field, @Nullable String text) {
            return text(field, Kind.KEYWORD, shortened(text, KEYWORD_MAX));
        }

        /** Sets a field of kind LONG. */
        public Builder number(TraceField field, long number) {
            json.number(name(field, Kind.LONG), number);
            return this;
        }

        /**
         * Sets a field of kind DATE; does nothing for times before 1970 (Kafka's -1 means none), and for times that RFC
         * 3339 cannot express.
         */
        public Builder date(TraceField field, long epochMs) {
            if (epochMs >= 0 && epochMs <= Rfc3339.LAST_MS) {
                json.date(name(field, Kind.DATE), epochMs);
            }
            return this;
        }

        /** Sets a field of kind BOOLEAN. */
        public Builder flag(TraceField field, boolean flag) {
            json.flag(name(field, Kind.BOOLEAN), flag);
            return this;
        }

        /** Sets the record's position; only topic and partition if the offset is below zero. */
        public Builder position(String topic, int partition, long offset) {
            keyword(TraceField.TOPIC, topic);
            number(TraceField.PARTITION, partition);
            return offset < 0 ? this : number(TraceField.OFFSET, offset);
        }

        /** Sets the first position of the message, from its headers, and the end-to-end time since then. */
        public Builder origin(MessageHeaders headers) {
            return origin(Origin.of(headers), -1);
        }

        /**
         * Sets the first position of the message, and the end-to-end time since then.
         *
         * @param origin null if the message is still at its first position
         * @param timestampMs the record's timestamp, from which the end-to-end time counts if the origin has none;
         *     below zero for none
         */
        public Builder origin(@Nullable Origin origin, long timestampMs) {
            Long since = timestampMs < 0 ? null : Long.valueOf(timestampMs);
            if (origin != null) {
                keyword(TraceField.ORIGIN_TOPIC, origin.topic());
                number(TraceField.ORIGIN_PARTITION, origin.partition());
                number(TraceField.ORIGIN_OFFSET, origin.offset());
                since = origin.timestampMs() == null ? since : origin.timestampMs();
            }
            return number(TraceField.E2E_MS, since == null ? null : nowMs - since);
        }

        /** Sets the text for a message's key, such as {@link EventPrivacy#key}; does nothing for null. */
        public Builder key(@Nullable String key) {
            return keyword(TraceField.KEY_HASH, key);
        }

        /** Sets the size of a message's value, if it is known, or marks the message as a tombstone. */
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

        /**
         * Sets the status {@link EventStatus#ERROR}, and an error's class and the beginning of its message if known.
         */
        public Builder error(@Nullable String type, @Nullable String message) {
            status(EventStatus.ERROR);
            keyword(TraceField.ERROR_TYPE, type);
            return text(TraceField.ERROR_MESSAGE, Kind.TEXT, shortened(message, ERROR_MESSAGE_MAX));
        }

        public TraceEvent build() {
            return new TraceEvent(id, key, json.toObject());
        }

        /** Sets a field of kind KEYWORD to the 16 hex digits of {@code bits}. */
        void hex(TraceField field, long bits) {
            json.hex(name(field, Kind.KEYWORD), bits);
        }

        /** Sets a field of kind KEYWORD to 32 hex digits. */
        void hex(TraceField field, long high, long low) {
            json.hex(name(field, Kind.KEYWORD), high, low);
        }

        private Builder number(TraceField field, @Nullable Long number) {
            return number == null ? this : number(field, number.longValue());
        }

        private Builder text(TraceField field, Kind kind, @Nullable String text) {
            if (text != null) {
                json.text(name(field, kind), text);
            }
            return this;
        }

        /** Returns the field's encoded name, and marks the field as set. */
        private byte[] name(TraceField field, Kind kind) {
            if (field.kind() != kind) {
                throw new IllegalArgumentException(field.text() + " is of kind " + field.kind() + ", not " + kind);
            }
            if (!written.add(field)) {
                throw new IllegalStateException(field.text() + " is set already");
            }
            return field.json();
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
