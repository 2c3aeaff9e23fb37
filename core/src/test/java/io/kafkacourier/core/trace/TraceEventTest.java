/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.header.ListedHeaders;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.serialization.DoubleSerializer;
import org.apache.kafka.common.serialization.FloatSerializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.ShortSerializer;
import org.apache.kafka.common.serialization.UUIDSerializer;
import org.junit.jupiter.api.Test;

class TraceEventTest {

    private static final TraceContext CONTEXT =
            new TraceContext("0af7651916cd43dd8448eb211c80319c", "00f067aa0ba902b7", "b7ad6b7169203331", true, "");
    private static final long NOW = 1_700_000_000_123L;

    private final TraceEvent.Builder event = event();

    @Test
    void writesTheFieldsOfEveryEventAndNothingElse() {
        assertThat(event.build().json()).asString(UTF_8).isEqualTo("""
                {"schema":1,"event_id":"e1","event":"dead_letter","@timestamp":"2023-11-14T22:13:20.123Z",\
                "trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"00f067aa0ba902b7",\
                "parent_span_id":"b7ad6b7169203331","sampled":true}""");
    }

    @Test
    void isKeyedByTheTraceId() {
        assertThat(event.build().key()).asString(UTF_8).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    @Test
    void namesItsFieldsAsTheContractDoes() {
        assertThat(Arrays.stream(TraceField.values()).map(TraceField::text))
                .containsExactly(
                        ("schema event_id event @timestamp trace_id span_id parent_span_id trace_name message_id topic"
                                        + " partition offset origin_topic origin_partition origin_offset record_ts due_at"
                                        + " lateness_ms queue_delay_ms e2e_ms duration_us group client_id connector task node"
                                        + " service key_hash value_size tombstone attempt status error_type error_message"
                                        + " sampled dropped_before")
                                .split(" "));
    }

    @Test
    void writesEachKindOfField() throws Exception {
        JsonNode json = json(event.keyword(TraceField.NODE, "a\"b\n")
                .number(TraceField.LATENESS_MS, -5)
                .date(TraceField.DUE_AT, 0)
                .flag(TraceField.TOMBSTONE, true)
                .position("orders", 3, 42)
                .status(EventStatus.OK));

        assertThat(json.get("node").textValue()).isEqualTo("a\"b\n");
        assertThat(json.get("lateness_ms").longValue()).isEqualTo(-5);
        assertThat(json.get("due_at").textValue()).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(json.get("tombstone").booleanValue()).isTrue();
        assertThat(json.get("topic").textValue()).isEqualTo("orders");
        assertThat(json.get("partition").intValue()).isEqualTo(3);
        assertThat(json.get("offset").intValue()).isEqualTo(42);
        assertThat(json.get("status").textValue()).isEqualTo("ok");
    }

    @Test
    void leavesOutAbsentFields() throws Exception {
        JsonNode json = json(event.keyword(TraceField.NODE, null)
                .keyword(TraceField.SERVICE, "")
                .date(TraceField.RECORD_TS, -1)
                .date(TraceField.DUE_AT, Long.MAX_VALUE)
                .position("orders", 3, -1)
                .key(null));

        assertThat(json.fieldNames())
                .toIterable()
                .doesNotContain("node", "service", "record_ts", "due_at", "offset", "key_hash");
    }

    @Test
    void refusesAValueOfAnotherKindThanTheField() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> event.keyword(TraceField.OFFSET, "1"))
                .withMessage("offset is of kind LONG, not KEYWORD");
    }

    @Test
    void refusesAFieldThatIsSet() {
        event.number(TraceField.ATTEMPT, 1);

        assertThatIllegalStateException()
                .isThrownBy(() -> event.number(TraceField.ATTEMPT, 2))
                .withMessage("attempt is set already");
    }

    @Test
    void acceptsFieldsThatManyEventsShare() throws Exception {
        SharedFields shared = SharedFields.of(Map.of(TraceField.NODE, "shop", TraceField.SERVICE, ""));

        JsonNode json = json(event().all(shared));

        assertThat(json.get("node").textValue()).isEqualTo("shop");
        assertThat(json.has("service")).isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> event().keyword(TraceField.NODE, "other").all(shared))
                .withMessage("one of [NODE] is set already");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedFields.of(Map.of(TraceField.OFFSET, "1")))
                .withMessage("offset is of kind LONG, not KEYWORD");
    }

    @Test
    void endToEndCountsFromTheRecordIfTheOriginHasNoTime() throws Exception {
        JsonNode json = json(event.origin(new Origin("orders", 2L, null, null), NOW - 700));

        assertThat(json.get("e2e_ms").longValue()).isEqualTo(700);
        assertThat(json.has("origin_offset")).isFalse();
    }

    @Test
    void keepsTheBeginningOfAnErrorsMessage() throws Exception {
        JsonNode json = json(event.error("java.lang.IllegalStateException", "x".repeat(255) + "😀"));

        assertThat(json.get("status").textValue()).isEqualTo("error");
        assertThat(json.get("error_type").textValue()).isEqualTo("java.lang.IllegalStateException");
        assertThat(json.get("error_message").textValue()).isEqualTo("x".repeat(255));
    }

    @Test
    void keepsTheBeginningOfAKeyword() throws Exception {
        JsonNode json = json(event.keyword(TraceField.MESSAGE_ID, "m".repeat(5000)));

        assertThat(json.get("message_id").textValue()).hasSize(1024);
    }

    @Test
    void copiesTheOriginAndCountsFromThere() throws Exception {
        ListedHeaders headers = ListedHeaders.of(
                "__courier.origin.topic", "orders",
                "__courier.origin.partition", "2",
                "__courier.origin.offset", "1x",
                "__courier.origin.timestamp", Long.toString(NOW - 1500));

        JsonNode json = json(event.origin(headers));

        assertThat(json.get("origin_topic").textValue()).isEqualTo("orders");
        assertThat(json.get("origin_partition").intValue()).isEqualTo(2);
        assertThat(json.get("origin_offset")).isNull();
        assertThat(json.get("e2e_ms").longValue()).isEqualTo(1500);
    }

    @Test
    void reportsOnlyTheHashOfAKeyOfAnyType() throws Exception {
        // printf order-4711 | sha256sum | cut -c1-16
        String hash = "173d0ddbff034193";
        byte[] bytes = "order-4711".getBytes(UTF_8);

        for (Object key : List.of("order-4711", bytes, ByteBuffer.wrap(bytes))) {
            assertThat(json(event().key(Payload.hash(key))).get("key_hash").textValue())
                    .isEqualTo(hash);
        }
    }

    @Test
    void reportsNumbersAndUuidsAsKafkasSerializersWriteThem() throws Exception {
        UUID uuid = UUID.fromString("0190163d-8694-739b-aea5-966c26f8ad91");
        Map<Object, byte[]> written = Map.of(
                4711L,
                new LongSerializer().serialize("t", 4711L),
                4711,
                new IntegerSerializer().serialize("t", 4711),
                (short) 4711,
                new ShortSerializer().serialize("t", (short) 4711),
                47.11,
                new DoubleSerializer().serialize("t", 47.11),
                47.11f,
                new FloatSerializer().serialize("t", 47.11f),
                uuid,
                new UUIDSerializer().serialize("t", uuid));

        for (Map.Entry<Object, byte[]> key : written.entrySet()) {
            assertThat(json(event().key(Payload.hash(key.getKey()))).get("key_hash"))
                    .isEqualTo(json(event().key(Payload.hash(key.getValue()))).get("key_hash"))
                    .isNotNull();
        }
        assertThat(json(event().key(Payload.hash(List.of(1)))).has("key_hash")).isFalse();
    }

    @Test
    void reportsTheSizeOfAValueInBytes() throws Exception {
        assertThat(json(event().valueSize(new byte[7])).get("value_size").intValue())
                .isEqualTo(7);
        assertThat(json(event().valueSize(ByteBuffer.wrap(new byte[8], 2, 5)))
                        .get("value_size")
                        .intValue())
                .isEqualTo(5);
        assertThat(json(event().valueSize("größe")).get("value_size").intValue())
                .isEqualTo(7);
        assertThat(json(event.valueSize(null)).get("tombstone").booleanValue()).isTrue();
    }

    @Test
    void reportsALossWithoutChangingTheEvent() throws Exception {
        TraceEvent quiet = event.build();

        TraceEvent announcing = quiet.withDroppedBefore(17);

        assertThat(new ObjectMapper()
                        .readTree(announcing.json())
                        .get("dropped_before")
                        .intValue())
                .isEqualTo(17);
        assertThat(quiet.json()).asString(UTF_8).doesNotContain("dropped_before");
    }

    @Test
    void derivesTheIdFromThePosition() {
        // printf 'receive|orders|3|42|1700000000000|es' | sha256sum | cut -c1-32
        String id = EventId.of(EventType.RECEIVE, "orders", 3, 42, 1_700_000_000_000L, "es");

        assertThat(id).isEqualTo("43985f71dd1a5190aab15467c8328859");
        assertThat(EventId.spanId(id)).isEqualTo(id.substring(0, 16));
    }

    private static TraceEvent.Builder event() {
        return TraceEvent.builder(EventType.DEAD_LETTER, "e1", CONTEXT, NOW);
    }

    private static JsonNode json(TraceEvent.Builder event) throws Exception {
        return new ObjectMapper().readTree(event.build().json());
    }
}
