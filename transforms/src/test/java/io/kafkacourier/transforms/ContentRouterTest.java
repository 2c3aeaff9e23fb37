/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.core.CourierVersion;
import io.kafkacourier.kafka.record.RecordKind;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentRouterTest {

    private static final String SECRET = "s3cret";
    private static final String ORDER = "{\"kind\":\"paid\",\"tenant\":\"acme\"}";

    private final Map<String, String> properties = new HashMap<>(Map.of(
            "rules", "tenants",
            "rules.tenants.when", "header.type == 'order' and value.kind == 'paid'",
            "rules.tenants.to", "${value.tenant}.orders",
            "topics.allow", "[a-z]+\\.orders"));

    private final ContentRouter<SourceRecord> sources = new ContentRouter<>();
    private final ContentRouter<SinkRecord> sinks = new ContentRouter<>();

    @AfterEach
    void close() {
        sources.close();
        sinks.close();
    }

    static Stream<Arguments> bodies() {
        String json = "{\"kind\":\"paid\",\"tenant\":\"acme\"}";
        byte[] bytes = json.getBytes(UTF_8);
        Schema schema = SchemaBuilder.struct()
                .field("kind", Schema.STRING_SCHEMA)
                .field("tenant", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        return Stream.of(
                Arguments.of("bytes", Schema.BYTES_SCHEMA, bytes),
                Arguments.of("a buffer", Schema.BYTES_SCHEMA, ByteBuffer.wrap(bytes)),
                Arguments.of("text", Schema.STRING_SCHEMA, json),
                Arguments.of("a map", null, Map.of("kind", "paid", "tenant", "acme")),
                Arguments.of(
                        "a struct",
                        schema,
                        new Struct(schema).put("kind", "paid").put("tenant", "acme")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bodies")
    void routesByTheBodyAndChangesNothingButTheTopic(String name, @Nullable Schema schema, Object body) {
        SourceRecord source = source(headers("type", "order"), schema, body);
        SinkRecord sink = sink(headers("type", "order"), schema, body);

        assertRoutedTo("acme.orders", source, route(source));
        assertRoutedTo("acme.orders", sink, route(sink));
    }

    @Test
    void readsHeadersThatAreBytes() {
        SourceRecord record = source(
                new ConnectHeaders().addBytes("type", "order".getBytes(UTF_8)),
                Schema.BYTES_SCHEMA,
                "{\"kind\":\"paid\",\"tenant\":\"acme\"}".getBytes(UTF_8));

        assertRoutedTo("acme.orders", record, route(record));
    }

    @Test
    void keepsTheOriginalPositionOfASinkRecord() {
        SinkRecord routed = route(sink(headers("type", "order"), null, Map.of("kind", "paid", "tenant", "acme")));

        assertThat(routed.originalTopic()).isEqualTo("events");
        assertThat(routed.originalKafkaPartition()).isEqualTo(3);
        assertThat(routed.kafkaOffset()).isEqualTo(42);
    }

    @Test
    void keepsTheSourcePositionOfASourceRecord() {
        SourceRecord routed = route(source(headers("type", "order"), null, Map.of("kind", "paid", "tenant", "acme")));

        assertThat(routed.sourcePartition()).isEqualTo(Map.of("p", "x"));
        assertThat(routed.sourceOffset()).isEqualTo(Map.of("o", 1L));
    }

    @Test
    void returnsTheSameInstanceIfTheTopicStays() {
        properties.put("rules.tenants.to", "events");
        properties.put("topics.allow", "");
        SourceRecord source = source(headers("type", "order"), null, Map.of("kind", "paid"));
        SinkRecord sink = sink(headers("type", "order"), null, Map.of("kind", "paid"));

        assertThat(route(source)).isSameAs(source);
        assertThat(route(sink)).isSameAs(sink);
    }

    @Test
    void ignoresRecordsThatAreNotMessagesOnTheirWayToTheirTarget() {
        for (RecordKind kind : RecordKind.values()) {
            Map<String, Object> offset = new HashMap<>();
            kind.mark(offset);
            SourceRecord record = new SourceRecord(
                    Map.of(),
                    offset,
                    "events",
                    null,
                    null,
                    null,
                    null,
                    Map.of("kind", "paid", "tenant", "acme"),
                    1L,
                    headers("type", "order"));

            assertThat(route(record).topic())
                    .as(kind.name())
                    .isEqualTo(kind == RecordKind.MESSAGE ? "acme.orders" : "events");
        }
    }

    /** All causes that prevent the routing of a record with {@link #properties}. */
    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("FIELD_MISSING", "{\"kind\":\"paid\"}"),
                Arguments.of("FIELD_MISSING", "{\"kind\":\"paid\",\"tenant\":null}"),
                Arguments.of("FIELD_MISSING", "{\"kind\":\"paid\",\"tenant\":[\"" + SECRET + "\"]}"),
                Arguments.of("BODY_NOT_JSON", SECRET),
                Arguments.of("BODY_NOT_JSON", "{\"kind\":\"paid\",\"id\":\"" + SECRET),
                Arguments.of("BODY_NOT_JSON", ""),
                Arguments.of("ILLEGAL_TOPIC", "{\"kind\":\"paid\",\"tenant\":\"" + SECRET + "!\"}"),
                Arguments.of("ILLEGAL_TOPIC", "{\"kind\":\"paid\",\"tenant\":\"" + "a".repeat(250) + "\"}"),
                Arguments.of("TOPIC_NOT_ALLOWED", "{\"kind\":\"paid\",\"tenant\":\"__" + SECRET + "\"}"),
                Arguments.of("TOPIC_NOT_ALLOWED", "{\"kind\":\"paid\",\"tenant\":\"" + SECRET + "\"}"),
                Arguments.of("TOO_DEEP", "[".repeat(1_001)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void sendsSourceRecordsThatCannotBeRoutedToTheErrorTopic(String reason, String body) {
        SourceRecord record = source(headers("type", "order"), Schema.STRING_SCHEMA, body);

        SourceRecord failed = route(record);

        assertSameBut(
                "invalid_routing",
                record,
                failed,
                "__courier.route.reason",
                "__courier.route.topic",
                "__courier.route.rule");
        assertThat(failed.kafkaPartition()).as("left to the producer").isNull();
        assertThat(text(failed, "__courier.route.reason")).isEqualTo(reason);
        assertThat(text(failed, "__courier.route.rule")).isEqualTo("tenants");
        assertThat(text(failed, "__courier.route.topic")).isEqualTo("events");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void refusesSinkRecordsThatCannotBeRoutedWithoutNamingThePayload(String reason, String body) {
        SinkRecord record = sink(headers("type", "order"), Schema.STRING_SCHEMA, body);

        assertThatExceptionOfType(DataException.class)
                .isThrownBy(() -> route(record))
                .withMessage("The record events-3@42 cannot be routed: " + reason + " in rule tenants");
    }

    @ParameterizedTest
    @MethodSource("failures")
    void sendsSinkRecordsToTheErrorTopicToo(String reason, String body) {
        properties.putAll(Map.of("error.behavior", "route", "error.topic", "broken"));
        SinkRecord record = sink(headers("type", "order"), Schema.STRING_SCHEMA, body);

        SinkRecord failed = route(record);

        assertRoutedTo(
                "broken", record, failed, "__courier.route.reason", "__courier.route.topic", "__courier.route.rule");
        assertThat(text(failed, "__courier.route.reason")).isEqualTo(reason);
    }

    /**
     * A record of the type order.
     *
     * @param reason why it cannot be routed
     * @param own the properties that differ from the others'
     */
    private record Row(
            String reason,
            Map<String, String> own,
            @Nullable String body) {}

    static Stream<Row> unroutable() {
        Map<String, String> anyTopic = Map.of("rules.tenants.to", "${value.tenant}", "topics.allow", ".*");
        return Stream.concat(
                failures().map(row -> new Row((String) row.get()[0], Map.of(), (String) row.get()[1])),
                Stream.of(
                        new Row("FIELD_MISSING", Map.of("rules.tenants.when", "header.type == 'order'"), null),
                        new Row("FIELD_MISSING", Map.of("rules.tenants.to", "${header.tenant}.orders"), ORDER),
                        new Row("BODY_NOT_JSON", Map.of("rules.tenants.when", "key.kind == 'paid'"), ORDER),
                        new Row("BODY_NOT_JSON", Map.of("rules.tenants.when", "value exists"), SECRET),
                        new Row("ILLEGAL_TOPIC", anyTopic, "{\"kind\":\"paid\",\"tenant\":\"\"}"),
                        new Row("ILLEGAL_TOPIC", anyTopic, "{\"kind\":\"paid\",\"tenant\":\".\"}"),
                        new Row("ILLEGAL_TOPIC", anyTopic, "{\"kind\":\"paid\",\"tenant\":\"..\"}"),
                        new Row("ILLEGAL_TOPIC", anyTopic, "{\"kind\":\"paid\",\"tenant\":\"Zo\u00eb\"}"),
                        new Row(
                                "ILLEGAL_TOPIC",
                                anyTopic,
                                "{\"kind\":\"paid\",\"tenant\":\"" + "a".repeat(250) + "\"}"),
                        new Row("TOPIC_NOT_ALLOWED", anyTopic, "{\"kind\":\"paid\",\"tenant\":\"__x\"}")));
    }

    @ParameterizedTest
    @MethodSource("unroutable")
    void appliesErrorBehaviorToRecordsThatCannotBeRouted(Row row) {
        properties.putAll(row.own);
        SourceRecord source = source(headers("type", "order"), Schema.OPTIONAL_STRING_SCHEMA, row.body);
        SinkRecord sink = sink(headers("type", "order"), Schema.OPTIONAL_STRING_SCHEMA, row.body);
        String routed = "sent to invalid_routing: " + row.reason;
        String refused = " cannot be routed: " + row.reason + " in rule tenants";

        assertThat(outcomes(sources, source, "error.behavior", "auto", "route", "fail", "passthrough", "drop"))
                .containsExactly(routed, routed, "The record of events" + refused, "kept", "dropped");
        assertThat(outcomes(sinks, sink, "error.behavior", "auto", "route", "fail", "passthrough", "drop"))
                .containsExactly(
                        "The record events-3@42" + refused,
                        routed,
                        "The record events-3@42" + refused,
                        "kept",
                        "dropped");
    }

    static Stream<Row> unmatched() {
        Stream<String> falseOnAbsentFields = Stream.of(
                "value.gone == 1",
                "value.gone != 1",
                "value.gone == null",
                "value.gone != null",
                "value.gone < 1",
                "value.gone >= 1",
                "value.gone in ['paid', null]",
                "value.gone startsWith ''",
                "value.gone matches '.*'",
                "value.gone exists",
                "value.kind.deeper exists",
                "header.gone != 'x'",
                "header.gone exists");
        Stream<String> falseOnTombstones = Stream.of(
                "value exists",
                "value not exists",
                "value == null",
                "value != null",
                "value.kind not exists",
                "value.kind != 'paid'");
        return Stream.of(
                        falseOnAbsentFields.map(when -> new Row("NO_MATCH", Map.of("rules.tenants.when", when), ORDER)),
                        falseOnTombstones.map(when -> new Row("NO_MATCH", Map.of("rules.tenants.when", when), null)),
                        Stream.of(new Row(
                                "NO_MATCH",
                                Map.of("rules.tenants.when", "header.type == 'x' and value.kind == 'paid'"),
                                SECRET)))
                .flatMap(rows -> rows);
    }

    @ParameterizedTest
    @MethodSource("unmatched")
    void appliesNoMatchBehaviorToRecordsThatMatchNoRule(Row row) {
        properties.putAll(row.own);
        properties.put("no.match.topic", "rest");
        SourceRecord source = source(headers("type", "order"), Schema.OPTIONAL_STRING_SCHEMA, row.body);
        SinkRecord sink = sink(headers("type", "order"), Schema.OPTIONAL_STRING_SCHEMA, row.body);

        assertThat(outcomes(sources, source, "no.match.behavior", "passthrough", "route", "fail", "drop"))
                .containsExactly("kept", "sent to rest", "The record of events cannot be routed: NO_MATCH", "dropped");
        assertThat(outcomes(sinks, sink, "no.match.behavior", "passthrough", "route", "fail", "drop"))
                .containsExactly(
                        "kept", "sent to rest", "The record events-3@42 cannot be routed: NO_MATCH", "dropped");
    }

    @ParameterizedTest
    @ValueSource(strings = {"value.gone not exists", "header.gone not exists", "key exists", "topic == 'events'"})
    void routesByAbsentFields(String when) {
        properties.put("rules.tenants.when", when);

        assertThat(route(source(headers("type", "order"), Schema.STRING_SCHEMA, ORDER))
                        .topic())
                .isEqualTo("acme.orders");
        assertThat(route(sink(headers("type", "order"), Schema.STRING_SCHEMA, ORDER))
                        .topic())
                .isEqualTo("acme.orders");
    }

    @Test
    void writesFailureHeadersInTheFormOfTheRecord() {
        SourceRecord record = source(
                new ConnectHeaders().addBytes("type", "order".getBytes(UTF_8)),
                Schema.BYTES_SCHEMA,
                SECRET.getBytes(UTF_8));

        Header reason = route(record).headers().lastWithName("__courier.route.reason");

        assertThat(reason.schema()).isEqualTo(Schema.BYTES_SCHEMA);
        assertThat(reason.value()).isEqualTo("BODY_NOT_JSON".getBytes(UTF_8));
    }

    @Test
    void replacesExistingFailureHeaders() {
        Headers headers = headers("type", "order")
                .addString("__courier.route.reason", "forged")
                .addString("__courier.route.other", "forged");
        SourceRecord record = source(headers, Schema.STRING_SCHEMA, SECRET);

        Headers written = route(record).headers();

        assertThat(written).hasSize(4).noneMatch(header -> "forged".equals(header.value()));
        assertThat(headers).as("headers of the original record").hasSize(3);
    }

    @Test
    void namesNoRuleIfNoneIsAtFault() {
        properties.putAll(Map.of(
                "no.match.behavior",
                "route",
                "no.match.topic",
                "rest",
                "partition.by",
                "value.id",
                "partition.count",
                "4"));
        SourceRecord record = source(headers("type", "other"), Schema.STRING_SCHEMA, SECRET);

        SourceRecord failed = route(record);

        assertThat(failed.topic()).isEqualTo("invalid_routing");
        assertThat(failed.headers().lastWithName("__courier.route.rule")).isNull();
    }

    @Test
    void routesTombstones() {
        properties.putAll(Map.of("rules.tenants.when", "header.type == 'order'", "rules.tenants.to", "acme.orders"));
        SourceRecord source = source(headers("type", "order"), null, null);
        SinkRecord sink = sink(headers("type", "order"), null, null);

        assertRoutedTo("acme.orders", source, route(source));
        assertRoutedTo("acme.orders", sink, route(sink));
    }

    @Test
    void choosesThePartition() {
        properties.putAll(Map.of("partition.by", "value.tenant", "partition.count", "16"));
        int partition = BuiltInPartitioner.partitionForKey("acme".getBytes(UTF_8), 16);
        Map<String, String> body = Map.of("kind", "paid", "tenant", "acme");

        assertThat(route(source(headers("type", "order"), null, body)).kafkaPartition())
                .isEqualTo(partition);
        assertThat(route(sink(headers("type", "order"), null, body)).kafkaPartition())
                .isEqualTo(partition);
    }

    @Test
    void choosesThePartitionEvenIfTheTopicStays() {
        properties.putAll(Map.of(
                "rules.tenants.to",
                "events",
                "topics.allow",
                "",
                "partition.by",
                "value.tenant",
                "partition.count",
                "16"));
        SourceRecord record = source(headers("type", "order"), null, Map.of("kind", "paid", "tenant", "acme"));

        SourceRecord routed = route(record);

        assertThat(routed.topic()).isEqualTo("events");
        assertThat(routed.kafkaPartition()).isEqualTo(BuiltInPartitioner.partitionForKey("acme".getBytes(UTF_8), 16));
    }

    @Test
    void leavesThePartitionToTheProducerIfItsFieldIsAbsent() {
        properties.putAll(Map.of("partition.by", "header.none", "partition.count", "16"));
        Map<String, String> body = Map.of("kind", "paid", "tenant", "acme");

        assertThat(route(source(headers("type", "order"), null, body)).kafkaPartition())
                .isNull();
        assertThat(route(sink(headers("type", "order"), null, body)).kafkaPartition())
                .as("a sink record needs a partition")
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rules.tenants.when", "rules.tenants.to", "topics.allow", "rules"})
    void refusesAConfigurationThatLacksAKey(String key) {
        properties.remove(key);

        assertThatThrownBy(() -> sources.configure(properties))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(key);
    }

    @Test
    void isFoundByTheWorker() {
        assertThat(ServiceLoader.load(Transformation.class).stream().map(ServiceLoader.Provider::type))
                .contains(ContentRouter.class);
        assertThat(sources.version()).isEqualTo(CourierVersion.get());
        assertThat(sources.config().names()).contains("rules", "error.behavior");
    }

    private SourceRecord route(SourceRecord record) {
        return Objects.requireNonNull(routeOrDrop(record), "was dropped");
    }

    private SinkRecord route(SinkRecord record) {
        return Objects.requireNonNull(routeOrDrop(record), "was dropped");
    }

    private @Nullable SourceRecord routeOrDrop(SourceRecord record) {
        sources.configure(properties);
        return sources.apply(record);
    }

    private @Nullable SinkRecord routeOrDrop(SinkRecord record) {
        sinks.configure(properties);
        return sinks.apply(record);
    }

    /** The outcome for a record with each value of a key. */
    private <R extends ConnectRecord<R>> List<String> outcomes(
            ContentRouter<R> router, R record, String key, String... values) {
        return Stream.of(values)
                .map(value -> {
                    properties.put(key, value);
                    router.configure(properties);
                    return outcome(router, record);
                })
                .toList();
    }

    @SuppressWarnings("ReferenceEquality") // a record that stays is the same instance
    private static <R extends ConnectRecord<R>> String outcome(ContentRouter<R> router, R record) {
        R routed;
        try {
            routed = router.apply(record);
        } catch (DataException e) {
            return Objects.requireNonNull(e.getMessage());
        }
        if (routed == null) {
            return "dropped";
        } else if (routed == record) {
            return "kept";
        } else if (routed.headers().lastWithName("__courier.route.reason") == null) {
            assertRoutedTo(routed.topic(), record, routed);
            return "sent to " + routed.topic();
        }
        assertSameBut(
                routed.topic(),
                record,
                routed,
                "__courier.route.reason",
                "__courier.route.topic",
                "__courier.route.rule");
        assertThat(routed.kafkaPartition())
                .as("left to the producer, if there is one")
                .isEqualTo(record instanceof SinkRecord ? record.kafkaPartition() : null);
        assertThat(text(routed, "__courier.route.topic")).isEqualTo("events");
        assertThat(text(routed, "__courier.route.rule")).isEqualTo("tenants");
        return "sent to " + routed.topic() + ": " + text(routed, "__courier.route.reason");
    }

    private static void assertRoutedTo(
            String topic, ConnectRecord<?> record, ConnectRecord<?> routed, String... addedHeaders) {
        assertThat(routed.kafkaPartition()).isEqualTo(record.kafkaPartition());
        assertSameBut(topic, record, routed, addedHeaders);
    }

    private static void assertSameBut(
            String topic, ConnectRecord<?> record, ConnectRecord<?> routed, String... addedHeaders) {
        assertThat(routed.topic()).isEqualTo(topic);
        assertThat(routed.keySchema()).isSameAs(record.keySchema());
        assertThat(routed.key()).isSameAs(record.key());
        assertThat(routed.valueSchema()).isSameAs(record.valueSchema());
        assertThat(routed.value()).isSameAs(record.value());
        assertThat(routed.timestamp()).isEqualTo(record.timestamp());
        List<String> names =
                Stream.concat(names(record), Arrays.stream(addedHeaders)).toList();
        assertThat(names(routed)).containsExactlyInAnyOrderElementsOf(names);
        assertThat(record.topic()).as("topic of the original record").isEqualTo("events");
        assertThat(record.headers()).as("headers of the original record").hasSize(1);
    }

    private static Stream<String> names(ConnectRecord<?> record) {
        return StreamSupport.stream(record.headers().spliterator(), false).map(Header::key);
    }

    private static String text(ConnectRecord<?> record, String header) {
        return (String) record.headers().lastWithName(header).value();
    }

    private static Headers headers(String name, String value) {
        return new ConnectHeaders().addString(name, value);
    }

    private static SourceRecord source(Headers headers, @Nullable Schema schema, @Nullable Object value) {
        return new SourceRecord(
                Map.of("p", "x"),
                Map.of("o", 1L),
                "events",
                3,
                Schema.STRING_SCHEMA,
                "k",
                schema,
                value,
                1_000L,
                headers);
    }

    private static SinkRecord sink(Headers headers, @Nullable Schema schema, @Nullable Object value) {
        return new SinkRecord(
                "events", 3, Schema.STRING_SCHEMA, "k", schema, value, 42, 1_000L, TimestampType.CREATE_TIME, headers);
    }
}
