/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.json.JsonException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceExpressionTest {

    private static final String DOCUMENT = """
            {"id": 7, "a.b": {"c d": "dots"}, "items": [{"sku": "x-1"}, [true]], "gone": null, "größe": "\\u00fc\\n",
             "price": 1000.0, "a`b": 1, "a-b_$@1": 2}""";

    @ParameterizedTest
    @CsvSource({
        "value.id, 7",
        "value.`a.b`.`c d`, dots",
        "value.items[0].sku, x-1",
        "value.items[1][0], true",
        "value.price, 1000.0",
        "value.`a\\`b`, 1",
        "value.a-b_$@1, 2",
        "value.größe, 'ü\n'",
        "value.gone,",
        "value.items,",
        "value,",
        "value.id.deeper,",
        "value.items[2],",
        "value.items[0].other,",
    })
    void readsTheTextAtAPathOfRawJson(String source, @Nullable String text) throws JsonException {
        SourceExpression expression = SourceExpression.parse("message.id.from", source);

        assertThat(expression.text(GivenRecord.json(DOCUMENT))).isEqualTo(text);
        assertThat(expression.text(GivenRecord.empty().withValue(DOCUMENT))).isEqualTo(text);
        assertThat(expression.text(GivenRecord.empty().withValue(slice("xx" + DOCUMENT + "yy", 2))))
                .isEqualTo(text);
        assertThat(expression.text(GivenRecord.empty().withValue(direct(DOCUMENT))))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "value.id, 7",
        "value.price, 12.50",
        "value.ok, true",
        "value.list[1].sku, x-1",
        "value.list[0],",
        "value.list[2],",
        "value.map,",
        "value.gone,",
        "value.other,",
        "value.nan,",
        "value.half, 0.5",
    })
    void readsTheTextAtAPathOfObjects(String source, @Nullable String text) throws JsonException {
        Map<String, Object> body = new HashMap<>(Map.of(
                "id",
                7,
                "price",
                new BigDecimal("12.50"),
                "ok",
                true,
                "map",
                Map.of(),
                "nan",
                Double.NaN,
                "half",
                0.5f));
        body.put("gone", null);
        body.put("list", Arrays.asList(null, Map.of("sku", "x-1")));

        assertThat(SourceExpression.parse("k", source).text(GivenRecord.empty().withValue(body)))
                .isEqualTo(text);
    }

    @Test
    void readsFieldsOutsideTheBody() throws JsonException {
        GivenRecord record = GivenRecord.empty().withHeader("ce_id", "abc");

        assertThat(text("header.ce_id", record)).isEqualTo("abc");
        assertThat(text("header.`ce_id`", record)).isEqualTo("abc");
        assertThat(text("header.other", record)).isNull();
        assertThat(text("header.ce_id", record.withHeader("ce_id", ""))).isNull();
        assertThat(text("topic", record)).isEqualTo("events");
        assertThat(text("partition", record)).isEqualTo("3");
        assertThat(text("timestamp", record)).isEqualTo("1700000000000");
        assertThat(text("timestamp", new GivenRecord("t", null, null, Map.of(), null, null)))
                .isNull();
        assertThat(text("partition", new GivenRecord("t", null, null, Map.of(), null, null)))
                .isNull();
    }

    @Test
    void readsTheWholeKeyAsText() throws JsonException {
        assertThat(text("key", GivenRecord.empty().withKey("k1".getBytes(UTF_8))))
                .isEqualTo("k1");
        assertThat(text("key", GivenRecord.empty().withKey(slice("xxk1", 2)))).isEqualTo("k1");
        assertThat(text("key", GivenRecord.empty().withKey("{"))).isEqualTo("{");
        assertThat(text("key", GivenRecord.empty().withKey(42L))).isEqualTo("42");
        assertThat(text("key", GivenRecord.empty().withKey(new BigDecimal("1E+3"))))
                .isEqualTo("1000");
        assertThat(text("key", GivenRecord.empty().withKey(true))).isEqualTo("true");
        assertThat(text("key", GivenRecord.empty().withKey(List.of()))).isNull();
        assertThat(text("key", GivenRecord.empty())).isNull();
    }

    @Test
    void doesNotWriteOutHugeNumbers() throws JsonException {
        BigDecimal huge = new BigDecimal("1E+2000000000");

        assertThat(text("key", GivenRecord.empty().withKey(huge))).isEqualTo("1E+2000000000");
        assertThat(text("value.n", GivenRecord.empty().withValue(Map.of("n", huge))))
                .isEqualTo("1E+2000000000");
    }

    @Test
    void readsInsideTheKey() throws JsonException {
        assertThat(text("key.id", GivenRecord.empty().withKey("{\"id\":\"a\"}")))
                .isEqualTo("a");
        assertThat(text("key.id", GivenRecord.empty().withKey(Map.of("id", "a"))))
                .isEqualTo("a");
        assertThat(text("key.id", GivenRecord.empty())).isNull();
        assertThatThrownBy(() -> text("key.id", GivenRecord.empty().withKey("plain")))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void reportsThatABodyIsNotJsonWithoutRepeatingIt() {
        assertThatThrownBy(() -> text("value.id", GivenRecord.json("{\"secret\": oops}")))
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.kind()).isEqualTo(JsonException.Kind.BODY_NOT_JSON))
                .hasMessage("is not JSON at byte 11, where a value is expected");
    }

    @Test
    void startsAgainWithEachRecord() throws JsonException {
        SourceExpression expression = SourceExpression.parse("k", "value.id");

        assertThat(expression.text(GivenRecord.json("{\"id\":\"first\"}"))).isEqualTo("first");
        assertThat(expression.text(GivenRecord.json("{}"))).isNull();
        assertThat(expression.text(GivenRecord.empty().withValue(Map.of("id", "object"))))
                .isEqualTo("object");
        assertThat(expression.text(GivenRecord.empty())).isNull();
        assertThat(expression.text(GivenRecord.json("{\"id\":\"last\"}"))).isEqualTo("last");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "headers.x",
                "header",
                "header.",
                "value.",
                "value..a",
                "value.a b",
                "value[x]",
                "value[-1]",
                "value[99999999999]",
                "value[1",
                "key.`a",
                "topic.x",
                "'text'"
            })
    void refusesTextThatIsNotASource(String source) {
        assertThatThrownBy(() -> SourceExpression.parse("message.id.from", source))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining("for configuration message.id.from: at position ")
                .hasMessageContaining(" expected: ");
    }

    private static @Nullable String text(String source, RecordView record) throws JsonException {
        return SourceExpression.parse("k", source).text(record);
    }

    private static ByteBuffer slice(String text, int margin) {
        byte[] bytes = text.getBytes(UTF_8);
        int tail = text.endsWith("yy") ? margin : 0;
        return ByteBuffer.wrap(bytes, margin, bytes.length - margin - tail).slice();
    }

    private static ByteBuffer direct(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    }
}
