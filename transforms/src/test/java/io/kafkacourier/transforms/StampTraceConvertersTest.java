/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.SchemaAndValue;
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

/** What goes over the wire between Connect, with every usual pair of converters, and clients that are not Connect. */
class StampTraceConvertersTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    /** How a worker reads and writes values and headers. */
    private record Converters(Converter values, HeaderConverter headers) {

        Converters {
            values.configure(Map.of("schemas.enable", false), false);
            headers.configure(Map.of("converter.type", "header", "schemas.enable", false));
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
                new Converters(new StringConverter(), new SimpleHeaderConverter()),
                new Converters(new StringConverter(), new StringConverter()),
                new Converters(new ByteArrayConverter(), new ByteArrayConverter()));
    }

    @ParameterizedTest
    @MethodSource("converters")
    void writesTheExactTextFromASource(Converters converters) {
        SourceRecord record = new SourceRecord(Map.of(), Map.of(), "orders", null, value(converters));

        Map<String, String> wire = wire(converters, stamp(record, "订单 [a],{b}"));

        assertThat(wire.get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(wire.get("traceparent")).startsWith("00-" + wire.get("trace_id") + "-");
        assertThat(wire.get("message_id")).matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]{21}");
        assertThat(wire.get("trace_hops")).matches("v1,1;k,订单__a___b_,[0-9]{13}");
    }

    @ParameterizedTest
    @MethodSource("converters")
    void continuesWhatAnotherClientWroteAndWritesTheExactText(Converters converters) {
        Headers headers = new ConnectHeaders();
        add(headers, converters, "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");
        add(headers, converters, "tracestate", "congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
        add(headers, converters, "message_id", "0190163d-8694-739b-aea5-966c26f8ad90");
        add(headers, converters, "trace_hops", "v1,1;p,shop,1700000000000");
        SinkRecord record = new SinkRecord(
                "orders", 0, null, null, null, value(converters), 0, 0L, TimestampType.CREATE_TIME, headers);

        Map<String, String> wire = wire(converters, stamp(record, "es"));

        assertThat(wire.get("traceparent"))
                .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
                .doesNotContain("b7ad6b7169203331");
        assertThat(wire.get("trace_id")).isEqualTo(TRACE);
        assertThat(wire.get("tracestate")).isEqualTo("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7");
        assertThat(wire.get("message_id")).isEqualTo("0190163d-8694-739b-aea5-966c26f8ad90");
        assertThat(wire.get("trace_hops")).matches("v1,2;p,shop,1700000000000;s,es,[0-9]{13}");
    }

    /** Each worker reads again what the one before wrote. */
    @ParameterizedTest
    @MethodSource("converters")
    void staysOneTraceOverManyHops(Converters converters) {
        SourceRecord first = stamp(new SourceRecord(Map.of(), Map.of(), "orders", null, value(converters)), "n");
        Map<String, String> wire = wire(converters, first);
        String traceId = wire.get("trace_id");
        String messageId = wire.get("message_id");

        for (int hop = 2; hop <= 200; hop++) {
            Headers headers = new ConnectHeaders();
            wire.forEach((name, text) -> add(headers, converters, name, text));
            SourceRecord next = new SourceRecord(
                    Map.of(), Map.of(), "orders", null, null, null, null, value(converters), 0L, headers);
            wire = wire(converters, stamp(next, "n"));

            assertThat(wire.get("traceparent")).startsWith("00-" + traceId + "-");
            assertThat(wire).containsEntry("trace_id", traceId).containsEntry("message_id", messageId);
            assertThat(wire.get("trace_hops")).startsWith("v1," + hop + ";k,n,");
        }
    }

    /** JsonConverter writes nothing but JSON: a plain client reads the text in quotes, and Connect reads it as it was. */
    @Test
    void continuesItsOwnTraceThroughHeadersInJson() {
        Converters converters = new Converters(new JsonConverter(), new JsonConverter());
        SourceRecord record = new SourceRecord(Map.of(), Map.of(), "orders", null, value(converters));
        Map<String, String> wire = wire(converters, stamp(record, "n"));
        Headers headers = new ConnectHeaders();
        wire.forEach((name, text) -> add(headers, converters, name, text));

        Map<String, String> next = wire(
                converters,
                stamp(
                        new SourceRecord(
                                Map.of(), Map.of(), "orders", null, null, null, null, value(converters), 0L, headers),
                        "n"));

        assertThat(next.get("trace_id")).isEqualTo(wire.get("trace_id")).matches("\"[0-9a-f]{32}\"");
        assertThat(next.get("message_id")).isEqualTo(wire.get("message_id"));
        assertThat(next.get("trace_hops")).startsWith("\"v1,2;k,n,");
    }

    private static <R extends ConnectRecord<R>> R stamp(R record, String node) {
        try (StampTrace<R> stamp = new StampTrace<>()) {
            stamp.configure(Map.of("node", node));
            return stamp.apply(record);
        }
    }

    private static Object value(Converters converters) {
        return converters
                .values
                .toConnectData("orders", "{\"a\":1}".getBytes(UTF_8))
                .value();
    }

    private static void add(Headers headers, Converters converters, String name, String text) {
        SchemaAndValue value = converters.headers.toConnectHeader("orders", name, text.getBytes(UTF_8));
        headers.add(name, value);
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
