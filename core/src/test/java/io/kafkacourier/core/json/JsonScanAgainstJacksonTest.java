/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static io.kafkacourier.core.json.JsonScanTest.path;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.kafkacourier.core.json.JsonValue.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares the scan with Jackson: both accept the same documents, with the same values at every path. For a broken
 * document, all values before the mistake are the same.
 */
class JsonScanAgainstJacksonTest {

    private static final int DOCUMENTS = 60_000;

    /** The last path is in no document, so reading it reads the document to its end. */
    private static final List<JsonPath> PATHS = List.of(
            path(),
            path("a"),
            path("a", "b"),
            path("a", "b", "a"),
            path("b", 0),
            path("b", 1, "a"),
            path("é"),
            path("c d", "a"),
            path(0),
            path(1, "b"),
            path(2, 2, 0),
            path("none"));

    private static final String[] NAMES = {"a", "b", "é", "c d", "e", "", "\\u0061", "\\\""};
    private static final String[] TEXTS = {
        "",
        "x",
        "order.paid",
        "größe",
        "😀",
        "\\n\\t",
        "\\u00e9",
        "\\uD83D\\uDE00",
        "\\uD800",
        "a\\/b",
        "{\\\"a\\\":1}",
        "]",
        "\u007f"
    };
    private static final String[] NUMBERS = {
        "0",
        "-0",
        "17",
        "-1.5",
        "1000.0",
        "1e3",
        "2E-7",
        "12345678901234567890123",
        "0.1",
        "1e999999999999",
        "9".repeat(1_000)
    };

    private final Random random = new Random(20_260_131);
    private final JsonScan scan = new JsonScan(PATHS);

    @Test
    void readsGeneratedDocumentsAndMutationsOfThemAsJacksonDoes() {
        for (int i = 0; i < DOCUMENTS; i++) {
            byte[] document = document().getBytes(UTF_8);
            assertThat(readsAsJacksonDoes(document)).as(shown(document)).isTrue();
            readsAsJacksonDoes(mutated(document));
        }
    }

    @Test
    void readsDeepDocumentsAsJacksonDoes() {
        for (String opening : List.of("[", "{\"a\":", "[[],", "{\"a\":1,\"b\":")) {
            for (int depth : List.of(999, 1_000, 1_001, 10_000)) {
                String closing = opening.startsWith("[") ? "]" : "}";
                readsAsJacksonDoes((opening.repeat(depth) + "1" + closing.repeat(depth)).getBytes(UTF_8));
                readsAsJacksonDoes(opening.repeat(depth).getBytes(UTF_8));
            }
        }
    }

    /** Whether both accept the document; fails if they disagree. */
    private boolean readsAsJacksonDoes(byte[] document) {
        Reference reference = Reference.of(document);
        scan.begin(document, 0, document.length);
        int first = random.nextInt(PATHS.size());
        boolean accepted = true;
        for (int i = 0; i < PATHS.size(); i++) {
            int slot = (first + i) % PATHS.size();
            try {
                assertThat(describe(scan.value(slot)))
                        .as("%s in %s", PATHS.get(slot), shown(document))
                        .isEqualTo(reference.values.getOrDefault(PATHS.get(slot), Kind.ABSENT.name()));
            } catch (JsonException e) {
                accepted = false;
            }
        }
        assertThat(accepted).as(shown(document)).isEqualTo(reference.accepted);
        return accepted;
    }

    private static String describe(JsonValue value) {
        return value.isText() || value.kind() == Kind.NUMBER
                ? value.kind() + " " + value.text()
                : value.kind().name();
    }

    private static String shown(byte[] document) {
        String text = new String(document, ISO_8859_1);
        return text.length() > 2_000 ? text.substring(0, 2_000) + "..." : text;
    }

    private String document() {
        StringBuilder out = new StringBuilder();
        value(out, random.nextInt(20) == 0 ? 0 : 5);
        return out.toString();
    }

    private void value(StringBuilder out, int levels) {
        blanks(out);
        switch (levels == 0 ? 2 + random.nextInt(5) : random.nextInt(7)) {
            case 0 -> members(out, levels);
            case 1 -> elements(out, levels);
            case 2, 3 -> out.append('"').append(any(TEXTS)).append(any(TEXTS)).append('"');
            case 4 -> out.append(any(NUMBERS));
            case 5 -> out.append(random.nextBoolean());
            default -> {
                if (levels == 5) {
                    members(out, levels);
                } else {
                    out.append("null");
                }
            }
        }
        blanks(out);
    }

