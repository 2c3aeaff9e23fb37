/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonPath;
import io.kafkacourier.core.json.JsonScan;
import io.kafkacourier.core.json.JsonValue;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the sink needs to know about one JSON object. One pass checks the whole object, as strictly as for rules, to be
 * UTF-8 and JSON (RFC 8259). Used again for every object. Not safe for use by several threads.
 */
final class ObjectScan {

    private static final int SCHEMA = 0;
    private static final int EVENT_ID = 1;
    private static final int EVENT = 2;
    private static final int TIMESTAMP = 3;

    private static final String SCHEMA_VERSION = Long.toString(TraceEvent.SCHEMA);
    private static final int BYTE_ORDER_MARK_LENGTH = 3;

    /**
     * How many levels of arrays and objects a document may have. Elasticsearch reads fields without parents ({@code
     * subobjects: false}) recursively, and a node ends if its stack overflows: 8.19 did at 800 levels.
     */
    static final int MAX_DEPTH = 200;

    private final JsonScan scan = new JsonScan(
            List.of(
                    path(TraceField.SCHEMA),
                    path(TraceField.EVENT_ID),
                    path(TraceField.EVENT),
                    path(TraceField.TIMESTAMP)),
            MAX_DEPTH);

    private int start;

    private static JsonPath path(TraceField field) {
        return new JsonPath(List.of(new JsonPath.Field(field.text())));
    }

    /**
     * Reads an object, which must not change until the next one is read.
     *
     * @param from where the JSON begins, possibly with a byte order mark
     * @throws DataException if it is not one JSON object in UTF-8; the message names the place and never contains the text
     */
    void read(byte[] bytes, int from) {
        scan.begin(bytes, from, bytes.length);
        try {
            scan.readToEnd();
        } catch (JsonException e) {
            throw new DataException("has a value that " + e.getMessage());
        }
        start = start(bytes, from);
        if (bytes[start] != '{') {
            throw new DataException("has a value that is not a JSON object");
        }
    }

    /** The position of the first token of JSON text. */
    private static int start(byte[] json, int from) {
        // No token begins with a byte that is not ASCII, so a text that does has a byte order mark.
        int at = json[from] < 0 ? from + BYTE_ORDER_MARK_LENGTH : from;
        while (json[at] <= ' ') {
            at++;
        }
        return at;
    }

    /** The id of a trace event; null if the object is anything else. */
    @Nullable
    String eventId() {
        boolean isEvent = value(SCHEMA).kind() == JsonValue.Kind.NUMBER
                && value(SCHEMA).text().equals(SCHEMA_VERSION)
                && value(EVENT_ID).kind() == JsonValue.Kind.TEXT
                && value(EVENT).kind() == JsonValue.Kind.TEXT
                && EventType.isKnown(value(EVENT).text());
        String id = isEvent ? value(EVENT_ID).text() : "";
        return id.isEmpty() ? null : id;
    }

    /** Whether there is a {@code @timestamp}, readable or not. Null counts as absent. */
    boolean hasTimestamp() {
        return switch (value(TIMESTAMP).kind()) {
            case ABSENT, NULL -> false;
            default -> true;
        };
    }

    /** The {@code @timestamp} if it has a form that the index accepts as a date and that is unambiguous; otherwise null. */
    @Nullable
    Instant timestamp() {
        JsonValue value = value(TIMESTAMP);
        try {
            return switch (value.kind()) {
                case TEXT -> Instant.parse(value.text());
                case NUMBER -> Instant.ofEpochMilli(Long.parseLong(value.text()));
                default -> null;
            };
        } catch (DateTimeException | NumberFormatException e) {
            return null;
        }
    }

    /** The position of the opening brace. */
    int start() {
        return start;
    }

    /** The position of the word null if that is the value of {@code @timestamp}; otherwise -1. */
    int nullTimestampStart() {
        JsonValue value = value(TIMESTAMP);
        return value.kind() == JsonValue.Kind.NULL ? value.start() : -1;
    }

    private JsonValue value(int slot) {
        try {
            return scan.value(slot);
        } catch (JsonException e) {
            throw new IllegalStateException("all of it was read", e);
        }
    }
}
