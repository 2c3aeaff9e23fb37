/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** The value of a record as it came, checked to be one JSON object. */
final class ValueDocuments implements Documents {

    private static final String TIMESTAMP = TraceField.TIMESTAMP.text();
    private static final String EVENT_ID = TraceField.EVENT_ID.text();
    private static final String EVENT = TraceField.EVENT.text();
    private static final String SCHEMA = TraceField.SCHEMA.text();
    private static final String SCHEMA_VERSION = Long.toString(TraceEvent.SCHEMA);
    /** More would make the server refuse the whole request. */
    private static final int MAX_ID_BYTES = 512;

    private static final int MAX_BYTES_PER_CHAR = 3;
    private static final long NO_TIMESTAMP = -1;

    /** UTF-8 alone: the bytes go to the server as they are. */
    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build();

    private final IndexNames indices;
    private final ConnectJson connectJson = new ConnectJson();

    ValueDocuments(IndexNames indices) {
        this.indices = indices;
    }

    /**
     * The document of a record; null where its value is.
     *
     * @throws DataException where the value is not one JSON object, has an id that no document can have, or neither it
     *     nor the record has a usable time
     */
    @Override
    public @Nullable Document of(SinkRecord record) {
        Object value = record.value();
        if (value == null) {
            return null;
        }
        byte[] json = bytes(value);
        return document(record, json, find(json));
    }

    /**
     * As {@link #of}, but null where the value is not a trace event, whatever else it may be.
     *
     * @throws DataException where it is one, but has an id that no document can have, or no usable time
     */
    @Nullable
    Document ofEvent(SinkRecord record) {
        Object value = record.value();
        if (value == null) {
            return null;
        }
        byte[] json;
        Found found;
        try {
            json = bytes(value);
            found = find(json);
        } catch (DataException notAnObject) {
            return null;
        }
        return found.isEvent() ? document(record, json, found) : null;
    }

    private Document document(SinkRecord record, byte[] json, Found found) {
        Long recordTimestamp = record.timestamp();
        String index = indices.nameFor(found.timestamp(), recordTimestamp);
        if (index == null) {
            throw new DataException(
                    "has neither a readable " + TIMESTAMP + " nor a record timestamp within 2000 to 2999");
        }
        // With a time to put the document by and none in it, that time is the record's.
        byte[] body = found.hasTimestamp() || recordTimestamp == null ? json : withTimestamp(json, recordTimestamp);
        return new Document(index, id(found.eventId(), record), found.isOneLine() ? body : onOneLine(body));
    }

    private byte[] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        } else if (value instanceof String text) {
            return text.getBytes(UTF_8);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        } else if (value instanceof Map || value instanceof Struct) {
            return connectJson.write(value);
        }
        throw new DataException("has a value that is not a JSON object but a "
                + value.getClass().getName());
    }

    /**
     * What the sink needs to know of a document.
     *
     * @param isEvent whether it is a trace event
     * @param hasTimestamp whether the field is there at all
     * @param timestamp null where it cannot be read
     * @param isOneLine whether it has no line break
     */
    private record Found(
            @Nullable String eventId,
            boolean isEvent,
            boolean hasTimestamp,
            @Nullable Instant timestamp,
            boolean isOneLine) {}

    /** Reads the value once: checks all of it, and keeps what is asked for on the way. */
    private static Found find(byte[] bytes) {
        String eventId = null;
        boolean isOfSchema = false;
        boolean isOfKnownType = false;
        boolean hasTimestamp = false;
        boolean isOneLine;
        Instant timestamp = null;
        try (JsonParser json = JSON.createParser(bytes)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new DataException("has a value that is not a JSON object");
            }
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (name.equals(TIMESTAMP)) {
                    hasTimestamp = true;
                    timestamp = instant(json, value);
                } else if (name.equals(EVENT_ID) && value == JsonToken.VALUE_STRING) {
                    eventId = json.getText();
                } else if (name.equals(EVENT) && value == JsonToken.VALUE_STRING) {
                    isOfKnownType = EventType.isKnown(json.getText());
                } else if (name.equals(SCHEMA) && value == JsonToken.VALUE_NUMBER_INT) {
                    isOfSchema = json.getText().equals(SCHEMA_VERSION);
                } else {
                    json.skipChildren();
                }
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new DataException("has a value that is more or less than one JSON object");
            }
            isOneLine = json.currentLocation().getLineNr() == 1;
        } catch (IOException e) {
            // The cause quotes the value.
            throw new DataException("has a value that is not JSON");
        }
        boolean isEvent = isOfSchema && isOfKnownType && eventId != null;
        return new Found(eventId, isEvent, hasTimestamp, timestamp, isOneLine);
    }

    /** In the forms that the index accepts for a date and that name a day without doubt. */
    private static @Nullable Instant instant(JsonParser json, JsonToken value) throws IOException {
        try {
            return switch (value) {
                case VALUE_STRING -> Instant.parse(json.getText());
                case VALUE_NUMBER_INT -> Instant.ofEpochMilli(json.getLongValue());
                default -> {
                    json.skipChildren();
                    yield null;
                }
            };
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** Within JSON a line break stands only between tokens, where a blank says the same. */
    private static byte[] onOneLine(byte[] json) {
        byte[] line = json.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    private static byte[] withTimestamp(byte[] json, long recordTimestamp) {
        int start = 0;
        while (json[start] != '{') {
            start++;
        }
        int next = start + 1;
        while (json[next] <= ' ') {
            next++;
        }
        String field = "{\"" + TIMESTAMP + "\":\"" + Instant.ofEpochMilli(recordTimestamp)
                + (json[next] == '}' ? "\"" : "\",");
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + field.length());
        out.writeBytes(field.getBytes(UTF_8));
        out.write(json, next, json.length - next);
        return out.toByteArray();
    }

    /**
     * The event's own id, else one of the record's coordinates. The timestamp is part of them because a topic that was
     * deleted and made again uses the same offsets for other records.
     */
    private static byte[] id(@Nullable String eventId, SinkRecord record) {
        if (eventId == null || eventId.isEmpty()) {
            Long timestamp = record.timestamp();
            return (record.originalTopic()
                            + '-'
                            + record.originalKafkaPartition()
                            + '-'
                            + record.originalKafkaOffset()
                            + '-'
                            + (timestamp == null ? NO_TIMESTAMP : timestamp))
                    .getBytes(UTF_8);
        }
        boolean shortEnough = eventId.length() <= MAX_ID_BYTES / MAX_BYTES_PER_CHAR;
        if (!shortEnough && eventId.getBytes(UTF_8).length > MAX_ID_BYTES) {
            throw new DataException("has an " + EVENT_ID + " of more than " + MAX_ID_BYTES + " bytes");
        }
        try {
            return JsonStringEncoder.getInstance().quoteAsUTF8(eventId);
        } catch (IllegalArgumentException e) {
            throw new DataException("has an " + EVENT_ID + " that is not Unicode text");
        }
    }
}
