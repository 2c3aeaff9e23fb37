/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.EventType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueDocumentsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final long RECORD_MS =
            Instant.parse("2026-11-20T01:02:03.004Z").toEpochMilli();
    private static final String STAMP = "\"@timestamp\":\"2026-11-22T11:00:00.000Z\"";
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final ValueDocuments documents =
            new ValueDocuments(new DailyIndices("traces", Duration.ofDays(7), Clock.fixed(NOW, ZoneOffset.UTC)));

    @Test
    void leavesTheDocumentAsItCame() {
        byte[] value = ("{\"schema\":1,\"event\":\"send\",\"event_id\":\"e1\", " + STAMP
                        + ",\"x\":[1,{\"event_id\":\"inner\"}]}")
                .getBytes(UTF_8);
        Document document = document(record(value));
        assertThat(document.json()).isSameAs(value);
        assertThat(document.id()).asString(UTF_8).isEqualTo("e1");
        assertThat(document.index()).isEqualTo("traces-2026.11.22");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                   | {"@timestamp":"2026-11-20T01:02:03.004Z"}
            ` { } `              | {"@timestamp":"2026-11-20T01:02:03.004Z"}
            {"a":1}              | {"@timestamp":"2026-11-20T01:02:03.004Z","a":1}
            {"a":{"@timestamp":1}} | {"@timestamp":"2026-11-20T01:02:03.004Z","a":{"@timestamp":1}}
            {"@timestamp":null}           | {"@timestamp":"2026-11-20T01:02:03.004Z"}
            {"@timestamp":null,"a":1}     | {"@timestamp":"2026-11-20T01:02:03.004Z","a":1}
            {"a":null, "@timestamp" : null } | {"a":null, "@timestamp" : "2026-11-20T01:02:03.004Z" }
            {"\\u0040timestamp":null}     | {"\\u0040timestamp":"2026-11-20T01:02:03.004Z"}
            """)
    void fillsAMissingTimestampFromTheRecord(String value, String expected) {
        Document document = document(record(value));
        assertThat(new String(document.json(), UTF_8).strip()).isEqualTo(expected);
        assertThat(document.index()).isEqualTo("traces-2026.11.20");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\n{%s}", "{\r\n%s\n}", "{%s}\n", "{%s,\n\"b\"\n:\n[\n1\n,\r2\r]}", "{%s,\r\"a\\n\":\"\\r\\n\"}"
            })
    void bringsADocumentOntoOneLineAndLeavesTheRecordAlone(String pattern) throws IOException {
        String value = pattern.formatted(STAMP);
        byte[] bytes = value.getBytes(UTF_8);
        Document document = document(record(bytes));
        assertThat(document.json()).asString(UTF_8).doesNotContain("\n", "\r");
        assertThat(JSON.readTree(document.json())).isEqualTo(JSON.readTree(value));
        assertThat(bytes).asString(UTF_8).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"yesterday\"",
                "{\"a\":[1]}",
                "true",
                "\"2026-11-22\"",
                "\"\"",
                "[null]",
                "1.5",
                "1e400",
                "9223372036854775808",
                "-99999999999999999999999999",
                "\"+1000000000-12-31T23:59:59Z\""
            })
    void goesByTheRecordWhereTheTimestampCannotBeRead(String stamp) {
        String value = "{\"@timestamp\":" + stamp + ",\"a\":1}";
        Document document = document(record(value));
        assertThat(document.index()).isEqualTo("traces-2026.11.20");
        assertThat(document.json()).asString(UTF_8).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1795345200000", "\"2026-11-22T11:00:00+00:00\"", "\"2026-11-23T01:00:00+10:00\""})
    void readsTimestampsInOtherForms(String stamp) {
        assertThat(document(record("{\"@timestamp\":" + stamp + "}")).index()).isEqualTo("traces-2026.11.22");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"event_id\":\"same\",\"v\":1}",
                "{\"event_id\":\"same\",\"event\":\"send\"}",
                "{\"event_id\":\"same\",\"schema\":1}",
                "{\"event_id\":\"same\",\"schema\":1,\"event\":\"bought\"}",
                "{\"event_id\":\"same\",\"schema\":1,\"event\":{\"action\":\"send\"}}",
                "{\"event_id\":\"same\",\"schema\":\"1\",\"event\":\"send\"}",
                "{\"event_id\":\"same\",\"schema\":2,\"event\":\"send\"}",
                "{\"event_id\":\"same\",\"schema\":11,\"event\":\"send\"}",
                "{\"event_id\":\"\",\"schema\":1,\"event\":\"send\"}",
                "{\"event_id\":7,\"schema\":1,\"event\":\"send\"}",
                "{\"event_id\":null,\"schema\":1,\"event\":\"send\"}",
                "{\"event_id\":[\"same\"],\"schema\":1,\"event\":\"send\"}",
                "{\"schema\":1,\"event\":\"send\"}",
                "{\"inner\":{\"event_id\":\"same\",\"schema\":1,\"event\":\"send\"}}"
            })
    void namesADocumentThatIsNoTraceEventByItsCoordinates(String value) {
        assertThat(document(record(value)).id()).asString(UTF_8).isEqualTo("t-3-42-" + RECORD_MS);
    }

    @ParameterizedTest
    @EnumSource(EventType.class)
    void namesATraceEventByItsOwnId(EventType type) {
        String value = "{\"schema\":1,\"event_id\":\"same\",\"event\":\"" + type.text() + "\"}";
        assertThat(document(record(value)).id()).asString(UTF_8).isEqualTo("same");
    }

    @Test
    void writesAnIdAsJsonNeedsIt() throws IOException {
        String id = "a\"b\\c\nä€😀";
        String value = JSON.writeValueAsString(Map.of("schema", 1, "event", "send", "event_id", id));
        byte[] quoted = document(record(value)).id();
        assertThat(JSON.readValue("\"" + new String(quoted, UTF_8) + "\"", String.class))
                .isEqualTo(id);
    }

    @Test
    void refusesAnIdThatTheServerWouldRefuse() {
        assertThat(document(record(event("x".repeat(512)))).id()).hasSize(512);
        assertThatThrownBy(() -> document(record(event("x".repeat(513)))))
                .isInstanceOf(DataException.class)
                .hasMessage("has an event_id of more than 512 bytes");
        assertThatThrownBy(() -> document(record(event("€".repeat(171)))))
                .hasMessage("has an event_id of more than 512 bytes");
        assertThatThrownBy(() -> document(record(event("\\ud800"))))
                .hasMessage("has an event_id that is not Unicode text");
    }

    /** A node of Elasticsearch ends when it overflows its stack. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":| }", "[|]"})
    void refusesWhatIsTooDeepForTheServer(String nesting) {
        String open = nesting.substring(0, nesting.indexOf('|'));
        String close = nesting.substring(nesting.indexOf('|') + 1);
        int levels = ObjectScan.MAX_DEPTH - 1;

        document(record("{\"deep\":" + open.repeat(levels) + "1" + close.repeat(levels) + "}"));

        assertThatThrownBy(() ->
                        document(record("{\"deep\":" + open.repeat(levels + 1) + "1" + close.repeat(levels + 1) + "}")))
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith("has a value that has more than 200 levels at byte ");
    }

    @Test
    void takesAnyEventIdOfWhatIsNoEvent() {
        String value = "{\"event_id\":\"" + "x".repeat(600) + "\"}";
        assertThat(document(record(value)).id()).asString(UTF_8).isEqualTo("t-3-42-" + RECORD_MS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "17",
                "[]",
                "null",
                "{",
                "{}{}",
                "{} x",
                "{\"a\":01}",
                "{'a':1}",
                "{\"a\":\"\n\"}",
                "\uFEFF",
                "\uFEFF\uFEFF{}",
                "{}\uFEFF"
            })
    void refusesWhatIsNotOneJsonObjectWithoutQuotingIt(String value) {
        assertThatThrownBy(() -> document(record(value)))
                .isInstanceOf(DataException.class)
                .hasMessageMatching(
                        "has a value that is (not a JSON object|not JSON at byte \\d+, where [^\\n]* is expected)")
                .hasNoCause();
    }

    @Test
    void skipsAByteOrderMarkAndDoesNotSendIt() {
        String json = "{" + STAMP + "}";
        assertThat(document(record(("\uFEFF" + json).getBytes(UTF_8))).json())
                .asString(UTF_8)
                .isEqualTo(json);
        assertThat(document(record("\uFEFF \n" + json)).json()).asString(UTF_8).isEqualTo(json);
        assertThat(document(record("\uFEFF{}")).json())
                .asString(UTF_8)
                .isEqualTo("{\"@timestamp\":\"2026-11-20T01:02:03.004Z\"}");
    }

    /** RFC 3629; the same as for rules, which JsonScan decides. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0 80", // NUL in Java's modified UTF-8
                "c1 bf", // an overlong form of two bytes
                "e0 9f bf", // of three
                "f0 8f bf bf", // of four
                "ed a0 80", // the first half of a surrogate pair
                "ed b0 80", // the second
                "ed a0 bd ed b8 80", // both, as CESU-8 has them
                "f4 90 80 80", // beyond the last character
                "f5 80 80 80",
                "f8 88 80 80 80", // five bytes
                "80", // a continuation of nothing
                "c3", // cut off
                "e2 82",
                "f0 9f 98",
                "eb", // Latin-1
                "fe",
                "ff"
            })
    void refusesWhatIsNotWellFormedUtf8(String hex) {
        byte[] text = HexFormat.ofDelimiter(" ").parseHex(hex);
        for (String pattern :
                List.of("{\"a\":\"x|y\"}", "{\"x|\":1}", "{\"a\":{\"b\":[\"|\"]},\"c\":1}", "{\"a\":1}|")) {
            byte[] json = pattern.getBytes(UTF_8);
            int at = pattern.indexOf('|');
            ByteArrayOutputStream value = new ByteArrayOutputStream();
            value.write(json, 0, at);
            value.writeBytes(text);
            value.write(json, at + 1, json.length - at - 1);
            assertThatThrownBy(() -> document(record(value.toByteArray())))
                    .as(pattern)
                    .isInstanceOf(DataException.class)
                    .hasMessageMatching("has a value that is not JSON at byte \\d+, where .* is expected");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\ud800", "\udc00", "\udc00\ud800", "x\ud83d", "\ud83d\ud83d\ude00"})
    void refusesTextThatIsNotUnicode(String text) {
        assertThatThrownBy(() -> document(record("{\"a\":\"" + text + "\"}")))
                .isInstanceOf(DataException.class)
                .hasMessageMatching("has a value that is not Unicode text at character \\d");
    }

    @Test
    void refusesMapsWithTextThatIsNotUnicode() {
        for (Map<String, Object> map : List.<Map<String, Object>>of(
                Map.of("a", "x\ud800"), Map.of("\udc00", 1), Map.of("a", List.of("\ud83dx")))) {
            assertThatThrownBy(() -> document(record(map)))
                    .isInstanceOf(DataException.class)
                    .hasMessage("the value holds text that is not Unicode");
        }
    }

    @Test
    void takesCharactersOfEveryLength() {
        String value = "{" + STAMP + ",\"é\":\"€\u0000😀\ud7ff\ue000\uffff\"}".replace("\u0000", "\\u0000");
        assertThat(document(record(value)).json()).asString(UTF_8).isEqualTo(value);
        byte[] bytes = value.getBytes(UTF_8);
        assertThat(document(record(bytes)).json()).isSameAs(bytes);
    }

    @Test
    void readsJsonBehindASchemaId() {
        String json = "{" + STAMP + "}";
        byte[] framed = ("\0\0\0\1\7" + json).getBytes(UTF_8);
        assertThat(document(record(framed)).json()).asString(UTF_8).isEqualTo(json);
        assertThat(document(record(ByteBuffer.wrap(framed))).json())
                .asString(UTF_8)
                .isEqualTo(json);
        assertThat(document(record("\0\0\0\1\7" + json)).json()).asString(UTF_8).isEqualTo(json);
        assertThat(document(record("\0\0\0\1\7{}".getBytes(UTF_8))).json())
                .asString(UTF_8)
                .isEqualTo("{\"@timestamp\":\"2026-11-20T01:02:03.004Z\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"00 00 00 00 07 02 06 61", "00 00 00 00 07", "1f 8b 08 00"})
    void saysOfOtherEncodingsThatTheyAreNoJson(String hex) {
        assertThatThrownBy(() -> document(record(HexFormat.ofDelimiter(" ").parseHex(hex))))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "has a value that is in the wire format of a schema registry, but not JSON, or is compressed"
                                + " with gzip");
    }

    @Test
    void refusesOtherEncodingsThanUtf8() {
        assertThatThrownBy(() -> document(record("{}".getBytes(UTF_16LE)))).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> document(record(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'})))
                .isInstanceOf(DataException.class);
    }

    @Test
    void refusesDocumentsThatNestTooDeep() {
        String value = "{\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}";
        assertThatThrownBy(() -> document(record(value))).isInstanceOf(DataException.class);
    }

    @Test
    void refusesADocumentWithoutAnyTime() {
        SinkRecord record = new SinkRecord("t", 3, null, null, null, "{}", 42, null, TimestampType.NO_TIMESTAMP_TYPE);
        assertThatThrownBy(() -> document(record))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("neither a readable @timestamp nor a record timestamp");
    }

    @Test
    void takesTextAndBuffers() {
        assertThat(document(record("{" + STAMP + "}")).json()).asString(UTF_8).isEqualTo("{" + STAMP + "}");
        ByteBuffer buffer =
                ByteBuffer.wrap(("x{" + STAMP + "}").getBytes(UTF_8)).position(1);
        assertThat(document(record(buffer)).json()).asString(UTF_8).isEqualTo("{" + STAMP + "}");
        assertThat(buffer.position()).isEqualTo(1);
    }

    @Test
    void writesStructsAndMaps() throws IOException {
        Schema inner =
                SchemaBuilder.struct().field("n", Schema.OPTIONAL_INT32_SCHEMA).build();
        Schema schema = SchemaBuilder.struct()
                .field("event_id", Schema.STRING_SCHEMA)
                .field("@timestamp", Timestamp.SCHEMA)
                .field("absent", Schema.OPTIONAL_STRING_SCHEMA)
                .field("bytes", Schema.BYTES_SCHEMA)
                .field("inner", inner)
                .build();
        Struct struct = new Struct(schema)
                .put("event_id", "s1")
                .put("@timestamp", Date.from(Instant.parse("2026-11-22T10:00:00Z")))
                .put("bytes", new byte[] {1, 2, 3})
                .put("inner", new Struct(inner).put("n", 5));
        Document document = document(record(struct));
        assertThat(document.index()).isEqualTo("traces-2026.11.22");
        assertThat(document.json())
                .asString(UTF_8)
                .isEqualTo("{\"event_id\":\"s1\",\"@timestamp\":\"2026-11-22T10:00:00Z\",\"bytes\":\"AQID\","
                        + "\"inner\":{\"n\":5}}");

        Map<String, Object> map = Map.of(
                "@timestamp", NOW.toEpochMilli(), "list", Arrays.asList(1, null, 2.5, true, new BigDecimal("1E+3")));
        JsonNode written = JSON.readTree(document(record(map)).json());
        assertThat(written.path("list")).hasToString("[1,null,2.5,true,1000]");
    }

    @Test
    void refusesStructuresThatJsonCannotHold() {
        assertThatThrownBy(() -> document(record(Map.of("a", Double.NaN))))
                .hasMessage("the value holds a number that is not finite");
        assertThatThrownBy(() -> document(record(Map.of("a", new Object()))))
                .hasMessage("the value holds a java.lang.Object");
        assertThatThrownBy(() -> document(record(new int[0])))
                .hasMessage("has a value that is not a JSON object but a int[]");
        assertThatThrownBy(() -> document(record(List.of())))
                .hasMessageStartingWith("has a value that is not a JSON object but a ");
    }

    /** A valid event, damaged in one byte: taken only if a strict parser takes it too. */
    @Property
    void neverTakesWhatAStrictParserRefuses(@ForAll @IntRange(max = 80) int position, @ForAll byte damage) {
        byte[] value = ("{\"event_id\":\"e1\",\"n\":[1,2.5e3,null],\"t\":\"\\u00e4\"," + STAMP + "}").getBytes(UTF_8);
        value[position % value.length] = damage;
        boolean taken = taken(value);
        assertThat(taken).isEqualTo(isOneObject(value));
    }

    private boolean taken(byte[] value) {
        try {
            return document(record(value)).json().length >= value.length;
        } catch (DataException e) {
            return false;
        }
    }

    private static boolean isOneObject(byte[] value) {
        try {
            return JSON.readTree(value).isObject();
        } catch (JsonProcessingException e) {
            return false;
        } catch (IOException e) {
            throw new AssertionError("reading from memory", e);
        }
    }

    /** A trace event with that text between the quotes of its id. */
    private static String event(String id) {
        return "{\"schema\":1,\"event\":\"send\",\"event_id\":\"" + id + "\"}";
    }

    private Document document(SinkRecord record) {
        return Objects.requireNonNull(documents.of(record));
    }

    private static SinkRecord record(@Nullable Object value) {
        return new SinkRecord("t", 3, null, null, null, value, 42, RECORD_MS, TimestampType.CREATE_TIME);
    }
}
