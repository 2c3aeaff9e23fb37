/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.core.trace.HostName;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceConsumerInterceptorTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "b7ad6b7169203331";
    private static final TopicPartition ORDERS = new TopicPartition("orders", 2);

    private final Emitted emitted = new Emitted();
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "bootstrap.servers",
            "localhost:9092",
            "group.id",
            "billing",
            "client.id",
            "billing-1",
            "courier.trace.topic",
            "message-trace"));

    @Test
    void reportsReceivingAndThenProcessingWhenTheOffsetIsCommitted() {
        TraceConsumerInterceptor<String, String> interceptor = interceptor();
        ConsumerRecord<String, String> record = record(7, "01");
        record.headers().add("message_id", "order-7".getBytes(UTF_8));

        consume(interceptor, record);
        commit(interceptor, 7);
        assertThat(types()).as("the previous offset").containsExactly("receive");
        commit(interceptor, 8);
        commit(interceptor, 8);

        assertThat(types()).containsExactly("receive", "process");
        JsonNode received = emitted.events().get(0);
        JsonNode processed = emitted.events().get(1);
        assertThat(received.get("trace_id").textValue()).isEqualTo(TRACE);
        assertThat(received.get("parent_span_id").textValue()).isEqualTo(PARENT);
        assertThat(processed.get("parent_span_id")).isEqualTo(received.get("span_id"));
        assertThat(processed.get("event_id")).isNotEqualTo(received.get("event_id"));
        assertThat(emitted.events()).allSatisfy(event -> {
            assertThat(event.get("group").textValue()).isEqualTo("billing");
            assertThat(event.get("node").textValue()).isEqualTo("billing");
            assertThat(event.get("client_id").textValue()).isEqualTo("billing-1");
            assertThat(event.get("message_id").textValue()).isEqualTo("order-7");
            assertThat(event.get("topic").textValue()).isEqualTo("orders");
            assertThat(event.get("partition").intValue()).isEqualTo(2);
            assertThat(event.get("offset").longValue()).isEqualTo(7);
            assertThat(event.get("record_ts").textValue()).isEqualTo("1970-01-01T00:00:01.000Z");
            assertThat(event.get("queue_delay_ms").longValue()).isPositive();
            assertThat(event.get("e2e_ms").longValue())
                    .isGreaterThanOrEqualTo(event.get("queue_delay_ms").longValue());
            assertThat(event.get("value_size").intValue()).isEqualTo(1);
            assertThat(event.get("status").textValue()).isEqualTo("ok");
        });
        assertThat(processed.get("duration_us").longValue()).isNotNegative();
    }

    @Test
    void messagesThatTheApplicationSendsOnHaveTheReceiveSpanAsParent() {
        ConsumerRecord<String, String> record = record(7, "01");

        consume(interceptor(), record);

        assertThat(text(record, "traceparent"))
                .isEqualTo("00-" + TRACE + "-"
                        + emitted.events().get(0).get("span_id").textValue() + "-01");
        assertThat(record.headers().headers("traceparent")).hasSize(1);
    }

    @Test
    void endToEndCountsFromTheFirstPositionOfTheMessage() {
        ConsumerRecord<String, String> record = record(7, "01");
        record.headers().add("__courier.origin.topic", "inbox".getBytes(UTF_8));
        record.headers().add("__courier.origin.partition", "3".getBytes(UTF_8));
        record.headers().add("__courier.origin.offset", "11".getBytes(UTF_8));
        record.headers().add("__courier.origin.timestamp", "400".getBytes(UTF_8));

        consume(interceptor(), record);

        JsonNode event = emitted.events().get(0);
        assertThat(event.get("origin_topic").textValue()).isEqualTo("inbox");
        assertThat(event.get("origin_partition").intValue()).isEqualTo(3);
        assertThat(event.get("origin_offset").longValue()).isEqualTo(11);
        assertThat(event.get("e2e_ms").longValue())
                .isEqualTo(event.get("queue_delay_ms").longValue() + 600);
    }

    @Test
    void aConsumerThatOnlyKafkaNamesDiffersFromThoseOfOtherHosts() {
        properties.remove("group.id");
        properties.put("client.id", "consumer-null-1");

        consume(interceptor(), record(7, "01"));

        assertThat(emitted.events().get(0).get("node").textValue()).isEqualTo("consumer-null-1@" + HostName.get());
    }

    @Test
    void aMessageWithoutATraceStartsOne() {
        ConsumerRecord<String, String> record = record(7, null);

        consume(interceptor(), record);

        JsonNode event = emitted.events().get(0);
        assertThat(event.has("parent_span_id")).isFalse();
        assertThat(text(record, "traceparent"))
                .isEqualTo("00-" + event.get("trace_id").textValue() + "-"
                        + event.get("span_id").textValue() + "-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"traceparent", "b3", "trace_id", "none"})
    void noHeaderChangesButTraceparent(String traced) {
        ConsumerRecord<String, String> record = record(7, null);
        Map<String, String> given = new HashMap<>(Map.of(
                "tracestate",
                "foo=1 , BAR",
                "trace_hops",
                "h".repeat(1_200),
                "message_id",
                "m".repeat(2_000),
                "X-Request-Id",
                "r"));
        switch (traced) {
            case "traceparent" ->
                given.putAll(Map.of("traceparent", "00-" + TRACE + "-" + PARENT + "-03", "trace_id", "4711"));
            case "b3" -> given.putAll(Map.of("b3", TRACE + "-" + PARENT, "trace_id", TRACE));
            case "trace_id" -> given.put("trace_id", "4711");
            default -> {}
        }
        given.forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
        record.headers().add("X-Request-Id", new byte[] {(byte) 0xff});
        List<String> before = headersBut(record, "traceparent");

        consume(interceptor(), record);

        assertThat(headersBut(record, "traceparent")).isEqualTo(before);
        JsonNode event = emitted.events().get(0);
        assertThat(text(record, "traceparent"))
                .startsWith("00-" + event.get("trace_id").textValue() + "-"
                        + event.get("span_id").textValue() + "-0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noHeaderChangesAtAllIfTraceparentIsKept(boolean hasTraceparent) {
        properties.put("courier.trace.traceparent", "keep");
        ConsumerRecord<String, String> record = record(7, hasTraceparent ? "01" : null);
        record.headers().add("trace_id", "4711".getBytes(UTF_8));
        List<String> before = headersBut(record, "none");

        consume(interceptor(), record);

        assertThat(headersBut(record, "none")).isEqualTo(before);
        JsonNode event = emitted.events().get(0);
        assertThat(event.path("parent_span_id").textValue()).isEqualTo(hasTraceparent ? PARENT : null);
        assertThat(event.get("span_id").textValue()).isNotEqualTo(PARENT);
    }

    @ParameterizedTest
    @CsvSource({"4711,4711", TRACE + ",", "0AF7651916CD43DD8448EB211C80319C,0AF7651916CD43DD8448EB211C80319C"})
    void theApplicationsTextForTheTraceIsInTheEvents(String traceId, @Nullable String name) {
        TraceConsumerInterceptor<String, String> interceptor = interceptor();
        ConsumerRecord<String, String> record = record(7, "01");
        record.headers().add("trace_id", traceId.getBytes(UTF_8));

        consume(interceptor, record);
        commit(interceptor, 8);

        assertThat(types()).containsExactly("receive", "process");
        assertThat(emitted.events())
                .allSatisfy(event ->
                        assertThat(event.path("trace_name").textValue()).isEqualTo(name));
    }

    @Test
    void theHeaderOfTheTraceIdCanHaveAnotherName() {
        properties.put("courier.trace.trace.id.header", "correlation");
        ConsumerRecord<String, String> record = record(7, null);
        record.headers().add("correlation", TRACE.getBytes(UTF_8)).add("trace_id", "4711".getBytes(UTF_8));

        consume(interceptor(), record);

        assertThat(emitted.events().get(0).get("trace_id").textValue()).isEqualTo(TRACE);
        assertThat(emitted.events().get(0).has("trace_name")).isFalse();
    }

    @Test
    void aDecisionNotToSampleAppliesEvenWithoutATrace() {
        ConsumerRecord<String, String> record = record(7, null);
        record.headers().add("b3", "0".getBytes(UTF_8));
        TraceConsumerInterceptor<String, String> interceptor = interceptor();

        consume(interceptor, record);
        commit(interceptor, 8);

        assertThat(emitted.events()).isEmpty();
        assertThat(record.headers().toArray()).hasSize(1);
    }

    @Test
    void keysAreHashedWithTheSecret() {
        properties.put("courier.trace.key.secret", "pepper");

        consume(interceptor(), record(7, "01"));

        // printf %s k | openssl dgst -sha256 -hmac pepper -r | cut -c1-16
        assertThat(emitted.events().get(0).get("key_hash").textValue()).isEqualTo("83ef0d5e11295bc9");
    }

    @ParameterizedTest
    @CsvSource({
        "app-1-StreamThread-1-restore-consumer, ,    false",
        "app-1-global-consumer,                 ,    false",
        "app-1-StreamThread-1-consumer,         app, true",
        "my-restore-consumer,                   app, true"
    })
    void consumersThatFillTheStoresOfStreamsAreNotTraced(String clientId, @Nullable String group, boolean isTraced) {
        properties.put("client.id", clientId);
        properties.put("group.id", group);
        properties.values().removeIf(Objects::isNull);

        consume(interceptor(), record(7, "01"));

        assertThat(emitted.events()).hasSize(isTraced ? 1 : 0);
        assertThat(emitted.opened()).hasSize(isTraced ? 1 : 0);
    }

    @Test
    void aTraceThatIsNotSampledIsIgnored() {
        TraceConsumerInterceptor<String, String> interceptor = interceptor();
        ConsumerRecord<String, String> record = record(7, "00");

        consume(interceptor, record);
        commit(interceptor, 8);

        assertThat(text(record, "traceparent")).isEqualTo("00-" + TRACE + "-" + PARENT + "-00");
        assertThat(emitted.events()).isEmpty();
    }

    @Test
    void aMessageThatIsReadAgainIsTheSameEventAgain() {
        TraceConsumerInterceptor<String, String> interceptor = interceptor();

        consume(interceptor, record(7, "01"));
        consume(interceptor, record(8, "01"));
        consume(interceptor, record(7, "01"));
        commit(interceptor, 9);

        List<JsonNode> events = emitted.events();
        assertThat(types()).containsExactly("receive", "receive", "receive", "process");
        assertThat(events.get(2).get("event_id")).isEqualTo(events.get(0).get("event_id"));
        assertThat(events.get(3).get("parent_span_id")).isEqualTo(events.get(2).get("span_id"));
        assertThat(events.get(3).get("offset").longValue()).isEqualTo(7);
    }

    @Test
    void processingIsNotReportedUnlessConfigured() {
        properties.put("courier.trace.process", "false");
        TraceConsumerInterceptor<String, String> interceptor = interceptor();

        consume(interceptor, record(7, "01"));
        commit(interceptor, 8);

        assertThat(types()).containsExactly("receive");
    }

    @Test
    void theTopicOfEventsIsNeverTraced() {
        consume(interceptor(), new ConsumerRecord<>("message-trace", 2, 7, "k", "v"));

        assertThat(emitted.events()).isEmpty();
    }

    @Test
    void withoutATopicNothingIsReported() {
        properties.put("courier.trace.topic", "");
        TraceConsumerInterceptor<String, String> interceptor = interceptor();
        ConsumerRecord<String, String> record = record(7, "01");

        consume(interceptor, record);
        commit(interceptor, 8);
        interceptor.close();

        assertThat(emitted.opened()).isEmpty();
        assertThat(text(record, "traceparent")).endsWith(PARENT + "-01");
    }

    @Test
    void neverThrows() {
        TraceConsumerInterceptor<String, String> interceptor =
                new TraceConsumerInterceptor<>(settings -> new BrokenEmitter());
        ConsumerRecords<String, String> records = records(record(7, "01"));
        assertThat(interceptor.onConsume(records)).isSameAs(records);

        interceptor.configure(properties);
        assertThat(interceptor.onConsume(records)).isSameAs(records);
        commit(interceptor, 8);
        interceptor.close();
    }

    @Test
    void closesItsEmitterOnce() {
        TraceConsumerInterceptor<String, String> interceptor = interceptor();

        interceptor.close();
        interceptor.close();

        assertThat(emitted.closed()).isEqualTo(1);
    }

    private TraceConsumerInterceptor<String, String> interceptor() {
        TraceConsumerInterceptor<String, String> interceptor = new TraceConsumerInterceptor<>(emitted::open);
        interceptor.configure(properties);
        return interceptor;
    }

    private List<String> types() {
        return emitted.events().stream()
                .map(event -> event.get("event").textValue())
                .toList();
    }

    private static void consume(
            TraceConsumerInterceptor<String, String> interceptor, ConsumerRecord<String, String> record) {
        interceptor.onConsume(records(record));
    }

    private static void commit(TraceConsumerInterceptor<String, String> interceptor, long offset) {
        interceptor.onCommit(Map.of(
                ORDERS, new OffsetAndMetadata(offset), new TopicPartition("others", 0), new OffsetAndMetadata(100)));
    }

    private static ConsumerRecords<String, String> records(ConsumerRecord<String, String> record) {
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        return new ConsumerRecords<>(Map.of(partition, List.of(record)), Map.of());
    }

    private static List<String> headersBut(ConsumerRecord<?, ?> record, String name) {
        return Stream.of(record.headers().toArray())
                .filter(header -> !header.key().equals(name))
                .map(header -> header.key() + "=" + Arrays.toString(header.value()))
                .toList();
    }

    /** @param flags the flags of its trace; null if it has none */
    private static ConsumerRecord<String, String> record(long offset, @Nullable String flags) {
        RecordHeaders headers = new RecordHeaders();
        if (flags != null) {
            headers.add("traceparent", ("00-" + TRACE + "-" + PARENT + "-" + flags).getBytes(UTF_8));
        }
        return new ConsumerRecord<>(
                "orders", 2, offset, 1_000, TimestampType.CREATE_TIME, 1, 1, "k", "v", headers, Optional.empty());
    }

    private static String text(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), UTF_8);
    }
}
