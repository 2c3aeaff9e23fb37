/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;

/** Every field of a trace event, in the order in which they are documented. Names are public API. */
public enum TraceField {
    /** Always {@link TraceEvent#SCHEMA}. */
    SCHEMA(Kind.LONG),
    EVENT_ID(Kind.KEYWORD),
    /** The text of an {@link EventType}. */
    EVENT(Kind.KEYWORD),
    /** The time of the event. */
    TIMESTAMP("@timestamp", Kind.DATE),
    TRACE_ID(Kind.KEYWORD),
    SPAN_ID(Kind.KEYWORD),
    PARENT_SPAN_ID(Kind.KEYWORD),
    /** The application's own name of the trace, if it is not the trace id. */
    TRACE_NAME(Kind.KEYWORD),
    MESSAGE_ID(Kind.KEYWORD),
    TOPIC(Kind.KEYWORD),
    PARTITION(Kind.LONG),
    OFFSET(Kind.LONG),
    ORIGIN_TOPIC(Kind.KEYWORD),
    ORIGIN_PARTITION(Kind.LONG),
    ORIGIN_OFFSET(Kind.LONG),
    /** The record's own timestamp. */
    RECORD_TS(Kind.DATE),
    DUE_AT(Kind.DATE),
    /** How long after its due time the message was delivered. */
    LATENESS_MS(Kind.LONG),
    /** The time from the record's timestamp to the event; below zero if clocks differ. */
    QUEUE_DELAY_MS(Kind.LONG),
    /** The time from the timestamp of the message's first record to the event. */
    E2E_MS(Kind.LONG),
    DURATION_US(Kind.LONG),
    GROUP(Kind.KEYWORD),
    CLIENT_ID(Kind.KEYWORD),
    CONNECTOR(Kind.KEYWORD),
    TASK(Kind.LONG),
    NODE(Kind.KEYWORD),
    SERVICE(Kind.KEYWORD),
    /** The text for the key from {@link EventPrivacy#key}. */
    KEY_HASH(Kind.KEYWORD),
    /** In bytes. */
    VALUE_SIZE(Kind.LONG),
    /** Set if the value is null. */
    TOMBSTONE(Kind.BOOLEAN),
    ATTEMPT(Kind.LONG),
    /** The text of an {@link EventStatus}. */
    STATUS(Kind.KEYWORD),
    /** The class of an error. */
    ERROR_TYPE(Kind.KEYWORD),
    /** At most {@link TraceEvent#ERROR_MESSAGE_MAX} characters. */
    ERROR_MESSAGE(Kind.TEXT),
    SAMPLED(Kind.BOOLEAN),
    /** How many events were lost since the last one that arrived. */
    DROPPED_BEFORE(Kind.LONG);

    /** The type of a field, which also decides how it is indexed. */
    public enum Kind {
        /** Text that is found as a whole. */
        KEYWORD,
        /** Text that is searched by its words. */
        TEXT,
        /** A point in time, written in RFC 3339 with milliseconds, UTC. */
        DATE,
        LONG,
        BOOLEAN
    }

    private final String text;
    private final Kind kind;

    @SuppressWarnings("ImmutableEnumChecker") // of this package alone, which does not change it
    private final byte[] json;

    TraceField(Kind kind) {
        this.text = name().toLowerCase(Locale.ROOT);
        this.kind = kind;
        this.json = json(text, kind);
    }

    TraceField(String text, Kind kind) {
        this.text = text;
        this.kind = kind;
        this.json = json(text, kind);
    }

    /** The name in JSON, such as {@code record_ts}. */
    public String text() {
        return text;
    }

    public Kind kind() {
        return kind;
    }

    /** The encoded name for {@link FlatJson}; must not be changed. */
    byte[] json() {
        return json;
    }

    private static byte[] json(String text, Kind kind) {
        return switch (kind) {
            case KEYWORD, TEXT, DATE -> FlatJson.nameOfText(text);
            case LONG, BOOLEAN -> FlatJson.name(text);
        };
    }
}
