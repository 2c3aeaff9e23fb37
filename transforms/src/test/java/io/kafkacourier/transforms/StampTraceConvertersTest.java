/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.emit.TraceEmitter;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests the bytes between Connect, with every pair of converters, and other clients. */
class StampTraceConvertersTest {

    private static final long NOW = 1_700_000_000_123L;
    private static final long RANDOM = 0x0123_4567_89ab_cdefL;
    private static final String SPAN = "0123456789abcdef";
    private static final String NEW_TRACE = "018bcfe5687b75ef8048d159e26af37b";
    private static final String NEW_MESSAGE_ID = "018bcfe5-687b-75f0-8048-d159e26af37b";

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String TRACE_STATE = "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7";
    private static final String MESSAGE_ID = "0190163d-8694-739b-aea5-966c26f8ad90";

    /** The headers of a record that had no trace. */
    private static final Map<String, String> BEGUN = Map.of(
            "traceparent",
            "00-" + NEW_TRACE + "-" + SPAN + "-01",
            "trace_id",
            NEW_TRACE,
            "message_id",
            NEW_MESSAGE_ID,
            "trace_hops",
            "v1,1;k,订单__a___b_," + NOW);

    /** The headers that another client wrote. */
    private static final Map<String, String> GIVEN = Map.of(
            "traceparent",
            "00-" + TRACE + "-b7ad6b7169203331-01",
            "tracestate",
            TRACE_STATE,
            "message_id",
            MESSAGE_ID,
            "trace_hops",
            "v1,1;p,shop,1700000000000");

    /** The same headers after a sink that sends no events. */
    private static final Map<String, String> CONTINUED = Map.of(
            "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01",
            "trace_id", TRACE,
            "tracestate", TRACE_STATE,
            "message_id", MESSAGE_ID,
            "trace_hops", "v1,2;p,shop,1700000000000;s,订单__a___b_," + NOW);

    /** How a worker reads and writes values and headers. */
    private record Converters(Converter values, HeaderConverter headers) {

        Converters {
            values.configure(Map.of("schemas.enable", false), false);
            headers.configure(Map.of("converter.type", "header", "schemas.enable", false));
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

    static Stream<Converters> converters() {
        return Stream.of(
                new Converters(new JsonConverter(), new SimpleHeaderConverter()),
                new Converters(new JsonConverter(), new StringConverter()),
                new Converters(new JsonConverter(), new JsonConverter()),
                new Converters(new StringConverter(), new SimpleHeaderConverter()),
                new Converters(new StringConverter(), new StringConverter()),
                new Converters(new StringConverter(), new JsonConverter()),
                new Converters(new ByteArrayConverter(), new ByteArrayConverter()));
    }

    static Stream<Converters> valuesInBytesAndHeadersInText() {
        return Stream.of(
                new Converters(new ByteArrayConverter(), new SimpleHeaderConverter()),
                new Converters(new ByteArrayConverter(), new StringConverter()),
                new Converters(new ByteArrayConverter(), new JsonConverter()));
    }

    static Stream<Converters> valuesInTextAndHeadersInBytes() {
        return Stream.of(
                new Converters(new JsonConverter(), new ByteArrayConverter()),
                new Converters(new StringConverter(), new ByteArrayConverter()));
    }

    static Stream<Converters> allConverters() {
        return Stream.of(converters(), valuesInBytesAndHeadersInText(), valuesInTextAndHeadersInBytes())
                .flatMap(pairs -> pairs);
    }

    @ParameterizedTest
    @MethodSource("converters")
    void writesTheExactTextToARecordWithoutHeaders(Converters converters) {
        assertWire(converters, stamp(source(converters, new ConnectHeaders()), "auto"), BEGUN);
    }

    @ParameterizedTest
    @MethodSource("allConverters")
    void writesTheExactTextNextToHeadersOfTheApplication(Converters converters) {
        Map<String, String> expected = new LinkedHashMap<>(BEGUN);
        expected.put("tenant", "acme");

        SourceRecord stamped = stamp(source(converters, headers(converters, Map.of("tenant", "acme"))), "auto");

        assertWire(converters, stamped, expected);
    }

    @ParameterizedTest
    @MethodSource("allConverters")
    void continuesWhatAnotherClientWroteAndWritesTheExactText(Converters converters) {
        SinkRecord record = new SinkRecord(
                "orders",
                0,
                null,
                null,
                null,
                value(converters),
                0,
                0L,
                TimestampType.CREATE_TIME,
                headers(converters, GIVEN));

        assertWire(converters, stamp(record, "auto"), CONTINUED);
    }

    @ParameterizedTest
    @MethodSource("valuesInBytesAndHeadersInText")
    void writesTheExactTextNextToAValueInBytesIfConfiguredForHeadersInText(Converters converters) {
        assertWire(converters, stamp(source(converters, new ConnectHeaders()), "string"), BEGUN);
    }

    @ParameterizedTest
    @MethodSource("valuesInTextAndHeadersInBytes")
    void writesTheExactTextNextToAValueInTextIfConfiguredForHeadersInBytes(Converters converters) {
        assertWire(converters, stamp(source(converters, new ConnectHeaders()), "bytes"), BEGUN);
    }

    /**
     * Shows why header.format must be configured: a transform does not know the header converter, and these records do
     * not reveal it.
     */
    @Test
    void cannotKnowTheHeaderConverterOfARecordWithoutHeaders() {
        Converters base64 = new Converters(new ByteArrayConverter(), new SimpleHeaderConverter());
        Converters refusing = new Converters(new JsonConverter(), new ByteArrayConverter());

        assertThat(wire(base64, stamp(source(base64, new ConnectHeaders()), "auto")))
                .containsEntry("trace_id", "MDE4YmNmZTU2ODdiNzVlZjgwNDhkMTU5ZTI2YWYzN2I=");
        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> wire(refusing, stamp(source(refusing, new ConnectHeaders()), "auto")));
    }

