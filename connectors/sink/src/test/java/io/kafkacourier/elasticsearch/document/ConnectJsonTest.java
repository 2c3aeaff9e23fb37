/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectJsonTest {

    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private final ConnectJson json = new ConnectJson();

    @SuppressWarnings("JavaUtilDate") // the classes that converters and transforms hand over
    static Stream<Arguments> values() {
        return Stream.of(
                arguments(new BigInteger("14083847773837265618"), "14083847773837265618"),
                arguments(BigInteger.ONE.shiftLeft(64).negate(), "-18446744073709551616"),
                arguments(BigInteger.TEN.pow(999), "1" + "0".repeat(999)),
                arguments(new BigDecimal("1E+3"), "1000"),
                arguments(new BigDecimal("0.10"), "0.10"),
                arguments(new BigDecimal("1E+999999999"), "1E+999999999"),
                arguments(new BigDecimal("1E-999999999"), "1E-999999999"),
                arguments(new AtomicLong(Long.MIN_VALUE), "-9223372036854775808"),
                arguments((byte) -1, "-1"),
                arguments(0.1f, "0.1"),
                arguments(1e300, "1.0E300"),
                arguments(new java.sql.Date(NOON.toEpochMilli()), "\"2026-11-22T12:00:00Z\""),
                arguments(new java.sql.Time(NOON.toEpochMilli()), "\"2026-11-22T12:00:00Z\""),
                arguments(new java.sql.Timestamp(NOON.toEpochMilli()), "\"2026-11-22T12:00:00Z\""),
                arguments(new java.util.Date(NOON.toEpochMilli()), "\"2026-11-22T12:00:00Z\""),
                arguments(NOON, "\"2026-11-22T12:00:00Z\""),
                arguments(LocalDate.EPOCH, "\"1970-01-01\""),
                arguments(LocalDateTime.of(2026, 11, 22, 12, 0, 1), "\"2026-11-22T12:00:01\""),
                arguments(OffsetDateTime.parse("2026-11-22T12:00:01+01:00"), "\"2026-11-22T12:00:01+01:00\""),
                arguments(NOON.atZone(ZoneId.of("Europe/Berlin")), "\"2026-11-22T13:00+01:00\""),
                arguments(new UUID(0, 1), "\"00000000-0000-0000-0000-000000000001\""),
                arguments(TimeUnit.DAYS, "\"DAYS\""),
                arguments('x', "\"x\""),
                arguments(CharBuffer.wrap("x"), "\"x\""),
                arguments(ByteBuffer.wrap(new byte[] {9, 1, 2, 3}).position(1), "\"AQID\""),
                arguments(Map.of(7, true), "{\"7\":true}"),
                arguments(List.of(List.of(), Map.of()), "[[],{}]"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void writesEveryValueAsWhatItIs(Object value, String expected) {
        assertThat(json.write(Map.of("a", value))).asString(UTF_8).isEqualTo("{\"a\":" + expected + "}");
    }

    static Stream<Arguments> refused() {
        Map<String, Object> itself = new HashMap<>();
        itself.put("self", itself);
        List<Object> wide = new ArrayList<>(List.of("0123456789".repeat(100)));
        for (int i = 0; i < 30; i++) {
            wide = new ArrayList<>(List.of(wide, wide, wide));
        }
        return Stream.of(
                arguments(BigInteger.TEN.pow(1_001), "the value holds a number of more than 1000 digits"),
                arguments(
                        new BigDecimal(BigInteger.TEN.pow(1_001), 500),
                        "the value holds a number of more than 1000 digits"),
                arguments(Double.NaN, "the value holds a number that is not finite"),
                arguments(Float.NEGATIVE_INFINITY, "the value holds a number that is not finite"),
                arguments(new DoubleAdder(), "the value holds a java.util.concurrent.atomic.DoubleAdder"),
                arguments(new int[] {1}, "the value holds a int[]"),
                arguments(new Object(), "the value holds a java.lang.Object"),
                arguments(named("5,000 levels", deep(5_000)), "the value nests deeper than 1000"),
                arguments(named("a map that holds itself", itself), "the value nests deeper than 1000"),
                arguments(
                        named("a list with many ways through it", wide),
                        "the value takes more than 104857600 bytes as JSON"),
                arguments(new HashMap<>(nullKey()), "the value holds a map with a null key"),
                arguments(Map.of(new Object(), 1), "the value holds a java.lang.Object"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWhatItCannotWrite(Object value, String message) {
        assertThatThrownBy(() -> json.write(Map.of("a", value)))
                .isInstanceOf(DataException.class)
                .hasMessage(message)
                .hasNoCause();
    }

    @Test
    void nestsAsDeepAsADocumentMay() {
        assertThat(json.write(deep(1_000))).hasSize(5 * 999 + 2 + 999);
        assertThatThrownBy(() -> json.write(deep(1_001))).hasMessage("the value nests deeper than 1000");
    }

    @Test
    @SuppressWarnings("JavaUtilDate") // the class that Connect's logical types have
    void writesLogicalTypesWithinStructsAndLeavesNullsOut() {
        Schema inner = SchemaBuilder.struct()
                .field("decimal", Decimal.schema(2))
                .field("date", Date.SCHEMA)
                .field("time", Time.SCHEMA)
                .field(
                        "nothing",
                        SchemaBuilder.string().optional().defaultValue("x").build())
                .build();
        Schema schema = SchemaBuilder.struct()
                .field("all", SchemaBuilder.array(inner).build())
                .build();
        Struct struct = new Struct(inner)
                .put("decimal", new BigDecimal("12.50"))
                .put("date", new java.util.Date(86_400_000L))
                .put("time", new java.util.Date(1_000L))
                .put("nothing", null);

        assertThat(json.write(new Struct(schema).put("all", List.of(struct))))
                .asString(UTF_8)
                .isEqualTo("{\"all\":[{\"decimal\":12.50,\"date\":\"1970-01-02T00:00:00Z\","
                        + "\"time\":\"1970-01-01T00:00:01Z\"}]}");
    }

    private static Map<String, Object> nullKey() {
        Map<String, Object> map = new HashMap<>();
        map.put(null, "x");
        return map;
    }

    private static Map<String, Object> deep(int levels) {
        Map<String, Object> map = Map.of();
        for (int i = 1; i < levels; i++) {
            map = Map.of("a", map);
        }
        return map;
    }
}