    private void members(StringBuilder out, int levels) {
        out.append('{');
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            out.append(i == 0 ? "" : ",");
            blanks(out);
            out.append('"').append(any(NAMES)).append('"');
            blanks(out);
            out.append(':');
            value(out, levels - 1);
        }
        blanks(out);
        out.append('}');
    }

    private void elements(StringBuilder out, int levels) {
        out.append('[');
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            out.append(i == 0 ? "" : ",");
            value(out, levels - 1);
        }
        blanks(out);
        out.append(']');
    }

    private void blanks(StringBuilder out) {
        while (random.nextInt(6) == 0) {
            out.append(" \t\r\n".charAt(random.nextInt(4)));
        }
    }

    private String any(String[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private byte[] mutated(byte[] document) {
        byte[] copy = document.clone();
        for (int i = random.nextInt(3); i >= 0 && copy.length > 0; i--) {
            int at = random.nextInt(copy.length);
            switch (random.nextInt(5)) {
                case 0 -> copy = Arrays.copyOf(copy, at);
                case 1 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> copy[at] = (byte) "{}[],:\"\\u0e-. nx".charAt(random.nextInt(16));
                case 3 -> copy = without(copy, at);
                default -> copy = doubled(copy, at);
            }
        }
        return copy;
    }

    private static byte[] without(byte[] bytes, int at) {
        ByteBuffer out = ByteBuffer.allocate(bytes.length - 1);
        return out.put(bytes, 0, at).put(bytes, at + 1, bytes.length - at - 1).array();
    }

    private static byte[] doubled(byte[] bytes, int at) {
        ByteBuffer out = ByteBuffer.allocate(bytes.length + 1);
        return out.put(bytes, 0, at + 1).put(bytes, at, bytes.length - at).array();
    }

    /** Jackson's result for a document: every value by its path, as far as the document is JSON in UTF-8. */
    private static final class Reference {

        private static final JsonFactory FACTORY = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(JsonScan.MAX_DEPTH)
                        .maxNumberLength(Integer.MAX_VALUE)
                        .build())
                .build();

        private final Map<JsonPath, String> values = new HashMap<>();
        private boolean accepted;

        static Reference of(byte[] document) {
            Reference reference = new Reference();
            // Cuts off everything from the first malformed byte, because Jackson accepts more than UTF-8.
            ByteBuffer in = ByteBuffer.wrap(document);
            CharBuffer out = CharBuffer.allocate(document.length);
            UTF_8.newDecoder().decode(in, out, true);
            char[] text = Arrays.copyOf(out.array(), out.position());
            try (JsonParser parser = FACTORY.createParser(text)) {
                reference.accepted = reference.read(parser, parser.nextToken(), new ArrayList<>(), true);
                if (parser.currentToken() != null && parser.currentToken().isScalarValue()) {
                    reference.accepted &= parser.nextToken() == null && !in.hasRemaining();
                }
            } catch (JsonProcessingException e) {
                reference.accepted = false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return reference;
        }

        private boolean read(JsonParser parser, @Nullable JsonToken token, List<JsonPath.Step> place, boolean first)
                throws IOException {
            if (token == null) {
                return false;
            }
            JsonPath path = new JsonPath(place);
            boolean counts = first && !values.containsKey(path);
            // Jackson reads strings and numbers to their end only on request.
            String value = switch (token) {
                case VALUE_STRING -> "TEXT " + parser.getText();
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "NUMBER " + parser.getText();
                case VALUE_TRUE -> "TRUE";
                case VALUE_FALSE -> "FALSE";
                case VALUE_NULL -> "NULL";
                default -> "CONTAINER";
            };
            if (counts) {
                values.put(path, value);
            }
            if (token == JsonToken.START_OBJECT) {
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    place.add(new JsonPath.Field(parser.currentName()));
                    read(parser, parser.nextToken(), place, counts);
                    place.remove(place.size() - 1);
                }
            } else if (token == JsonToken.START_ARRAY) {
                int index = 0;
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    place.add(new JsonPath.Element(index++));
                    read(parser, next, place, counts);
                    place.remove(place.size() - 1);
                }
            }
            return true;
        }
    }
}
