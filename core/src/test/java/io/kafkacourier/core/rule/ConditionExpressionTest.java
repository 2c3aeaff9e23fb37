/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.json.JsonException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionExpressionTest {

    private static final String JSON = """
            {"text": "order.paid", "quote": "it's", "number": 1000.0, "digits": "1000", "yes": true, "no": false, "gone": null,
             "list": [1, {"sku": "x-1"}], "object": {"deep": 7}, "huge": 1e99999999999, "face": "😀"}""";

    private static final Map<String, Object> OBJECTS = new HashMap<>(Map.of(
            "text",
            "order.paid",
            "quote",
            "it's",
            "number",
            new BigDecimal("1000.0"),
            "digits",
            "1000",
            "yes",
            true,
            "no",
            false,
            "list",
            Arrays.asList(1, Map.of("sku", "x-1")),
            "object",
            Map.of("deep", 7L),
            "face",
            "😀"));

    static {
        OBJECTS.put("gone", null);
    }

    /** Conditions and whether they hold, for raw JSON and for objects. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            value.text == 'order.paid'                  ; true
            value.text == 'order.pai'                   ; false
            value.text != 'order.paid'                  ; false
            value.text != 'other'                       ; true
            value.text != 17                            ; true
            value.quote == 'it''s'                      ; true
            value.number == 1000                        ; true
            value.number == 1e3                         ; true
            value.number != 1000.00                     ; false
            value.number == '1000.0'                    ; false
            value.digits == 1000                        ; false
            value.digits == '1000'                      ; true
            value.yes == true                           ; true
            value.yes == 'true'                         ; false
            value.no == false                           ; true
            value.no == null                            ; false
            value.gone == null                          ; true
            value.gone != null                          ; false
            value.gone exists                           ; true
            value.gone not exists                       ; false
            value.gone != 'x'                           ; true
            value.text != null                          ; true
            value.none == null                          ; false
            value.none != null                          ; false
            value.none != 'x'                           ; false
            value.none exists                           ; false
            value.none not exists                       ; true
            value.none < 5                              ; false
            value.none in ['a', null]                   ; false
            value.none startsWith ''                    ; false
            value.none matches '.*'                     ; false
            value.gone matches '.*'                     ; false
            value.gone in ['a', null]                   ; true
            value.list == '[1]'                         ; false
            value.list != 'x'                           ; true
            value.object == null                        ; false
            value.object exists                         ; true
            value exists                                ; true
            value != null                               ; true
            value.list[0] == 1                          ; true
            value.list[1].sku == 'x-1'                  ; true
            value.list[2] exists                        ; false
            value.list[1].sku.more exists               ; false
            value.object.deep >= 7                      ; true
            value.object.deep > 7                       ; false
            value.object.deep <= 7.0                    ; true
            value.object.deep < 7                       ; false
            value.object.deep < 7.5                     ; true
            value.object.deep > -8                      ; true
            value.text < 'order.z'                      ; true
            value.text > 'order'                        ; true
            value.text >= 'order.paid'                  ; true
            value.text < 5                              ; false
            value.text > 5                              ; false
            value.number < '2'                          ; false
            value.face > '\uFFFD'                       ; true
            value.text in ['a', 'order.paid']           ; true
            value.text in ['a', 17, true, null]         ; false
            value.number in ['a', 1000]                 ; true
            value.text startsWith 'order.'              ; true
            value.text startsWith 'paid'                ; false
            value.number startsWith '1'                 ; false
            value.text matches 'order\\..+'             ; true
            value.text matches 'order'                  ; false
            value.number matches '.*'                   ; false
            value.text == 'order.paid' and value.yes == true            ; true
            value.text == 'order.paid' and value.yes == false           ; false
            value.yes == false and value.text == 'order.paid'           ; false
            """)
    void comparesFieldsOfTheBody(String condition, boolean holds) throws JsonException {
        assertThat(holds(condition, GivenRecord.json(JSON))).as("raw JSON").isEqualTo(holds);
        assertThat(holds(condition, GivenRecord.empty().withValue(JSON)))
                .as("text")
                .isEqualTo(holds);
        assertThat(holds(condition, GivenRecord.empty().withValue(OBJECTS)))
                .as("objects")
                .isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            header.n == 5               ; true
            header.n == '5.0'           ; true
            header.n == '5'             ; false
            header.n > 4                ; true
            header.n > '4'              ; true
            header.n in [1, 5]          ; true
            header.n == true            ; false
            header.n != true            ; true
            header.n == null            ; false
            header.n exists             ; true
            header.n startsWith '5'     ; true
            header.`n` matches '[0-9.]+'; true
            header.other exists         ; false
            header.other not exists     ; true
            header.other != 'x'         ; false
            topic == 'events'           ; true
            topic startsWith 'ev'       ; true
            partition == 3              ; true
            partition in [0, 1]         ; false
            timestamp >= 1700000000000  ; true
            key == 17                   ; true
            key == '17'                 ; true
            key == '017'                ; false
            key == 017                  ; true
            key < 100                   ; true
            key == true                 ; false
            key != false                ; true
            """)
    void comparesFieldsOutsideTheBody(String condition, boolean holds) throws JsonException {
        GivenRecord record = GivenRecord.json("not JSON").withHeader("n", "5.0").withKey("17");

        assertThat(holds(condition, record)).isEqualTo(holds);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            true  ; == true           ; true
            true  ; != true           ; false
            true  ; == false          ; false
            true  ; != false          ; true
            true  ; == 'true'         ; true
            true  ; in [1, true]      ; true
            true  ; in [false, 'x']   ; false
            false ; == false          ; true
            false ; in [true, false]  ; true
            TRUE  ; == true           ; false
            1     ; == true           ; false
            null  ; == null           ; false
            """)
    void comparesTextOfHeadersAndKeysWithTrueAndFalse(String text, String test, boolean holds) throws JsonException {
        assertThat(holds("header.vip " + test, GivenRecord.empty().withHeader("vip", text)))
                .isEqualTo(holds);
        if (!test.contains("null")) {
            assertThat(holds("key " + test, GivenRecord.empty().withKey(text))).isEqualTo(holds);
            assertThat(holds("key " + test, GivenRecord.empty().withKey(text.getBytes(UTF_8))))
                    .isEqualTo(holds);
        }
    }

    @Test
    void treatsAHeaderThatCannotBeReadAsNull() throws JsonException {
        GivenRecord record = GivenRecord.empty().withHeader("h", "");

        assertThat(holds("header.h exists", record)).isTrue();
        assertThat(holds("header.h == null", record)).isTrue();
        assertThat(holds("header.h == ''", record)).isFalse();
    }

    @Test
    void endsTheNameOfAHeaderAtABlank() throws JsonException {
        assertThat(holds("header.X-GitHub.Event == 'push'", GivenRecord.empty().withHeader("X-GitHub.Event", "push")))
                .isTrue();
        assertThat(holds("header.`a b` == 'x'", GivenRecord.empty().withHeader("a b", "x")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "value.a == 1",
                "value.a != 1",
                "value.a exists",
                "value.a not exists",
                "value exists",
                "value not exists",
                "value == null"
            })
    void neverHoldsForATombstoneIfItReadsTheValue(String condition) throws JsonException {
        assertThat(holds(condition, GivenRecord.empty())).isFalse();
        assertThat(holds("topic == 'events'", GivenRecord.empty())).isTrue();
    }

    @Test
    void distinguishesANullBodyFromATombstone() throws JsonException {
        assertThat(holds("value == null", GivenRecord.json("null"))).isTrue();
        assertThat(holds("value.a not exists", GivenRecord.json("null"))).isTrue();
    }

    @Test
    void readsABodyWithASingleValue() throws JsonException {
        assertThat(holds("value == 17", GivenRecord.json("17.0"))).isTrue();
        assertThat(holds("value == 17", GivenRecord.empty().withValue(17L))).isTrue();
        assertThat(holds("value == 'x'", GivenRecord.json("\"x\""))).isTrue();
        assertThat(holds("value == true", GivenRecord.empty().withValue(true))).isTrue();
        assertThat(holds("value[1] == 2", GivenRecord.empty().withValue(List.of(1, 2))))
                .isTrue();
    }

    @Test
    void doesNotReadTheBodyIfAnotherTestFails() throws JsonException {
        GivenRecord broken = GivenRecord.json("{oops").withHeader("type", "a");

        assertThat(holds("value.x == 1 and header.type == 'b'", broken)).isFalse();
        assertThat(holds("key.x == 1 and value.x == 1 and topic == 'b'", broken))
                .isFalse();
        assertThatExceptionOfType(JsonException.class)
                .isThrownBy(() -> holds("value.x == 1 and header.type == 'a'", broken));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            value.type = 'a'              ; 12 ; ==, !=, <, <=, >, >=, in, startsWith, matches, exists or not exists
            value.type === 'a'            ; 12 ; ==, !=, <, <=, >, >=, in, startsWith, matches, exists or not exists
            value.type equals 'a'         ; 12 ; ==, !=, <, <=, >, >=, in, startsWith, matches, exists or not exists
            value.type                    ; 11 ; ==, !=, <, <=, >, >=, in, startsWith, matches, exists or not exists
            headers.type == 'a'           ; 1  ; topic, partition, timestamp, header.<name>, key
            ''                            ; 1  ; topic, partition, timestamp, header.<name>, key
            topic == a                    ; 10 ; a text in single quotes, a number, true, false or null
            topic == "a"                  ; 10 ; a text in single quotes, a number, true, false or null
            topic ==                      ; 9  ; a text in single quotes, a number, true, false or null
            topic == 'a                   ; 10 ; a text that ends with a single quote
            topic == 1.2.3                ; 10 ; a number such as 17, -1.5 or 1e3
            topic == 1x                   ; 10 ; a number such as 17, -1.5 or 1e3
            topic < true                  ; 9  ; a number or a text in single quotes
            topic == 5                    ; 10 ; a text in single quotes, because topic is always a text
            topic != 5                    ; 10 ; a text in single quotes, because topic is always a text
            topic > 1                     ; 9  ; a text in single quotes, because topic is always a text
            topic == true                 ; 10 ; a text in single quotes, because topic is always a text
            topic == null                 ; 10 ; a text in single quotes, because topic is always a text
            topic in ['a', 5]             ; 16 ; a text in single quotes, because topic is always a text
            topic in [null, 'a']          ; 11 ; a text in single quotes, because topic is always a text
            partition == '3'              ; 14 ; a number, because partition is always a number
            partition <= '3'              ; 14 ; a number, because partition is always a number
            partition == false            ; 14 ; a number, because partition is always a number
            partition in [1, '2', 3]      ; 18 ; a number, because partition is always a number
            timestamp == '1'              ; 14 ; a number, because timestamp is always a number
            timestamp != null             ; 14 ; a number, because timestamp is always a number
            partition startsWith 'a'      ; 22 ; one of ==, !=, <, <=, >, >=, in, exists or not exists instead, because partition
            timestamp matches '17.*'      ; 19 ; one of ==, !=, <, <=, >, >=, in, exists or not exists instead, because timestamp
            key == null                   ; 8  ; a text in single quotes, a number, true or false, because key is never null
            key in ['a', null]            ; 14 ; a text in single quotes, a number, true or false, because key is never null
            topic in 'a'                  ; 10 ; a list such as ['a', 'b'] or [1, 2]
            topic in []                   ; 11 ; a text in single quotes, a number, true, false or null
            topic in ['a' 'b']            ; 15 ; ',' or ']'
            topic in ['a'                 ; 14 ; ',' or ']'
            topic startsWith 5            ; 18 ; a text in single quotes
            topic matches '('             ; 15 ; a regular expression of RE2 (missing closing ))
            topic matches '(a)\\1'        ; 15 ; a regular expression of RE2 (invalid escape sequence)
            topic not in ['a']            ; 11 ; exists
            topic == 'a' or key == 'b'    ; 14 ; and, or the end
            topic == 'a' and              ; 17 ; topic, partition, timestamp, header.<name>, key
            header. == 'a'                ; 8  ; the name of a header
            value. == 'a'                 ; 7  ; a name of letters, digits, _, -, $ and @, or any other in backticks
            value.`a == 'a'               ; 7  ; a name that ends with a backtick
            value[x] == 'a'               ; 7  ; the index of an element, from 0 to 2147483647
            """)
    void reportsThePositionOfAMistakeAndWhatWasExpected(String condition, int position, String expected) {
        String text = condition.equals("''") ? "" : condition;
        assertThatThrownBy(() -> ConditionExpression.parse("rules.vip.when", text))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageStartingWith("Invalid value " + text + " for configuration rules.vip.when: at position "
                        + position + " expected: " + expected)
                .hasMessageEndingWith("\n  " + text + "\n  " + " ".repeat(position - 1) + "^");
    }

    @Test
    void pointsIntoTheLineOfTheMistake() {
        assertThatThrownBy(() -> ConditionExpression.parse("when", "topic == 'a'\n\tand key is 'b'\n\tand key exists"))
                .hasMessageEndingWith(
                        "at position 23 expected: ==, !=, <, <=, >, >=, in, startsWith, matches, exists or not"
                                + " exists\n   and key is 'b'\n           ^");
    }

    /** At the first and the last letter and digit, and between any two words. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "  value.text=='order.paid'\t",
                "value.text==  'order.paid'and value.yes==true",
                "value.text in [ 'a' ,'order.paid' ]",
                "value.text in['a', 'order.paid' , 'b']",
                "value.text startsWith   'order.'",
                "value.text\nmatches\n'order.+'\nand\nvalue.gone  not  exists",
                "value.a9[0] == 90909",
                "value.z0[9] == 9"
            })
    void allowsBlanksBetweenWordsAndAllLettersAndDigits(String condition) throws JsonException {
        String json =
                "{'text': 'order.paid', 'yes': true, 'a9': [90909], 'z0': [0,1,2,3,4,5,6,7,8,9]}".replace("'", "\"");

        assertThat(holds(condition, GivenRecord.json(json))).isTrue();
    }

    private static boolean holds(String condition, RecordView record) throws JsonException {
        return ConditionExpression.parse("when", condition).holds(record);
    }
}
