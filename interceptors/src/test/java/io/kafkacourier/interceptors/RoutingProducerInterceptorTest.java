/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingProducerInterceptorTest {

    private final RoutingProducerInterceptor<Object, Object> interceptor = new RoutingProducerInterceptor<>();
    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "bootstrap.servers",
            "localhost:9092",
            "courier.routing.rules",
            "paid",
            "courier.routing.rules.paid.when",
            "value.type == 'paid'",
            "courier.routing.rules.paid.to",
            "${value.tenant}.paid",
            "courier.routing.topics.allow",
            "[a-z]+\\.paid"));

    @AfterEach
    void close() {
        interceptor.close();
    }

    static List<Object> forms() {
        String json = "{\"type\":\"paid\",\"tenant\":\"acme\"}";
        return List.of(
                json,
                json.getBytes(UTF_8),
                java.nio.ByteBuffer.wrap(json.getBytes(UTF_8)),
                Bytes.wrap(json.getBytes(UTF_8)),
                Map.of("type", "paid", "tenant", "acme"));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void changesTheTopicOfACopy(Object value) {
        interceptor.configure(properties);
        ProducerRecord<Object, Object> record = record(value);
        ProducerRecord<Object, Object> before = copyOf(record);

        ProducerRecord<Object, Object> sent = interceptor.onSend(record);

        assertThat(sent).isEqualTo(new ProducerRecord<>("acme.paid", 3, 17L, "key", value, record.headers()));
        assertThat(record).isEqualTo(before);
        assertThat(interceptor.onSend(record)).isEqualTo(sent);
    }

    @Test
    void leavesRecordsWithoutMatchAsTheyAre() {
        interceptor.configure(properties);
        ProducerRecord<Object, Object> record = record("{\"type\":\"lost\"}");

        assertThat(interceptor.onSend(record)).isSameAs(record);
    }

    @Test
    void treatsUnreadableBodiesAsOtherObjects() {
        interceptor.configure(properties);
        DoubleAdder notANumber = new DoubleAdder();
        notANumber.add(Double.NaN);

        for (Object value : List.of(new TreeMap<>(Map.of(1, "x")), Map.of("type", notANumber), new Object())) {
            ProducerRecord<Object, Object> record = record(value);
            assertThat(interceptor.onSend(record)).isSameAs(record);
        }
    }

    @Test
    void sendsRecordsWithoutMatchToTheirTopic() {
        properties.put("courier.routing.no.match.behavior", "route");
        properties.put("courier.routing.no.match.topic", "rest");
        interceptor.configure(properties);

        assertThat(interceptor.onSend(record("{}")).topic()).isEqualTo("rest");
    }

    @Test
    void choosesThePartitionByContent() {
        properties.put("courier.routing.partition.by", "value.tenant");
        properties.put("courier.routing.partition.count", 7);
        interceptor.configure(properties);

        assertThat(interceptor
                        .onSend(record("{\"type\":\"paid\",\"tenant\":\"acme\"}"))
                        .partition())
                .isEqualTo(Utils.toPositive(Utils.murmur2("acme".getBytes(UTF_8))) % 7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"not json", "{\"type\":\"paid\"}", "{\"type\":\"paid\",\"tenant\":\"__x\"}"})
    void routesFailuresWithTheirReasonAndChangesNothingElse(String value) {
        interceptor.configure(properties);
        ProducerRecord<Object, Object> record = record(value);
        ProducerRecord<Object, Object> before = copyOf(record);

        ProducerRecord<Object, Object> sent = interceptor.onSend(record);

        assertThat(sent.topic()).isEqualTo("invalid_routing");
        assertThat(sent.partition()).isNull();
        assertThat(sent.key()).isEqualTo("key");
        assertThat(sent.value()).isEqualTo(value);
        assertThat(names(sent))
                .containsExactly("a", "__courier.route.reason", "__courier.route.topic", "__courier.route.rule");
        assertThat(record).isEqualTo(before);
    }

    @Test
    void readsBytesAfterASchemaId() {
        interceptor.configure(properties);
        byte[] json = "\0\0\0\0\7{\"type\":\"paid\",\"tenant\":\"acme\"}".getBytes(UTF_8);
        byte[] avro = "\0\0\0\0\7\10paid".getBytes(UTF_8);

        assertThat(interceptor.onSend(record(json)).topic()).isEqualTo("acme.paid");
        assertThat(interceptor.onSend(record(Bytes.wrap(json))).topic()).isEqualTo("acme.paid");
        ProducerRecord<Object, Object> refused = interceptor.onSend(record(avro));
        assertThat(refused.topic()).isEqualTo("invalid_routing");
        assertThat(refused.headers().lastHeader("__courier.route.reason").value())
                .isEqualTo("BODY_FRAMED".getBytes(UTF_8));
    }

    @Test
    void sendsRecordsToAReservedTopicOnlyIfItIsListed() {
        properties.put("courier.routing.rules.paid.to", "${value.tenant}");
        properties.put("courier.routing.topics.allow", ".*");
        properties.put("courier.routing.topics.allow.internal", "_listed,my-status");
        interceptor.configure(properties);

        for (String topic : List.of("_schemas", "connect-configs", "my-offsets", "__x", "_listed", "my-status")) {
            boolean isListed = topic.equals("_listed") || topic.equals("my-status");
            assertThat(interceptor
                            .onSend(record("{\"type\":\"paid\",\"tenant\":\"" + topic + "\"}"))
                            .topic())
                    .isEqualTo(isListed ? topic : "invalid_routing");
        }
    }

    @Test
    void leavesFailuresAsTheyAreIfConfigured() {
        properties.put("courier.routing.error.behavior", "passthrough");
        interceptor.configure(properties);
        ProducerRecord<Object, Object> record = record("not json");

        assertThat(interceptor.onSend(record)).isSameAs(record);
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "fail", "auto"})
    void refusesBehaviorsThatAProducerCannotHave(String behavior) {
        properties.put("courier.routing.error.behavior", behavior);

        assertThatThrownBy(() -> interceptor.configure(properties))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("courier.routing.", "error.behavior: must be one of: passthrough, route");
    }

    @Test
    void namesEveryMistake() {
        properties.put("courier.routing.rules.paid.when", "value.x = 1");
        properties.put("courier.routing.rules.paid.too", "x");

        assertThatThrownBy(() -> interceptor.configure(properties))
                .hasMessageContainingAll(
                        "2 mistakes", "rules.paid.when: at position 9", "rules.paid.too: is not known");
    }

    @Test
    void servesSeveralThreads() {
        interceptor.configure(properties);

        List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    String tenant = "abcd".substring(thread, thread + 1);
                    for (int i = 0; i < 10_000; i++) {
                        ProducerRecord<Object, Object> sent =
                                interceptor.onSend(record("{\"type\":\"paid\",\"tenant\":\"" + tenant + "\"}"));
                        assertThat(sent.topic()).isEqualTo(tenant + ".paid");
                    }
                }))
                .toList();

        assertThat(threads).allSatisfy(CompletableFuture::join);
    }

    private static ProducerRecord<Object, Object> record(@Nullable Object value) {
        ProducerRecord<Object, Object> record = new ProducerRecord<>("events", 3, 17L, "key", value);
        record.headers().add("a", new byte[] {1});
        return record;
    }

    private static ProducerRecord<Object, Object> copyOf(ProducerRecord<Object, Object> record) {
        return new ProducerRecord<>(
                record.topic(),
                record.partition(),
                record.timestamp(),
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()));
    }

    private static List<String> names(ProducerRecord<?, ?> record) {
        return Arrays.stream(record.headers().toArray()).map(Header::key).toList();
    }
}
