/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.kafkacourier.core.json.SchemaFrame;
import io.kafkacourier.core.text.Utf8;
import io.kafkacourier.core.trace.TraceField;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The unchanged value of a record, which must be one JSON object. Only a trace event is identified by its own id. Any other
 * object may have an {@code event_id} with another meaning, so it is identified by the position of its record.
 */
final class ValueDocuments implements Documents {

    private static final String TIMESTAMP = TraceField.TIMESTAMP.text();
    private static final String EVENT_ID = TraceField.EVENT_ID.text();
    /** With a longer id, the server refuses the whole request. */
    private static final int MAX_ID_BYTES = 512;

    private static final int MAX_BYTES_PER_CHAR = 3;
    private static final long NO_TIMESTAMP = -1;
    private static final int NULL_LENGTH = 4;

    private final IndexNames indices;
    private final ConnectJson connectJson = new ConnectJson();
    private final ObjectScan object = new ObjectScan();

    ValueDocuments(IndexNames indices) {
        this.indices = indices;
    }

    /**
     * The document of a record; null if its value is null.
     *
     * @throws DataException if the value is not one JSON object or has an id that no document can have, or if neither it nor
     *     the record has a usable time
     */
    @Override
    public @Nullable Document of(SinkRecord record) {
        Object value = record.value();
        return value == null ? null : document(record, read(value));
    }

    /**
     * As {@link #of}, but null if the value is anything but a trace event.
     *
     * @throws DataException if it is one, but has an id that no document can have, or no usable time
     */
    @Nullable
    Document ofEvent(SinkRecord record) {
        Object value = record.value();
        if (value == null) {
            return null;
        }
        byte[] json;
        try {
            json = read(value);
        } catch (DataException notAnObject) {
            return null;
        }
        return object.eventId() == null ? null : document(record, json);
    }

    /** Reads a value into {@link #object}, and returns its bytes. */
    private byte[] read(Object value) {
        byte[] bytes = bytes(value);
        object.read(bytes, SchemaFrame.jsonStart(bytes));
        return bytes;
    }

    private byte[] bytes(Object value) {
        if (value instanceof byte[] bytes) {
            return bytes;
        } else if (value instanceof String text) {
            return UnicodeText.utf8(text.substring(SchemaFrame.jsonStart(text)));
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        } else if (value instanceof Map || value instanceof Struct) {
            return connectJson.write(value);
        }
        throw new DataException("has a value that is not a JSON object but a "
                + value.getClass().getTypeName());
    }

    private Document document(SinkRecord record, byte[] bytes) {
        String index = indices.nameFor(object.timestamp(), record.timestamp());
        if (index == null) {
            throw new DataException(
                    "has neither a readable " + TIMESTAMP + " nor a record timestamp within 2000 to 2999");
        }
        return new Document(index, id(record), OneLine.of(withTimestamp(bytes, record.timestamp())));
    }

    /** The object in {@code bytes}, with the record's timestamp if it has none. */
    private byte[] withTimestamp(byte[] bytes, @Nullable Long recordTimestamp) {
        int start = object.start();
        if (object.hasTimestamp() || recordTimestamp == null) {
            return start == 0 ? bytes : Arrays.copyOfRange(bytes, start, bytes.length);
        }
        String time = '"' + Instant.ofEpochMilli(recordTimestamp).toString() + '"';
        int nullStart = object.nullTimestampStart();
        if (nullStart >= 0) {
            return replaced(bytes, start, nullStart, nullStart + NULL_LENGTH, time);
        }
        int first = start + 1;
        while (bytes[first] <= ' ') {
            first++;
        }
        return replaced(
                bytes, start, start + 1, first, '"' + TIMESTAMP + "\":" + time + (bytes[first] == '}' ? "" : ","));
    }

    /** The bytes from {@code start} on, with {@code text} in place of those from {@code from} to {@code to}. */
    private static byte[] replaced(byte[] bytes, int start, int from, int to, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + text.length());
        out.write(bytes, start, from - start);
        out.writeBytes(text.getBytes(US_ASCII));
        out.write(bytes, to, bytes.length - to);
        return out.toByteArray();
    }

    private byte[] id(SinkRecord record) {
        String eventId = object.eventId();
        return eventId == null ? coordinates(record) : id(eventId);
    }

    /**
     * The timestamp is included because a topic that is deleted and created again uses the same offsets for other records.
     */
    private static byte[] coordinates(SinkRecord record) {
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

    private static byte[] id(String eventId) {
        boolean shortEnough = eventId.length() <= MAX_ID_BYTES / MAX_BYTES_PER_CHAR;
        if (!shortEnough && Utf8.length(eventId) > MAX_ID_BYTES) {
            throw new DataException("has an " + EVENT_ID + " of more than " + MAX_ID_BYTES + " bytes");
        }
        try {
            return JsonStringEncoder.getInstance().quoteAsUTF8(eventId);
        } catch (IllegalArgumentException e) {
            throw new DataException("has an " + EVENT_ID + " that is not Unicode text");
        }
    }
}
