/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reason of a failure is text on the wire, with every pair of converters. */
class ContentRouterConvertersTest {

    private static final Map<String, String> REASON = Map.of(
            "__courier.route.reason", "BODY_NOT_JSON", "__courier.route.rule", "r", "__courier.route.topic", "events");

    private static final Map<String, ?> DELAY_CONNECTOR = Map.of("topic", "orders", "partition", 0L);
    private static final Map<String, ?> MIRROR_MAKER = Map.of("cluster", "a", "topic", "orders", "partition", 0);
    private static final Map<String, ?> MQTT = Map.of("topic", "sensors/1");

    /** How a worker reads and writes values and headers. */
    private record Converters(Converter values, HeaderConverter headers) {

        Converters {
            values.configure(Map.of("schemas.enable", false), false);
            headers.configure(Map.of("converter.type", "header", "schemas.enable", false));
        }

        boolean isHeadersInBytes() {
            return headers instanceof ByteArrayConverter;
        }

        /** The text that other clients read and write: JsonConverter writes and accepts only JSON. */
        String onWire(String text) {
            return headers instanceof JsonConverter ? '"' + text + '"' : text;
        }

        @Override
        public String toString() {
            return values.getClass().getSimpleName() + " and "
                    + headers.getClass().getSimpleName();
        }
    }

    static Stream<Converters> all() {
        return Stream.of("json", "string", "bytes")
                .flatMap(value -> Stream.of("simple", "string", "json", "bytes")
                        .map(header -> new Converters(
                                switch (value) {
                                    case "json" -> new JsonConverter();
                                    case "string" -> new StringConverter();
                                    default -> new ByteArrayConverter();
                                },
                                switch (header) {
                                    case "simple" -> new SimpleHeaderConverter();
                                    case "string" -> new StringConverter();
                                    case "json" -> new JsonConverter();
                                    default -> new ByteArrayConverter();
                                })));
    }

    static Stream<Converters> headersInText() {
        return all().filter(converters -> !converters.isHeadersInBytes());
    }

    static Stream<Converters> headersInBytes() {
        return all().filter(Converters::isHeadersInBytes);
    }

    @ParameterizedTest
    @MethodSource("headersInText")
    void writesTextToARecordWithoutHeadersForAnyValue(Converters converters) {
        assertThat(wire(converters, fail(source(converters, MQTT, new ConnectHeaders()), "auto")))
                .isEqualTo(expected(converters, Map.of()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void writesTextNextToHeadersThatTheConverterCreated(Converters converters) {
        Headers headers = new ConnectHeaders();
        SchemaAndValue tenant = converters.headers.toConnectHeader(
                "events", "tenant", converters.onWire("acme").getBytes(UTF_8));
        headers.add("none", null, null);
        headers.add("tenant", tenant);

        Map<String, String> wire = wire(converters, fail(source(converters, MQTT, headers), "auto"));

        wire.remove("none");
        assertThat(wire).isEqualTo(expected(converters, Map.of("tenant", "acme")));
    }

    @Test
    void writesTextNextToHeadersIfSomeAreText() {
        Converters converters = new Converters(new ByteArrayConverter(), new SimpleHeaderConverter());
        Headers headers = new ConnectHeaders()
                .addBytes("correlation", new byte[] {1})
                .addString("tenant", "acme")
                .addInt("qos", 1);

        assertThat(wire(converters, fail(source(converters, MQTT, headers), "auto")))
                .containsAllEntriesOf(REASON);
    }

    @Test
    void writesTextToCopiesOfMessagesWithoutHeaders() {
        Converters converters = new Converters(new ByteArrayConverter(), new ByteArrayConverter());

        for (Map<String, ?> partition : List.of(DELAY_CONNECTOR, MIRROR_MAKER)) {
            assertThat(wire(converters, fail(source(converters, partition, new ConnectHeaders()), "auto")))
                    .isEqualTo(REASON);
        }
    }

    @ParameterizedTest
    @MethodSource("headersInBytes")
    void writesTextIfConfiguredForHeadersInBytes(Converters converters) {
        assertThat(wire(converters, fail(source(converters, MQTT, new ConnectHeaders()), "bytes")))
                .isEqualTo(REASON);
    }

    @ParameterizedTest
    @MethodSource("headersInText")
    void writesTextIfConfiguredForHeadersInText(Converters converters) {
        for (Map<String, ?> partition : List.of(DELAY_CONNECTOR, MQTT)) {
            assertThat(wire(converters, fail(source(converters, partition, new ConnectHeaders()), "string")))
                    .isEqualTo(expected(converters, Map.of()));
        }
    }

    /**
     * Shows why header.format must be configured: a transform does not know the header converter, and these records do
     * not reveal it.
     */
    @ParameterizedTest
    @MethodSource("headersInBytes")
    void cannotKnowTheHeaderConverterOfARecordWithoutHeaders(Converters converters) {
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> wire(converters, fail(source(converters, MQTT, new ConnectHeaders()), "auto")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "AUTO", "base64", ""})
    void refusesAnotherFormat(String format) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new ContentRouter<SourceRecord>().configure(properties(format)))
                .withMessageContaining("header.format: must be one of: auto, string, bytes");
    }

    private static Map<String, String> properties(String format) {
        return new HashMap<>(Map.of(
                "rules", "r", "rules.r.when", "value.type == 'paid'", "rules.r.to", "paid", "header.format", format));
    }

    private static SourceRecord fail(SourceRecord record, String format) {
        try (ContentRouter<SourceRecord> router = new ContentRouter<>()) {
            router.configure(properties(format));
            SourceRecord failed = Objects.requireNonNull(router.apply(record));
            assertThat(failed.topic()).isEqualTo("invalid_routing");
            return failed;
        }
    }

    /** JsonConverter returns Maps, for which no rule fails, so these values are in the form of a connector. */
    private static SourceRecord source(Converters converters, Map<String, ?> partition, Headers headers) {
        Object value = converters.values instanceof ByteArrayConverter ? "no JSON".getBytes(UTF_8) : "no JSON";
        return new SourceRecord(partition, Map.of(), "events", null, null, null, null, value, 0L, headers);
    }

    private static Map<String, String> expected(Converters converters, Map<String, String> more) {
        Map<String, String> expected = new HashMap<>(REASON);
        expected.putAll(more);
        expected.replaceAll((name, text) -> converters.onWire(text));
        return expected;
    }

    private static Map<String, String> wire(Converters converters, SourceRecord record) {
        Map<String, String> wire = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            byte[] bytes =
                    converters.headers.fromConnectHeader("events", header.key(), header.schema(), header.value());
            wire.put(header.key(), bytes == null ? "" : new String(bytes, UTF_8));
        }
        return wire;
    }
}
