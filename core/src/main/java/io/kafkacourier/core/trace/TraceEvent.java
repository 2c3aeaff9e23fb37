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
 * What happened to a message at one place: a flat set of {@link TraceField}s. As a Kafka record its key is the trace id,
 * so that one trace stays in order, and its value is one JSON object. Immutable, as long as nobody changes its arrays; safe
 * for use by several threads.
 */
public final class TraceEvent {

    /** The version of the form. */
    public static final long SCHEMA = 1;
    /** How many characters of an error's message are kept. */
    public static final int ERROR_MESSAGE_MAX = 256;
    /** How many characters of a keyword are kept: what is longer is not an identity, and no index takes it. */
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
     * Begins an event with what every event has.
     *
     * @param eventId from {@link EventId#of} for a record with a position, else from {@link Ids#uuid()}
     * @param nowMs when it happened, epoch milliseconds
     */
    public static Builder builder(EventType event, String eventId, TraceContext context, long nowMs) {
        return new Builder(event, eventId, context, nowMs);
    }

    /** As much of a text as a keyword keeps: whoever holds one for an event to come need not hold more. */
    public static @Nullable String keyword(@Nullable String text) {
        return Builder.shortened(text, KEYWORD_MAX);
    }

    /** The event's identity: {@link TraceField#EVENT_ID}. */
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

    /** This event, announcing that others before it were lost. */
    public TraceEvent withDroppedBefore(long dropped) {
        FlatJson announcing = new FlatJson();
        announcing.members(Arrays.copyOf(json, json.length - 1));
        announcing.number(TraceField.DROPPED_BEFORE.json(), dropped);
        return new TraceEvent(id, key, announcing.toObject());
    }

    /** Names event and trace, for logs. */
    @Override
    public String toString() {
        return "event " + id + " of trace " + new String(key, UTF_8);
    }

    /**
     * Writes the fields of one event, each at most once. Not safe for use by several threads; of no use after {@link
     * #build()}.
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

        /** Sets fields that many events have alike. */
        public Builder all(SharedFields fields) {
            int before = written.size();
            written.addAll(fields.names());
            if (written.size() < before + fields.names().size()) {
                throw new IllegalStateException("one of " + fields.names() + " is set already");
            }
            json.members(fields.json());
            return this;
        }

        /** Sets a field of kind KEYWORD to the first characters of {@code text}; null and empty leave it out. */
        public Builder keyword(TraceField field, @Nullable String text) {
            return text(field, Kind.KEYWORD, shortened(text, KEYWORD_MAX));
        }

        /** Sets a field of kind LONG. */
        public Builder number(TraceField field, long number) {
            json.number(name(field, Kind.LONG), number);
            return this;
        }

        /** Sets a field of kind DATE; what RFC 3339 cannot write, and times before 1970 (Kafka's -1: none), are left out. */
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

        /** Sets the record's position; without an offset (below zero) partition and topic alone. */
        public Builder position(String topic, int partition, long offset) {
            keyword(TraceField.TOPIC, topic);
            number(TraceField.PARTITION, partition);
            return offset < 0 ? this : number(TraceField.OFFSET, offset);
        }

        /** Sets where the message first was, as its headers say, and the end-to-end time from there. */
        public Builder origin(MessageHeaders headers) {
            return origin(Origin.of(headers), -1);
        }

        /**
         * Sets where the message first was, and the end-to-end time from there.
         *
         * @param origin null where it has not been elsewhere
         * @param timestampMs of the record, from which the end-to-end time counts where none is known of the origin; below
         *     zero for none
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

        /** Sets the hash of a message's key, never the key itself; of null and of structures there is none. */
        Builder keyHash(@Nullable Object key) {
            return key(Payload.hash(key));
        }

        /** Sets what stands for a message's key, such as {@link EventPrivacy#key}; null leaves it out. */
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
        Builder error(Throwable error) {
            return error(error.getClass().getName(), error.getMessage());
        }

        /** Sets the status {@link EventStatus#ERROR}, an error's class and the beginning of its message, as far as known. */
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

        /** The field's name as it is written, which it then counts as. */
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
