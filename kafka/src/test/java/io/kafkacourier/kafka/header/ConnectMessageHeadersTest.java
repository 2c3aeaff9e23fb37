/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.header.MessageHeaders;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectMessageHeadersTest {

    @Nested
    class WritingBytes extends AdapterTest {
        WritingBytes() {
            super(ConnectMessageHeaders.Form.BYTES, new byte[] {'a'}, "a");
        }

        @Test
        void writesBytes() {
            headers().put("delay", "5s");

            assertThat(written("delay").schema()).isEqualTo(Schema.BYTES_SCHEMA);
            assertThat((byte[]) written("delay").value()).asString().isEqualTo("5s");
        }
    }

    @Nested
    class WritingStrings extends AdapterTest {
        WritingStrings() {
            super(ConnectMessageHeaders.Form.STRING, "a", new byte[] {'a'});
        }

        @Test
        void writesText() {
            headers().put("delay", "5s");

            assertThat(written("delay").schema()).isEqualTo(Schema.STRING_SCHEMA);
            assertThat(written("delay").value()).isEqualTo("5s");
        }
    }

    @ParameterizedTest
    @MethodSource
    void readsEveryTypeThatAHeaderConverterCreatesFromText(SchemaAndValue value, String text) {
        Headers connect = new ConnectHeaders().add("delay", value);

        assertThat(new ConnectMessageHeaders(connect, ConnectMessageHeaders.Form.STRING).text("delay"))
                .isEqualTo(text);
    }

    static Stream<Arguments> readsEveryTypeThatAHeaderConverterCreatesFromText() {
        return Stream.of(
                Arguments.of(new SchemaAndValue(Schema.STRING_SCHEMA, " 5s"), "5s"),
                Arguments.of(new SchemaAndValue(Schema.INT8_SCHEMA, (byte) 7), "7"),
                Arguments.of(new SchemaAndValue(Schema.INT64_SCHEMA, 1_700_000_000_000L), "1700000000000"),
                Arguments.of(new SchemaAndValue(Decimal.schema(0), new BigDecimal("1E+3")), "1000"),
                Arguments.of(new SchemaAndValue(Decimal.schema(0), new BigDecimal("1E+999999999")), "1E+999999999"),
                Arguments.of(new SchemaAndValue(Schema.BOOLEAN_SCHEMA, true), "true"),
                Arguments.of(new SchemaAndValue(Schema.BYTES_SCHEMA, ByteBuffer.wrap(new byte[] {'5', 's'})), "5s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1700000000000", "30m", "PT30M", "2026-01-31T12:00:00.000Z", "orders.eu"})
    void readsDelayHeadersThroughTheDefaultHeaderConverter(String wire) throws Exception {
        try (SimpleHeaderConverter converter = new SimpleHeaderConverter()) {
            Headers connect = new ConnectHeaders()
                    .add("deliver_at", converter.toConnectHeader("topic", "deliver_at", HeaderText.encode(wire)));

            assertThat(new ConnectMessageHeaders(connect, ConnectMessageHeaders.Form.STRING).text("deliver_at"))
                    .isEqualTo(wire);
        }
    }

    @Test
    void readsAValueThatHasNoTextAsUnreadable() {
        Headers connect = new ConnectHeaders().add("delay", new SchemaAndValue(null, new Object()));

        assertThat(new ConnectMessageHeaders(connect, ConnectMessageHeaders.Form.STRING).text("delay"))
                .isEqualTo(HeaderText.UNREADABLE);
    }

    abstract static class AdapterTest extends MessageHeadersContract {

        private final Headers connect = new ConnectHeaders();
        private final MessageHeaders headers;
        /** The text {@code a} in the form in which it is written. */
        private final Object inForm;
        /** The same text in the form of the other header converters. */
        private final Object inOtherForm;

        AdapterTest(ConnectMessageHeaders.Form form, Object inForm, Object inOtherForm) {
            headers = new ConnectMessageHeaders(connect, form);
            this.inForm = inForm;
            this.inOtherForm = inOtherForm;
        }

        @Override
        MessageHeaders headers() {
            return headers;
        }

        @Override
        void given(String name, byte @Nullable [] value) {
            connect.add(name, value, Schema.OPTIONAL_BYTES_SCHEMA);
        }

        @Override
        int count(String name) {
            return List.copyOf(toList(connect)).stream()
                    .filter(header -> header.key().equals(name))
                    .toList()
                    .size();
        }

        @Test
        void putReplacesAHeaderOfAnotherType() {
            connect.add("trace_id", inOtherForm, null).add("message_id", inOtherForm, null);

            headers.putAscii("trace_id", new byte[] {'a'});
            headers.put("message_id", "a");

            assertThat(written("trace_id").value()).isEqualTo(inForm);
            assertThat(written("message_id").value()).isEqualTo(inForm);
        }

        @Test
        void putLeavesTheOnlyHeaderIfItIsAlreadyRight() {
            connect.add("trace_id", inForm, null).add("message_id", inForm, null);
            Header traceId = written("trace_id");
            Header messageId = written("message_id");

            headers.putAscii("trace_id", new byte[] {'a'});
            headers.put("message_id", "a");

            assertThat(written("trace_id")).isSameAs(traceId);
            assertThat(written("message_id")).isSameAs(messageId);
        }

        Header written(String name) {
            return connect.lastWithName(name);
        }

        private static List<Header> toList(Headers headers) {
            return java.util.stream.StreamSupport.stream(headers.spliterator(), false)
                    .toList();
        }
    }
}
