/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.core.json.JsonValue.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScanTest {

    private static final JsonPath ROOT = path();

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            {"a":"x"}        ; TEXT
            {"a":17}         ; NUMBER
            {"a":true}       ; TRUE
            {"a":false}      ; FALSE
            {"a":null}       ; NULL
            {"a":{}}         ; CONTAINER
            {"a":[]}         ; CONTAINER
            {}               ; ABSENT
            {"b":{"a":1}}    ; ABSENT
            {"A":1}          ; ABSENT
            [{"a":1}]        ; ABSENT
            "a"              ; ABSENT
            null             ; ABSENT
            """)
    void returnsTheValueAtAPath(String json, Kind kind) throws JsonException {
        assertThat(value(json, path("a")).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            "x"        ; TEXT
             -1.5e+3   ; NUMBER
            true       ; TRUE
            false      ; FALSE
            null       ; NULL
            {"a":1}    ; CONTAINER
            []         ; CONTAINER
            """)
    void returnsTheWholeValue(String json, Kind kind) throws JsonException {
        assertThat(value(json, ROOT).kind()).isEqualTo(kind);
    }

    @Test
    void readsEveryEscape() throws JsonException {
        assertThat(value("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00é😀\"}", path("a"))
                        .text())
                .isEqualTo("\"\\/\b\f\n\r\té😀é😀");
    }

    @Test
    void findsNamesThatAreEscapedOrNotAscii() throws JsonException {
        assertThat(value("{\"\\u0061\":1}", path("a")).text()).isEqualTo("1");
        assertThat(value("{\"größe\":1}", path("größe")).text()).isEqualTo("1");
        assertThat(value("{\"gr\\u00f6ße\":1}", path("größe")).text()).isEqualTo("1");
        assertThat(value("{\"\":1}", path("")).text()).isEqualTo("1");
    }

    @Test
    void usesTheFirstOfADuplicateName() throws JsonException {
        assertThat(value("{\"a\":1,\"a\":2}", path("a")).text()).isEqualTo("1");
        assertThat(value("{\"a\":{\"b\":1},\"a\":{\"b\":2,\"c\":3}}", path("a", "c"))
                        .kind())
                .isEqualTo(Kind.ABSENT);
        assertThat(value("{\"a\":1,\"a\":{\"b\":2}}", path("a", "b")).kind()).isEqualTo(Kind.ABSENT);
    }

    @Test
    void readsFieldsAndElementsOfTheSamePlace() throws JsonException {
        List<JsonPath> paths = List.of(path("a", "b"), path("a", 1), path("a"));

        JsonScan scan = new JsonScan(paths);
        begin(scan, "{\"a\":[7,8]}");
        assertThat(scan.value(0).kind()).isEqualTo(Kind.ABSENT);
        assertThat(scan.value(1).text()).isEqualTo("8");
        assertThat(scan.value(2).kind()).isEqualTo(Kind.CONTAINER);

        begin(scan, "{\"a\":{\"b\":9}}");
        assertThat(scan.value(0).text()).isEqualTo("9");
        assertThat(scan.value(1).kind()).isEqualTo(Kind.ABSENT);
        assertThat(scan.value(2).kind()).isEqualTo(Kind.CONTAINER);
    }

    @Test
    void readsNoFurtherThanTheAnswerNeeds() throws JsonException {
        JsonScan scan = new JsonScan(List.of(path("a"), path("b")));
        begin(scan, "{\"a\":1,\"b\":2,oops");

        assertThat(scan.value(0).text()).isEqualTo("1");
        assertThat(scan.value(1).text()).isEqualTo("2");
    }

    @Test
    void failsAgainWhenMoreOfABrokenDocumentIsRead() throws JsonException {
        JsonScan scan = new JsonScan(List.of(path("a"), path("b"), path("c")));
        begin(scan, "{\"a\":1,\"b\":oops,\"c\":3}");

        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> scan.value(2));
        assertThatExceptionOfType(JsonException.class).isThrownBy(() -> scan.value(1));
        assertThat(scan.value(0).text()).isEqualTo("1");

        begin(scan, "{\"c\":4}");
        assertThat(scan.value(2).text()).isEqualTo("4");
    }

    @Test
    void readsOnlyBetweenItsBounds() throws JsonException {
        byte[] bytes = "9{\"a\":12}3".getBytes(UTF_8);
        JsonScan scan = new JsonScan(List.of(path("a"), path("b")));

        scan.begin(bytes, 1, bytes.length - 1);
        assertThat(scan.value(1).kind()).isEqualTo(Kind.ABSENT);
        assertThat(scan.value(0).text()).isEqualTo("12");

        scan.begin(bytes, 1, 8);
        assertThatThrownBy(() -> scan.value(1))
                .hasMessage("is not JSON at byte 7, where the end of a value is expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":12", "{\"a\":true", "{\"a\":12x}", "{\"a\":nullx}", "{\"a\":1\"\"}"})
    void readsNoValueFromAWordOrNumberThatIsIncompleteOrTooLong(String json) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> value(json, path("a")))
                .withMessageContaining("where the end of a value is expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"b\":2,oops}", "{\"a\":1,\"b\":2}}", "{\"a\":1,\"b\":2 "})
    void findsMistakesAfterTheLastAnswerWhenReadToTheEnd(String json) throws JsonException {
        JsonScan scan = new JsonScan(List.of(path("a"), path("b")));
        begin(scan, json);
        assertThat(scan.value(1).text()).isEqualTo("2");

        assertThatExceptionOfType(JsonException.class).isThrownBy(scan::readToEnd);
        assertThatExceptionOfType(JsonException.class).isThrownBy(scan::readToEnd);
        assertThat(scan.value(0).text()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":[{}]}",
                " {\"b\":\"\",\"a\":1} \n",
                "{\"b\":1}",
                "{}",
                "[]",
                "17",
                "null",
                "\"x\""
            })
    void readsAWholeDocumentToItsEndOnce(String json) throws JsonException {
        JsonScan scan = new JsonScan(List.of(path("a"), path("b")));
        begin(scan, json);

        scan.readToEnd();
        scan.readToEnd();

        assertThat(scan.value(0).kind()).isEqualTo(json.contains("\"a\"") ? Kind.NUMBER : Kind.ABSENT);
    }

    @Test
    void knowsWhereAValueBegins() throws JsonException {
        assertThat(value("{\"a\" : null}", path("a")).start()).isEqualTo(7);
        assertThat(value("{\"a\":true}", path("a")).start()).isEqualTo(5);
        assertThat(value("{\"a\":\"x\"}", path("a")).start()).isEqualTo(6);
    }

    @Test
    void skipsAByteOrderMark() throws JsonException {
        assertThat(value("\uFEFF{\"a\":1}", path("a")).text()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "[1,]",
                "[1 2]",
                "{,}",
                "[,1]",
                "{\"a\" 1}",
                "{a:1}",
                "{'a':1}",
                "{\"a\":1 \"b\":2}",
                "{1:2}",
                "]",
                "}",
                "[}",
                "{]",
                "[1}",
                "{\"b\":[}]}",
                "tru",
                "truE",
                "nul",
                "fals",
                "undefined",
                "NaN",
                "Infinity",
                "01",
                "-",
                "-a",
                "1.",
                ".5",
                "1.e1",
                "1e",
                "1e+",
                "+1",
                "0x10",
                "1a",
                "1 2",
                "\"a\" b",
                "\"a",
                "\"\\\"",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\n\"",
                "\"\\",
                "/* */ 1",
                "{\"a\":x"
            })
    void refusesTextThatIsNotJson(String json) {
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> value(json, path("none")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(JsonException.Kind.BODY_NOT_JSON))
                .withMessageStartingWith("is not JSON at byte ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0080",
                "\u00C3",
                "\u00C0\u0080",
                "\u00C1\u00BF",
                "\u00C3(",
                "\u00E0\u0080\u0080",
                "\u00ED\u00A0\u0080",
                "\u00E2\u0082",
                "\u00F0\u0080\u0080\u0080",
                "\u00F4\u0090\u0080\u0080",
                "\u00F5\u0080\u0080\u0080",
                "\u00FF",
                "\u00F0\u009F\u0098"
            })
    void refusesStringsThatAreNotUtf8(String bytes) {
        byte[] json = ("[\"" + bytes + "\"]").getBytes(ISO_8859_1);
        JsonScan scan = new JsonScan(List.of(path(1)));
        scan.begin(json, 0, json.length);

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> scan.value(0))
                .withMessage("is not JSON at byte 2, where well-formed UTF-8 is expected");
    }

    @Test
    void readsAThousandLevelsAndRefusesOneMore() throws JsonException {
        assertThat(value("[".repeat(1_000) + "]".repeat(1_000), path(1)).kind()).isEqualTo(Kind.ABSENT);

        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> value("[".repeat(1_001) + "]".repeat(1_001), path(1)))
                .withMessage("has more than 1000 levels at byte 1000")
                .satisfies(e -> assertThat(e.kind()).isEqualTo(JsonException.Kind.TOO_DEEP));
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> value("{\"a\":".repeat(10_000), path("b")))
                .satisfies(e -> assertThat(e.kind()).isEqualTo(JsonException.Kind.TOO_DEEP));
    }

    @Test
    void comparesRawTextInPlace() throws JsonException {
        JsonValue plain = value("{\"a\":\"order.paid\"}", path("a"));
        assertThat(plain.equalsText("order.paid")).isTrue();
        assertThat(plain.equalsText("order.pai")).isFalse();
        assertThat(plain.equalsText("order.paids")).isFalse();
        assertThat(plain.startsWithText("order.")).isTrue();
        assertThat(plain.startsWithText("order.paids")).isFalse();
        assertThat(plain.text()).isEqualTo("order.paid");
        assertThat(plain.equalsText("order.paid")).isTrue();

        JsonValue escaped = value("{\"a\":\"\\u006frder\"}", path("a"));
        assertThat(escaped.equalsText("order")).isTrue();
        assertThat(escaped.startsWithText("or")).isTrue();

        JsonValue number = value("{\"a\":17}", path("a"));
        assertThat(number.equalsText("17")).isFalse();
        assertThat(number.startsWithText("1")).isFalse();
    }

    @Test
    void appendsTheSameTextThatItGives() throws JsonException {
        for (String json : List.of("\"plain\"", "\"\\u00e9\"", "\"é\"", "-1.50e3", "true", "false", "\"\"")) {
            StringBuilder out = new StringBuilder("<");
            JsonValue value = value(json, ROOT);

            value.appendTo(out);

            assertThat(out).hasToString("<" + value.text());
            assertThat(value.utf8()).isEqualTo(value.text().getBytes(UTF_8));
        }
    }

    @Test
    void refusesToReturnTextIfThereIsNone() throws JsonException {
        for (String json : List.of("null", "{}", "[]")) {
            JsonValue value = value(json, ROOT);
            assertThat(value.isScalar()).isFalse();
            assertThatThrownBy(value::text).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesTheSamePathTwice() {
        assertThatThrownBy(() -> new JsonScan(List.of(path("a"), path("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there twice");
    }

    static JsonPath path(Object... steps) {
        return new JsonPath(List.of(steps).stream()
                .map(step -> step instanceof Integer index
                        ? (JsonPath.Step) new JsonPath.Element(index)
                        : new JsonPath.Field((String) step))
                .toList());
    }

    private static JsonValue value(String json, JsonPath path) throws JsonException {
        JsonScan scan = new JsonScan(List.of(path));
        begin(scan, json);
        return scan.value(0);
    }

    private static void begin(JsonScan scan, String json) {
        byte[] bytes = json.getBytes(UTF_8);
        scan.begin(bytes, 0, bytes.length);
    }
}
