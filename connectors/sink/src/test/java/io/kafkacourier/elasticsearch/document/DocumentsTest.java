/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.EventPrivacy;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Whatever a converter or a transform makes of a record: there is a document, or nothing, or a {@link DataException}. */
class DocumentsTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long[] TIMES = {NOW.toEpochMilli(), 0, -1, Long.MIN_VALUE, Long.MAX_VALUE, 253_402_300_800_000L
    };
    private static final String[] TEXTS = {
        "",
        "x",
        "@timestamp",
        "event_id",
        "schema",
        "event",
        "send",
        "{}",
        "{\"a\":1}",
        "{\"@timestamp\":null}",
        "{\"@timestamp\":99999999999999999999}",
        "{\"@timestamp\":\"+1000000000-12-31T23:59:59Z\"}",
        "\uFEFF{}",
        "\ud800",
        "\0\0\0\0\1{}",
        "\0\0\0\0\ud800{",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "2026-11-22T11:00:00Z"
    };

    @SuppressWarnings("JavaUtilDate") // the classes that converters and transforms hand over
    private static final Object[] SCALARS = {
        1,
        -0.0,
        Double.NaN,
        1e300,
        Long.MIN_VALUE,
        new BigInteger("14083847773837265618"),
        BigInteger.ONE.shiftLeft(100_000),
        new BigDecimal("1E+2147483647"),
        new BigDecimal(BigInteger.ONE, Integer.MIN_VALUE),
        true,
        'c',
        NOW,
        LocalTime.NOON,
        Duration.ZERO,
        new java.sql.Date(Long.MAX_VALUE),
        new java.sql.Time(0),
        new java.util.Date(Long.MIN_VALUE),
        Optional.empty(),
        new Object(),
        new int[0],
        new Object[] {"x"},
        Thread.State.NEW,
        String.class
    };

    private final IndexNames daily = new DailyIndices("traces", Duration.ofDays(7), Clock.fixed(NOW, ZoneOffset.UTC));
    private final IndexNames stream = new DataStream("traces-kafka.messages-default");

    @Property(tries = 5_000)
    @Tag("slow")
    void anyRecordHasADocumentOrNoneOrIsRefused(@ForAll long seed) {
        Random random = new Random(seed);
        IndexNames indices = random.nextBoolean() ? daily : stream;
        SinkRecord record = record(random);
        RecordSource source = List.of(RecordSource.values()).get(random.nextInt(3));
        EventPrivacy privacy = EventPrivacy.of(List.of("hash", "clear", "none").get(random.nextInt(3)), "", "capped");

        try {
            Document document =
                    Documents.from(source, indices, "traces", privacy, () -> {}).of(record);
            assertThat(document == null || isOneObjectOnOneLine(document)).isTrue();
        } catch (DataException refused) {
            assertThat(refused).hasMessageNotContaining("secret").hasNoCause();
        }
    }

    private static boolean isOneObjectOnOneLine(Document document) {
        try {
            for (byte b : document.json()) {
                if (b == '\n' || b == '\r') {
                    return false;
                }
            }
            return JSON.readTree(document.json()).isObject();
        } catch (IOException e) {
            throw new AssertionError(new String(document.json(), UTF_8), e);
        }
    }

    private static SinkRecord record(Random random) {
        Long time = random.nextInt(4) == 0 ? null : Long.valueOf(TIMES[random.nextInt(TIMES.length)]);
        SinkRecord record = new SinkRecord(
                "t", 0, null, value(random, 1), null, value(random, 6), 7, time, TimestampType.CREATE_TIME);
        for (String name : List.of("traceparent", "b3", "trace_id", "message_id", "__courier.origin.partition")) {
            if (random.nextBoolean()) {
                record.headers().add(name, value(random, 1), null);
            }
        }
        return record;
    }

    /** @param levels how deep structures may be; of those that may be deep some hold themselves */
    private static @Nullable Object value(Random random, int levels) {
        return switch (random.nextInt(levels > 0 ? 10 : 5)) {
            case 0 -> null;
            case 1 -> SCALARS[random.nextInt(SCALARS.length)];
            case 2 -> text(random);
            case 3 -> bytes(random);
            case 4 -> ByteBuffer.wrap(bytes(random));
            case 5 -> list(random, levels);
            case 6 -> struct(random, levels);
            case 7 -> levels > 2 && random.nextInt(10) == 0 ? new Hostile() : map(random, levels);
            default -> map(random, levels);
        };
    }

    private static String text(Random random) {
        return TEXTS[random.nextInt(TEXTS.length)];
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = text(random).getBytes(UTF_8);
        if (bytes.length > 0 && random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return bytes;
    }

    private static List<Object> list(Random random, int levels) {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(levels > 2 && random.nextInt(50) == 0 ? list : value(random, levels - 1));
        }
        return list;
    }

    private static Map<Object, Object> map(Random random, int levels) {
        Map<Object, Object> map = new HashMap<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            Object key = random.nextInt(10) == 0 ? SCALARS[random.nextInt(SCALARS.length)] : text(random);
            map.put(key, levels > 2 && random.nextInt(50) == 0 ? map : value(random, levels - 1));
        }
        if (random.nextInt(30) == 0) {
            map.put(null, 1);
        }
        return map;
    }

    private static Struct struct(Random random, int levels) {
        Schema map = SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                .optional()
                .build();
        Schema schema = SchemaBuilder.struct()
                .field("@timestamp", Schema.OPTIONAL_STRING_SCHEMA)
                .field("event_id", Schema.OPTIONAL_STRING_SCHEMA)
                .field("map", map)
                .field("number", Schema.OPTIONAL_FLOAT64_SCHEMA)
                .build();
        return new Struct(schema)
                .put("@timestamp", random.nextBoolean() ? text(random) : null)
                .put("event_id", text(random))
                .put("map", levels == 0 ? null : Map.of(text(random), text(random)))
                .put("number", random.nextDouble());
    }

    /** A map whose methods throw, with a message that is somebody's data. */
    private static final class Hostile extends AbstractMap<Object, Object> {

        @Override
        public Set<Entry<Object, Object>> entrySet() {
            throw new IllegalStateException("secret");
        }
    }
}
