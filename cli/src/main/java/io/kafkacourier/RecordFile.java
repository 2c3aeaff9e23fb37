/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.rule.RecordView;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads records from a file of consecutive JSON objects. */
final class RecordFile {

    private static final String TOPIC = "topic";
    private static final List<String> MEMBERS = List.of(TOPIC, "partition", "timestamp", "headers", "key", "value");

    /** One record; key and value are {@code byte[]}: JSON, or the text of the body. */
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

    /**
     * Reads only UTF-8, so that byte offsets are right, and has no limits for depth and length: rules have their own.
     */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] file;
    private final JsonParser parser;

    private RecordFile(byte[] file) throws IOException {
        this.file = file;
        this.parser = FACTORY.createParser(file);
    }

    /**
     * Reads all records of a file.
     *
     * @throws IllegalArgumentException if a record is malformed
     */
    static List<Entry> read(byte[] file) throws IOException {
        try {
            return new RecordFile(withoutByteOrderMark(file)).read();
        } catch (JsonProcessingException e) {
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
                case "partition" -> partition = (int) readNumber(member, 0, Integer.MAX_VALUE);
                case "timestamp" -> timestamp = readNumber(member, Long.MIN_VALUE, Long.MAX_VALUE);
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

    private long readNumber(String member, long least, long most) throws IOException {
        JsonParser.NumberType type =
                parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getNumberType() : null;
        boolean isLong = type == JsonParser.NumberType.INT || type == JsonParser.NumberType.LONG;
        expect(
                isLong && parser.getLongValue() >= least && parser.getLongValue() <= most,
                member + " must be a whole number from " + least + " to " + most);
        return parser.getLongValue();
    }

    private Map<String, String> readHeaders() throws IOException {
        expect(parser.currentToken() == JsonToken.START_OBJECT, "headers must be an object");
        Map<String, String> headers = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            expect(token.isScalarValue(), "The header " + name + " must be a text");
            headers.put(name, token == JsonToken.VALUE_NULL ? HeaderText.UNREADABLE : parser.getText());
        }
        return headers;
    }

    /** The original bytes of the file, so that rules see numbers and duplicate names as they are written. */
    private Object readBody() throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        if (parser.currentToken().isScalarValue()) {
            return HeaderText.encode(parser.getText());
        }
        parser.skipChildren();
        return Arrays.copyOfRange(file, from, (int) parser.currentLocation().getByteOffset());
    }

    private static byte[] withoutByteOrderMark(byte[] file) {
        boolean marked = file.length >= 3 && file[0] == (byte) 0xEF && file[1] == (byte) 0xBB && file[2] == (byte) 0xBF;
        return marked ? Arrays.copyOfRange(file, 3, file.length) : file;
    }

    private void expect(boolean isSo, String message) {
        if (!isSo) {
            throw new IllegalArgumentException(
                    message + ", at line " + parser.currentTokenLocation().getLineNr());
        }
    }
}
