/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.header.MessageHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract of every {@link MessageHeaders}; each adapter inherits these tests. */
abstract class MessageHeadersContract {

    /** The adapter under test; always the same collection within one test. */
    abstract MessageHeaders headers();

    /** Adds a header to the collection without the adapter, like another client. */
    abstract void given(String name, byte @Nullable [] value);

    /** The number of headers of that name in the collection. */
    abstract int count(String name);

    @Test
    void readsNullIfThereIsNoHeader() {
        assertThat(headers().text("delay")).isNull();
    }

    @Test
    void readsTheLastOfRepeatedHeaders() {
        given("delay", "5s".getBytes(StandardCharsets.UTF_8));
        given("delay", "7s".getBytes(StandardCharsets.UTF_8));

        assertThat(headers().text("delay")).isEqualTo("7s");
    }

    @ParameterizedTest
    @CsvSource(ignoreLeadingAndTrailingWhitespace = false, textBlock = """
            ' 5s ',5s
            '\t5s\t ',5s
            'a b',a b
            ' ',''
            '',''
            '\n5s','\n5s'
            'größe','größe'
            """)
    void ignoresOuterSpacesAndTabsOnly(String written, String read) {
        given("delay", written.translateEscapes().getBytes(StandardCharsets.UTF_8));

        assertThat(headers().text("delay")).isEqualTo(read.translateEscapes());
        assertThat(headers().chars("delay")).hasToString(read.translateEscapes());
    }

    @Test
    void countsTheBytesOfTheLastHeader() {
        given("node", "orders".getBytes(StandardCharsets.UTF_8));
        given("node", "größe".getBytes(StandardCharsets.UTF_8));

        assertThat(headers().size("node")).isEqualTo(7);
        assertThat(headers().size("delay")).isZero();
    }

    @Test
    void leavesOneHeaderIfThereWasOneWithTheSameValue() {
        given("node", "orders".getBytes(StandardCharsets.UTF_8));
        headers().put("node", "orders");
        assertThat(count("node")).isEqualTo(1);

        given("node", "orders".getBytes(StandardCharsets.UTF_8));
        headers().put("node", "orders");
        assertThat(count("node")).isEqualTo(1);
    }

    @Test
    void readsTheCharactersOfAHeader() {
        given("traceparent", " 00-0a ".getBytes(StandardCharsets.UTF_8));

        CharSequence chars = Objects.requireNonNull(headers().chars("traceparent"));

        assertThat(chars).hasSize(5).hasToString("00-0a");
        assertThat(chars.charAt(3)).isEqualTo('0');
        assertThat(chars.charAt(4)).isEqualTo('a');
        assertThat(chars.subSequence(2, 4)).hasToString("-0");
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> chars.charAt(5));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> chars.subSequence(4, 6));
        assertThat(headers().chars("trace_id")).isNull();
    }

    @Test
    void readsBytesThatAreNotUtf8AsUnreadable() {
        given("delay", new byte[] {'5', (byte) 0xC3, 's'});

        assertThat(headers().text("delay")).isEqualTo(HeaderText.UNREADABLE);
        assertThat(headers().chars("delay")).hasToString(HeaderText.UNREADABLE);
    }

    @Test
    void readsANullValueAsUnreadable() {
        given("delay", null);

        assertThat(headers().text("delay")).isEqualTo(HeaderText.UNREADABLE);
        assertThat(headers().chars("delay")).hasToString(HeaderText.UNREADABLE);
    }

    @Test
    void comparesNamesExactly() {
        given("Delay", "5s".getBytes(StandardCharsets.UTF_8));

        assertThat(headers().text("delay")).isNull();
    }

    @Test
    void readsTheLastHeaderOfANameInAnyCase() {
        given("X-B3-TraceId", "a".getBytes(UTF_8));
        given("x-b3-traceid", "b".getBytes(UTF_8));
        given("x-b3-traceidentity", "c".getBytes(UTF_8));

        assertThat(String.valueOf(headers().charsIgnoringCase("X-B3-TRACEID"))).isEqualTo("b");
        assertThat(headers().charsIgnoringCase("X-B3-Sampled")).isNull();
        assertThat(headers().hasAnyIgnoringCase("X-B3-")).isTrue();
        assertThat(headers().hasAnyIgnoringCase("X-B3-TraceIdentityCards")).isFalse();
    }

    @Test
    void putReplacesEveryEarlierHeaderOfTheName() {
        given("trace_id", "a".getBytes(StandardCharsets.UTF_8));
        given("trace_id", "b".getBytes(StandardCharsets.UTF_8));

        headers().put("trace_id", "ü");

        assertThat(headers().text("trace_id")).isEqualTo("ü");
        assertThat(count("trace_id")).isEqualTo(1);
    }

    @Test
    void putAsciiReplacesEveryEarlierHeaderOfTheName() {
        given("trace_id", "b".getBytes(StandardCharsets.UTF_8));
        given("trace_id", "a".getBytes(StandardCharsets.UTF_8));

        headers().putAscii("trace_id", new byte[] {'a'});

        assertThat(headers().text("trace_id")).isEqualTo("a");
        assertThat(count("trace_id")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b", " a", "ab", "ü", ""})
    void putLeavesOneHeaderForAnyEarlierOne(String earlier) {
        given("trace_id", earlier.getBytes(StandardCharsets.UTF_8));
        given("message_id", earlier.getBytes(StandardCharsets.UTF_8));

        headers().put("trace_id", "a");
        headers().put("trace_id", "a");
        headers().putAscii("message_id", new byte[] {'a'});
        headers().putAscii("message_id", new byte[] {'a'});

        assertThat(headers().text("trace_id")).isEqualTo("a");
        assertThat(headers().text("message_id")).isEqualTo("a");
        assertThat(count("trace_id")).isEqualTo(1);
        assertThat(count("message_id")).isEqualTo(1);
    }

    @Test
    void removeTakesEveryHeaderOfTheNameAndNoOther() {
        given("delay", "1".getBytes(StandardCharsets.UTF_8));
        given("delayed", "2".getBytes(StandardCharsets.UTF_8));
        given("delay", "3".getBytes(StandardCharsets.UTF_8));

        headers().remove("delay");

        assertThat(headers().text("delay")).isNull();
        assertThat(headers().text("delayed")).isEqualTo("2");
    }

    @Test
    void removeAllTakesEveryHeaderWithThePrefixAndNoOther() {
        given("__courier.route.reason", "1".getBytes(StandardCharsets.UTF_8));
        given("__courier.origin.topic", "2".getBytes(StandardCharsets.UTF_8));
        given("__courier.route.rule", "3".getBytes(StandardCharsets.UTF_8));

        headers().removeAll(HeaderNames.ROUTE_PREFIX);

        assertThat(headers().text("__courier.route.reason")).isNull();
        assertThat(headers().text("__courier.route.rule")).isNull();
        assertThat(headers().text("__courier.origin.topic")).isEqualTo("2");
    }
}
