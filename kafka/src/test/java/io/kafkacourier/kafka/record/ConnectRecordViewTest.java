/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.core.rule.SourceExpression;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@SuppressWarnings("JavaUtilDate") // the class that Connect's logical types have
class ConnectRecordViewTest {

    private static final Schema ITEM = SchemaBuilder.struct()
            .field("sku", Schema.STRING_SCHEMA)
            .field("count", Schema.OPTIONAL_INT32_SCHEMA)
            .build();
    private static final Schema ORDER = SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("total", Decimal.schema(2))
            .field("day", org.apache.kafka.connect.data.Date.SCHEMA)
            .field("time", Time.SCHEMA)
            .field("at", Timestamp.SCHEMA)
            .field("express", Schema.BOOLEAN_SCHEMA)
            .field("weight", Schema.FLOAT32_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .field(
                    "channel",
                    SchemaBuilder.string().optional().defaultValue("web").build())
            .field("raw", Schema.BYTES_SCHEMA)
            .field("first", ITEM)
            .field("items", SchemaBuilder.array(ITEM).build())
            .field(
                    "days",
                    SchemaBuilder.array(org.apache.kafka.connect.data.Date.SCHEMA)
                            .build())
            .field("by.name", SchemaBuilder.map(Schema.STRING_SCHEMA, ITEM).build())
            .build();

    private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.250Z");
    private static final Instant DAY = Instant.parse("2026-01-31T00:00:00Z");

    private static final Struct BODY = new Struct(ORDER)
            .put("id", 7L)
            .put("total", new BigDecimal("12.50"))
            .put("day", Date.from(DAY))
            .put("time", new Date(NOON.toEpochMilli() - DAY.toEpochMilli()))
            .put("at", Date.from(NOON))
            .put("express", true)
            .put("weight", 0.5f)
            .put("raw", new byte[] {1})
            .put("first", new Struct(ITEM).put("sku", "x-1"))
            .put("items", List.of(new Struct(ITEM).put("sku", "x-2").put("count", 2)))
            .put("days", List.of(Date.from(DAY)))
            .put("by.name", Map.of("main", new Struct(ITEM).put("sku", "x-3")));

    @ParameterizedTest
    @CsvSource({
        "value.id, 7",
        "value.total, 12.50",
        "value.day, 2026-01-31",
        "value.time, 12:00:00.250Z",
        "value.at, 2026-01-31T12:00:00.250Z",
        "value.express, true",
        "value.weight, 0.5",
        "value.note,",
        "value.channel,",
        "value.raw,",
        "value.first,",
        "value.first.sku, x-1",
        "value.first.count,",
        "value.items[0].sku, x-2",
        "value.items[0].count, 2",
        "value.items[1].sku,",
        "value.days[0], 2026-01-31",
        "value.`by.name`.main.sku, x-3",
        "value.`by.name`.other.sku,",
        "value.none,",
        "value.items.sku,",
        "value.first[0],",
    })
    void readsStructs(String source, @Nullable String text) throws JsonException {
        assertThat(text(source, ORDER, BODY)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            value.total == 12.5             ; true
            value.note exists               ; true
            value.note == null              ; true
            value.channel exists            ; true
            value.channel == null           ; true
            value.channel == 'web'          ; false
            value.none exists               ; false
            value.day >= '2026-01-01'       ; true
            value.at < '2026-01-31T12:00:01'; true
            value.express == true           ; true
            value.first exists              ; true
            value.first == null             ; false
            value.raw exists                ; true
            """)
    void comparesStructs(String condition, boolean holds) throws JsonException {
        ConditionExpression expression = ConditionExpression.parse("when", condition);

        assertThat(expression.holds(new ConnectRecordView(record(ORDER, BODY)))).isEqualTo(holds);
    }

    @Test
    void readsSchemalessData() throws JsonException {
        Map<String, Object> body = Map.of("a", Map.of("b", List.of(1, Map.of("c", "x"))));

        assertThat(text("value.a.b[1].c", null, body)).isEqualTo("x");
        assertThat(text("value[0].c", null, List.of(Map.of("c", "x")))).isEqualTo("x");
        assertThat(text("value", Schema.INT64_SCHEMA, 17L)).isEqualTo("17");
    }

    @Test
    void readsFieldsOutsideTheBody() throws JsonException {
        SourceRecord record = new SourceRecord(
                Map.of(),
                Map.of(),
                "events",
                3,
                Timestamp.SCHEMA,
                Date.from(NOON),
                null,
                null,
                5L,
                new ConnectHeaders().addInt("n", 1).addLong("n", 2));
        ConnectRecordView view = new ConnectRecordView(record);

        assertThat(view.topic()).isEqualTo("events");
        assertThat(view.partition()).isEqualTo(3);
        assertThat(view.timestamp()).isEqualTo(5);
        assertThat(view.header("n")).isEqualTo("2");
        assertThat(view.header("other")).isNull();
        assertThat(view.value()).isNull();
        assertThat(SourceExpression.parse("k", "key").text(view)).isEqualTo("2026-01-31T12:00:00.250Z");
    }

    private static @Nullable String text(String source, @Nullable Schema schema, Object value) throws JsonException {
        return SourceExpression.parse("k", source).text(new ConnectRecordView(record(schema, value)));
    }

    private static SourceRecord record(@Nullable Schema schema, Object value) {
        return new SourceRecord(Map.of(), Map.of(), "events", schema, value);
    }
}
