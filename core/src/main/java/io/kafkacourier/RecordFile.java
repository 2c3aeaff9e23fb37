/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.rule.RecordView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Records as they are written in a file: JSON objects one after the other. */
final class RecordFile {

    private static final String TOPIC = "topic";
    private static final List<String> MEMBERS = List.of(TOPIC, "partition", "timestamp", "headers", "key", "value");

    /** One record; key and value are {@code byte[]} with JSON, or the text of the body. */
    record Entry(
            String topic,
            @Nullable Integer partition,
            @Nullable Long timestamp,
            Map<String, String> headers,
            @Nullable Object key,
            @Nullable Object value)
            implements RecordView {

        @Override
        public @Nullable String header(String name) {
            String text = headers.get(name);
            return text == null ? null : HeaderText.decode(HeaderText.encode(text));
        }
    }

    private final byte[] file;
    private final JsonParser parser;

    private RecordFile(byte[] file) throws IOException {
        this.file = file;
        this.parser = new JsonFactory().createParser(file);
    }

    /**
     * Reads all records of a file.
     *
     * @throws IllegalArgumentException where one is not written as it has to be
     */
    static List<Entry> read(byte[] file) throws IOException {
        try {
            return new RecordFile(file).read();
        } catch (JsonParseException e) {
            throw new IllegalArgumentException(
                    "The records are not JSON at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage(),
                    e);
        }
    }

    private List<Entry> read() throws IOException {
        List<Entry> records = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            expect(token == JsonToken.START_OBJECT, "A record must be an object");
            records.add(readRecord());
        }
        expect(!records.isEmpty(), "There must be a record");
        return records;
    }

    private Entry readRecord() throws IOException {
        String topic = TOPIC;
        Integer partition = null;
        Long timestamp = null;
        Map<String, String> headers = Map.of();
        Object key = null;
        Object value = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String member = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            switch (member) {
                case TOPIC -> topic = readText(member);
                case "partition" -> partition = Math.toIntExact(readNumber(member));
                case "timestamp" -> timestamp = readNumber(member);
                case "headers" -> headers = readHeaders();
                case "key" -> key = readBody();
                case "value" -> value = readBody();
                default -> throw new IllegalArgumentException("A record has no " + member + "; allowed: " + MEMBERS);
            }
        }
        return new Entry(topic, partition, timestamp, headers, key, value);
    }

    private String readText(String member) throws IOException {
        expect(parser.currentToken() == JsonToken.VALUE_STRING, member + " must be a text");
        return parser.getText();
    }

    private long readNumber(String member) throws IOException {
        expect(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, member + " must be a whole number");
        return parser.getLongValue();
    }

    private Map<String, String> readHeaders() throws IOException {
        expect(parser.currentToken() == JsonToken.START_OBJECT, "headers must be an object");
        Map<String, String> headers = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            expect(parser.nextToken().isScalarValue(), "The header " + name + " must be a text");
            headers.put(name, parser.getText());
        }
        return headers;
    }

    /** The very bytes of the file, so that rules see numbers and doubled names as they are written. */
    private Object readBody() throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return parser.getText();
        }
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isScalarValue()) {
            return HeaderText.encode(parser.getText());
        }
        parser.skipChildren();
        return Arrays.copyOfRange(file, from, (int) parser.currentLocation().getByteOffset());
    }

    private void expect(boolean isSo, String message) {
        if (!isSo) {
            throw new IllegalArgumentException(
                    message + ", at line " + parser.currentTokenLocation().getLineNr());
        }
    }
}