    /** Each worker reads the output of the previous worker, with random ids. */
    @ParameterizedTest
    @MethodSource("converters")
    void staysOneTraceOverManyHops(Converters converters) {
        Map<String, String> first = hop(converters, Map.of());
        Map<String, String> wire = first;

        for (int hop = 2; hop <= 200; hop++) {
            wire = hop(converters, wire);

            assertThat(wire)
                    .hasSameSizeAs(first)
                    .containsEntry("trace_id", first.get("trace_id"))
                    .containsEntry("message_id", first.get("message_id"));
            assertThat(wire.get("traceparent"))
                    .contains(String.valueOf(first.get("trace_id")).replace("\"", ""));
            assertThat(wire.get("trace_hops")).contains("v1," + hop + ";k,n,");
        }
    }

    private static Map<String, String> hop(Converters converters, Map<String, String> wire) {
        Headers headers = new ConnectHeaders();
        wire.forEach((name, text) -> add(headers, converters, name, text));
        try (StampTrace<SourceRecord> stamp = new StampTrace<>()) {
            stamp.configure(Map.of("node", "n"));
            return wire(converters, stamp.apply(source(converters, headers)));
        }
    }

    private static <R extends ConnectRecord<R>> R stamp(R record, String headerFormat) {
        Clock clock = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
        try (StampTrace<R> stamp = new StampTrace<>(
                clock, new Ids(clock, () -> RANDOM), () -> ConnectorContext.parse(null), TraceEmitter::open)) {
            stamp.configure(Map.of("node", "订单 [a],{b}", "header.format", headerFormat));
            return stamp.apply(record);
        }
    }

    private static SourceRecord source(Converters converters, Headers headers) {
        return new SourceRecord(Map.of(), Map.of(), "orders", null, null, null, null, value(converters), 0L, headers);
    }

    private static Object value(Converters converters) {
        return converters
                .values
                .toConnectData("orders", "{\"a\":1}".getBytes(UTF_8))
                .value();
    }

    private static Headers headers(Converters converters, Map<String, String> texts) {
        Headers headers = new ConnectHeaders();
        texts.forEach((name, text) -> add(headers, converters, name, converters.onWire(text)));
        return headers;
    }

    private static void add(Headers headers, Converters converters, String name, String wire) {
        SchemaAndValue value = converters.headers.toConnectHeader("orders", name, wire.getBytes(UTF_8));
        headers.add(name, value);
    }

    private static void assertWire(Converters converters, ConnectRecord<?> record, Map<String, String> texts) {
        Map<String, String> expected = new LinkedHashMap<>();
        texts.forEach((name, text) -> expected.put(name, converters.onWire(text)));
        assertThat(wire(converters, record)).containsExactlyInAnyOrderEntriesOf(expected);
    }

    private static Map<String, String> wire(Converters converters, ConnectRecord<?> record) {
        Map<String, String> wire = new LinkedHashMap<>();
        for (Header header : record.headers()) {
            byte[] bytes =
                    converters.headers.fromConnectHeader("orders", header.key(), header.schema(), header.value());
            assertThat(wire.put(header.key(), new String(bytes, UTF_8)))
                    .as("a second %s", header.key())
                    .isNull();
        }
        return wire;
    }
}
