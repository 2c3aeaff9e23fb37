/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.kafka.emit.Backlog;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import io.kafkacourier.kafka.record.RecordKind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StampTraceTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final String TRACEPARENT = "00-" + TRACE + "-" + SPAN + "-01";
    private static final long NOW = 1_700_000_000_123L;

    private final List<TraceEvent> emitted = new ArrayList<>();
    private final List<EmitterSettings> opened = new ArrayList<>();
    private int closed;

    @Test
    void stampsASourceRecordAndNothingButItsHeaders() {
        StampTrace<SourceRecord> stamp = stamp(Map.of());
        SourceRecord record = source("order", new ConnectHeaders().addString("tenant", "acme"));

        SourceRecord stamped = stamp.apply(record);

        assertThat(text(stamped, "traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(text(stamped, "trace_id"))
                .isEqualTo(text(stamped, "traceparent").substring(3, 35));
        assertThat(text(stamped, "message_id"))
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(text(stamped, "trace_hops")).isEqualTo("v1,1;k,orders-source," + NOW);
        assertThat(text(stamped, "tenant")).isEqualTo("acme");
        SourceRecord withoutStamp = stamped.newRecord(
                stamped.topic(),
                stamped.kafkaPartition(),
                stamped.keySchema(),
                stamped.key(),
                stamped.valueSchema(),
                stamped.value(),
                stamped.timestamp(),
                record.headers());
        assertThat(withoutStamp).isEqualTo(record);
    }

    @Test
    void neverChangesTheHeadersItWasGiven() {
        Headers given = new ConnectHeaders().addString("traceparent", TRACEPARENT);
        SourceRecord record = source("order", given);

        this.<SourceRecord>stamp(Map.of()).apply(record);

        assertThat(record.headers())
                .containsExactlyElementsOf(new ConnectHeaders().addString("traceparent", TRACEPARENT));
    }

    @Test
    void continuesTheTraceOfASinkRecord() {
        SinkRecord stamped = this.<SinkRecord>stamp(with(emitting(), "node", "es"))
                .apply(sink(
                        "order",
                        new ConnectHeaders()
                                .addString("traceparent", TRACEPARENT)
                                .addString("tracestate", "foo=1")
                                .addString("message_id", "order-1")
                                .addString("trace_hops", "v1,1;p,shop,1700000000000")));

        assertThat(text(stamped, "traceparent")).startsWith("00-" + TRACE + "-").doesNotContain(SPAN);
        assertThat(text(stamped, "tracestate")).isEqualTo("foo=1");
        assertThat(text(stamped, "message_id")).isEqualTo("order-1");
        assertThat(text(stamped, "trace_hops")).isEqualTo("v1,2;p,shop,1700000000000;s,es," + NOW);
        assertThat(stamped.originalKafkaOffset()).isEqualTo(42);
    }

    @ParameterizedTest
    @CsvSource({"01,01", "03,03", "00,00", "02,02", "ff,03", "fe,02", "08,00"})
    void passesOnTheIncomingSpanWithoutEvents(String flags, String written) {
        SourceRecord stamped = this.<SourceRecord>stamp(Map.of())
                .apply(source("order", new ConnectHeaders().addString("traceparent", traceparent(flags))));

        assertThat(text(stamped, "traceparent")).isEqualTo(traceparent(written));
    }

    @ParameterizedTest
    @CsvSource({"01,01", "03,03", "ff,03", "0b,03", "05,01"})
    void passesOnKnownFlags(String flags, String written) {
        SourceRecord stamped = this.<SourceRecord>stamp(emitting())
                .apply(source("order", new ConnectHeaders().addString("traceparent", traceparent(flags))));

        assertThat(text(stamped, "traceparent")).endsWith("-" + written).doesNotContain(SPAN);
    }

    @Test
    void passesOnTheIncomingSpanOfATraceThatIsNotSampled() {
        SourceRecord stamped = this.<SourceRecord>stamp(emitting())
                .apply(source("order", new ConnectHeaders().addString("traceparent", traceparent("02"))));

        assertThat(text(stamped, "traceparent")).isEqualTo(traceparent("02"));
        assertThat(emitted).isEmpty();
    }

    @Test
    void keepsATraceparentAndEmitsAChildOfItsSpan() throws Exception {
        SourceRecord stamped = this.<SourceRecord>stamp(with(emitting(), "traceparent", "keep"))
                .apply(source("order", new ConnectHeaders().addString("traceparent", TRACEPARENT)));

        assertThat(text(stamped, "traceparent")).isEqualTo(TRACEPARENT);
        assertThat(text(stamped, "trace_id")).isEqualTo(TRACE);
        assertThat(onlyEvent().get("parent_span_id").textValue()).isEqualTo(SPAN);
        assertThat(onlyEvent().get("span_id").textValue()).isNotEqualTo(SPAN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"req-42", "4711", "", "0AF7651916CD43DD8448EB211C80319C"})
    void neverChangesAnExistingTraceId(String traceId) throws Exception {
        Headers given =
                new ConnectHeaders().addString("traceparent", TRACEPARENT).addString("trace_id", traceId);

        SourceRecord stamped = this.<SourceRecord>stamp(emitting()).apply(source("order", given));

        assertThat((Iterable<Header>) () -> stamped.headers().allWithName("trace_id"))
                .extracting(Header::value)
                .containsExactly(traceId);
        assertThat(onlyEvent().get("trace_id").textValue()).isEqualTo(TRACE);
        assertThat(onlyEvent().path("trace_name").asText()).isEqualTo(traceId);
    }

    @Test
    void neverChangesIdsThatAHeaderConverterHasTurnedIntoNumbers() throws Exception {
        Headers given = new ConnectHeaders().addLong("trace_id", 4711).addInt("message_id", 17);

        SourceRecord stamped = this.<SourceRecord>stamp(emitting()).apply(source("order", given));

        assertThat(stamped.headers().lastWithName("trace_id").value()).isEqualTo(4711L);
        assertThat(stamped.headers().lastWithName("message_id").value()).isEqualTo(17);
        assertThat(onlyEvent().get("trace_name").textValue()).isEqualTo("4711");
        assertThat(onlyEvent().get("message_id").textValue()).isEqualTo("17");
    }

    @Test
    void writesTheTraceIdUnderAnotherNameOrNot() {
        SourceRecord renamed = this.<SourceRecord>stamp(Map.of("trace.id.header", "correlation"))
                .apply(source("order", new ConnectHeaders().addString("traceparent", TRACEPARENT)));
        SourceRecord none = this.<SourceRecord>stamp(Map.of("trace.id.header", ""))
                .apply(source("order", new ConnectHeaders().addString("traceparent", TRACEPARENT)));

        assertThat(text(renamed, "correlation")).isEqualTo(TRACE);
        assertThat(renamed.headers().lastWithName("trace_id")).isNull();
        assertThat(none.headers()).extracting(Header::key).containsOnly("traceparent", "message_id", "trace_hops");
    }

    @Test
    void startsAnUnsampledTraceIfB3DecidesThat() {
        StampTrace<SourceRecord> stamp = stamp(emitting());

        SourceRecord stamped = stamp.apply(source("order", new ConnectHeaders().addString("b3", "0")));

        assertThat(text(stamped, "traceparent")).endsWith("-00");
        assertThat(emitted).isEmpty();
        assertThat(stamp.counts()).isEqualTo(new TraceStamper.Counts(0, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"hash,,       ad44dc8e51cfbfa5", "hash,pepper, cd3195c729d5fde2", "clear,,      the-key", "none,pepper,"
    })
    void revealsTheKeyAsConfigured(String form, @Nullable String secret, @Nullable String told) throws Exception {
        Map<String, String> properties = with(emitting(), "key", form);
        this.<SourceRecord>stamp(secret == null ? properties : with(properties, "key.secret", secret))
                .apply(source("order", new ConnectHeaders()));

        assertThat(onlyEvent().path("key_hash").textValue()).isEqualTo(told);
    }

    @Test
    void leavesTheHopsAsTheyAreIfConfigured() {
        SourceRecord stamped = this.<SourceRecord>stamp(Map.of("hops", "false"))
                .apply(source("order", new ConnectHeaders().addString("trace_hops", "v1,1;p,shop,1")));

        assertThat(text(stamped, "trace_hops")).isEqualTo("v1,1;p,shop,1");
    }

    @Test
    void replacesAMalformedTraceWithANewOneAndCountsIt() {
        StampTrace<SourceRecord> stamp = stamp(Map.of());

        SourceRecord stamped = stamp.apply(source(
                "order",
                new ConnectHeaders()
                        .addString("traceparent", "00-broken")
                        .addString("tracestate", "foo=1")
                        .add("trace_hops", null, null)));

        assertThat(text(stamped, "traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(stamped.headers().lastWithName("tracestate")).isNull();
        assertThat(text(stamped, "trace_hops")).startsWith("v1,1;");
        assertThat(stamp.counts()).isEqualTo(new TraceStamper.Counts(1, 0, 0, 0));
    }

    @Test
    void countsInJmxUntilItIsClosed() throws Exception {
        MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
        StampTrace<SourceRecord> stamp = stamp(Map.of("node", "counted", "message.id.from", "value.order_id"));

        stamp.apply(source("no json", new ConnectHeaders().addString("traceparent", "00-broken")));
        stamp.apply(source(
                "no json either",
                new ConnectHeaders()
                        .addString("traceparent", TRACEPARENT)
                        .addString("trace_id", TRACE.replace('a', 'b'))));

        ObjectName name = new ObjectName("io.kafkacourier:type=stamp-trace,node=\"counted\",id=0");
        assertThat(jmx.getAttribute(name, "MalformedHeaders")).isEqualTo(1L);
        assertThat(jmx.getAttribute(name, "ConflictingTraceIds")).isEqualTo(1L);
        assertThat(jmx.getAttribute(name, "UnreadableMessageIds")).isEqualTo(2L);
        stamp.close();
        assertThat(jmx.isRegistered(name)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "value.order_id, o-17",
        "value.lines[0].no, 1",
        "key, the-key",
        "header.ce_id, ce-1",
        "value.absent, from-header",
        "value.nothing, from-header",
        "value.padded, o-18",
        "value.blank, from-header",
        "value.lines, from-header",
        "header.absent, from-header"
    })
    void readsTheMessageIdFromTheConfiguredFieldOrElseFromTheHeader(String from, String messageId) {
        SourceRecord stamped = this.<SourceRecord>stamp(Map.of("message.id.from", from))
                .apply(source(
                        "{\"order_id\":\"o-17\",\"padded\":\" o-18  \",\"blank\":\"  \",\"nothing\":null,\"lines\":[{\"no\":1}]}",
                        new ConnectHeaders().addString("ce_id", "ce-1").addString("message_id", "from-header")));

        assertThat(text(stamped, "message_id")).isEqualTo(messageId);
    }

    @Test
    void readsTheMessageIdFromAStruct() {
        Schema schema =
                SchemaBuilder.struct().field("order_id", Schema.INT64_SCHEMA).build();
        SourceRecord record = new SourceRecord(
                Map.of(), Map.of(), "orders", null, null, null, schema, new Struct(schema).put("order_id", 4711L));

        SourceRecord stamped = this.<SourceRecord>stamp(Map.of("message.id.from", "value.order_id"))
                .apply(record);

        assertThat(text(stamped, "message_id")).isEqualTo("4711");
    }

    @Test
    void createsAMessageIdIfTheValueIsNotJsonAndCountsIt() {
        StampTrace<SourceRecord> stamp = stamp(Map.of("message.id.from", "value.order_id"));

        SourceRecord stamped = stamp.apply(source("no json", new ConnectHeaders()));

        assertThat(text(stamped, "message_id")).hasSize(36);
        assertThat(stamp.counts()).isEqualTo(new TraceStamper.Counts(0, 0, 1, 0));
    }

    @Test
    void createsAMessageIdIfTheValueIsTooLongAndCountsIt() {
        StampTrace<SourceRecord> stamp = stamp(Map.of("message.id.from", "value.order_id"));

        SourceRecord stamped = stamp.apply(source("{\"order_id\":\"" + "o".repeat(257) + "\"}", new ConnectHeaders()));

        assertThat(text(stamped, "message_id")).hasSize(36);
        assertThat(stamp.counts()).isEqualTo(new TraceStamper.Counts(0, 0, 1, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"HOP", "REFUSED", "EVENT"})
    void ignoresRecordsThatAreNotMessagesOnTheirWay(RecordKind kind) {
        Map<String, Object> offset = new HashMap<>();
        kind.mark(offset);
        SourceRecord record = new SourceRecord(Map.of(), offset, "orders", null, "order");

        assertThat(this.<SourceRecord>stamp(Map.of()).apply(record)).isSameAs(record);
    }

    @Test
    void neverTracesTheTopicOfEvents() {
        SourceRecord sourceRecord = new SourceRecord(Map.of(), Map.of(), "message-trace", null, "event");
        SinkRecord routed = sink("event", new ConnectHeaders(), "message-trace")
                .newRecord("elsewhere", 0, null, null, null, "event", 0L);

        assertThat(this.<SourceRecord>stamp(emitting()).apply(sourceRecord)).isSameAs(sourceRecord);
        assertThat(this.<SinkRecord>stamp(emitting()).apply(routed)).isSameAs(routed);
        assertThat(emitted).isEmpty();
    }

    @Test
    void opensTheEmitterWithTheFirstRecordAndClosesItOnce() {
        StampTrace<SourceRecord> stamp = stamp(with(emitting(), "emit.producer.security.protocol", "SSL"));
        assertThat(opened).isEmpty();

        stamp.apply(source("order", new ConnectHeaders()));
        stamp.apply(source("order", new ConnectHeaders()));
        stamp.close();
        stamp.close();

        assertThat(opened)
                .containsExactly(new EmitterSettings(
                        "message-trace",
                        6,
                        10_000,
                        Map.of("bootstrap.servers", "kafka:9092", "security.protocol", "SSL")));
        assertThat(closed).isEqualTo(1);
    }

    @Test
    void reportsASourceRecordWithoutClaimingAnOutcome() throws Exception {
        SourceRecord stamped = this.<SourceRecord>stamp(emitting()).apply(source("größe", new ConnectHeaders()));

        JsonNode event = onlyEvent();
        assertThat(event.get("event").textValue()).isEqualTo("send");
        assertThat(event.get("event_id").textValue()).hasSize(36);
        assertThat(event.get("@timestamp").textValue()).isEqualTo("2023-11-14T22:13:20.123Z");
        assertThat(text(stamped, "traceparent"))
                .isEqualTo("00-" + event.get("trace_id").textValue() + "-"
                        + event.get("span_id").textValue() + "-01");
        assertThat(event.get("message_id").textValue()).isEqualTo(text(stamped, "message_id"));
        assertThat(event.get("topic").textValue()).isEqualTo("orders");
        assertThat(event.get("connector").textValue()).isEqualTo("orders-source");
        assertThat(event.get("task").intValue()).isEqualTo(3);
        assertThat(event.get("node").textValue()).isEqualTo("orders-source");
        assertThat(event.get("value_size").intValue()).isEqualTo(7);
        assertThat(event.get("key_hash").textValue()).hasSize(16);
        assertThat(event.get("sampled").booleanValue()).isTrue();
        assertThat(event.fieldNames()).toIterable().doesNotContain("offset", "status", "parent_span_id");
    }

    @Test
    void reportsASinkRecordWithItsOriginalPositionAndTimes() throws Exception {
        SinkRecord routed = sink(
                        null,
                        new ConnectHeaders()
                                .addString("traceparent", TRACEPARENT)
                                .addString("__courier.origin.topic", "inbox")
                                .addString("__courier.origin.partition", "1")
                                .addString("__courier.origin.offset", "7")
                                .addString("__courier.origin.timestamp", Long.toString(NOW - 60_000)))
                .newRecord("elsewhere", 9, null, null, null, null, NOW - 500);

        this.<SinkRecord>stamp(emitting()).apply(routed);

        JsonNode event = onlyEvent();
        assertThat(event.get("event").textValue()).isEqualTo("receive");
        assertThat(event.get("parent_span_id").textValue()).isEqualTo(SPAN);
        assertThat(event.get("topic").textValue()).isEqualTo("orders");
        assertThat(event.get("partition").intValue()).isEqualTo(5);
        assertThat(event.get("offset").intValue()).isEqualTo(42);
        assertThat(event.get("record_ts").textValue()).isEqualTo("2023-11-14T22:13:19.623Z");
        assertThat(event.get("queue_delay_ms").longValue()).isEqualTo(500);
        assertThat(event.get("e2e_ms").longValue()).isEqualTo(60_000);
        assertThat(event.get("origin_topic").textValue()).isEqualTo("inbox");
        assertThat(event.get("origin_partition").intValue()).isEqualTo(1);
        assertThat(event.get("origin_offset").intValue()).isEqualTo(7);
        assertThat(event.get("tombstone").booleanValue()).isTrue();
        assertThat(event.get("status").textValue()).isEqualTo("ok");
    }

    @Test
    void givesTheEventOfARedeliveredSinkRecordTheSameId() throws Exception {
        this.<SinkRecord>stamp(emitting()).apply(sink("order", new ConnectHeaders()));
        this.<SinkRecord>stamp(emitting()).apply(sink("order", new ConnectHeaders()));

        assertThat(json(emitted.get(0)).get("event_id").textValue())
                .hasSize(32)
                .isEqualTo(json(emitted.get(1)).get("event_id").textValue());
    }

    @Test
    void stampsButDoesNotReportUnsampledTraces() {
        StampTrace<SourceRecord> stamp = stamp(with(emitting(), "sampling.ratio", "0"));

        SourceRecord unsampled = stamp.apply(source("order", new ConnectHeaders()));
        assertThat(text(unsampled, "traceparent")).endsWith("-00");
        assertThat(emitted).isEmpty();

        stamp.apply(source("order", new ConnectHeaders().addString("traceparent", TRACEPARENT)));
        assertThat(emitted).hasSize(1);
    }

    @Test
    void writesBytesIfTheRecordHasBytes() {
        StampTrace<SourceRecord> stamp = stamp(Map.of());

        assertThat(valuesOf(stamp.apply(source(new byte[0], new ConnectHeaders()))))
                .allMatch(byte[].class::isInstance);
        assertThat(valuesOf(stamp.apply(source(ByteBuffer.allocate(0), new ConnectHeaders()))))
                .allMatch(byte[].class::isInstance);
        assertThat(valuesOf(stamp.apply(source("text", new ConnectHeaders())))).allMatch(String.class::isInstance);
        assertThat(valuesOf(stamp.apply(source("text", new ConnectHeaders().addBytes("a", new byte[0])))))
                .allMatch(byte[].class::isInstance);
        assertThat(valuesOf(stamp.apply(source(new byte[0], new ConnectHeaders().addString("a", "")))))
                .allMatch(String.class::isInstance);
    }

    @Test
    void writesTheConfiguredFormat() {
        assertThat(valuesOf(this.<SourceRecord>stamp(Map.of("header.format", "bytes"))
                        .apply(source("text", new ConnectHeaders()))))
                .allMatch(byte[].class::isInstance);
        assertThat(valuesOf(this.<SourceRecord>stamp(Map.of("header.format", "string"))
                        .apply(source(new byte[0], new ConnectHeaders()))))
                .allMatch(String.class::isInstance);
    }

    @Test
    void isNamedByItsHostIfTheConnectorIsNotKnown() {
        StampTrace<SourceRecord> stamp =
                new StampTrace<>(clock(), ids(), () -> ConnectorContext.parse(null), this::open);
        stamp.configure(Map.of());

        assertThat(text(stamp.apply(source("order", new ConnectHeaders())), "trace_hops"))
                .matches("v1,1;k,[^,;]+," + NOW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            key                     | full   | String must be one of: hash, clear, none
            error.message           | all    | String must be one of: capped, none
            traceparent             | off    | String must be one of: continue, keep
            trace.id.header         | b3     | has another meaning
            sampling.ratio          | 1.5    | Invalid value 1.5 for configuration sampling.ratio: must be a number from 0 to 1
            sampling.ratio          | NaN    | Invalid value NaN for configuration sampling.ratio: must be a number from 0 to 1
            header.format           | json   | header.format: String must be one of: auto, string, bytes
            hops                    | maybe  | Invalid value maybe for configuration hops
            emit.topic              | a b    | Invalid value a b for configuration emit.topic: has a character other than
            emit.topic              | events | configuration emit.bootstrap.servers: is required with emit.topic; allowed: host:port,...
            emit.topic.partitions   | 0      | Invalid value 0 for configuration emit.topic.partitions: Value must be at least 1
            emit.queue.capacity     | 0      | Invalid value 0 for configuration emit.queue.capacity: Value must be at least 1
            message.id.from         | vale.x | message.id.from
            """)
    void refusesMistakes(String key, String value, String message) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> stamp(Map.of(key, value)))
                .withMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bootstrap.servers", "key.serializer", "value.serializer", "transactional.id"})
    void refusesOverridesOfPropertiesThatTheEmitterSets(String property) {
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> stamp(with(emitting(), "emit.producer." + property, "x")))
                .withMessageContaining(
                        "Invalid value x for configuration emit.producer." + property + ": cannot be overridden");
    }

    private <R extends ConnectRecord<R>> StampTrace<R> stamp(Map<String, String> properties) {
        StampTrace<R> stamp =
                new StampTrace<>(clock(), ids(), () -> ConnectorContext.parse("[orders-source|task-3] "), this::open);
        stamp.configure(properties);
        return stamp;
    }

    private TraceEmitter open(EmitterSettings settings) {
        opened.add(settings);
        return new TraceEmitter() {
            @Override
            public void emitFrom(Backlog backlog) {
                throw new AssertionError("a transform hands over each event by itself");
            }

            @Override
            public void emit(Supplier<TraceEvent> event) {
                emitted.add(event.get());
            }

            @Override
            public long dropped() {
                return 0;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    private JsonNode onlyEvent() throws IOException {
        assertThat(emitted).hasSize(1);
        return json(emitted.get(0));
    }

    private static JsonNode json(TraceEvent event) throws IOException {
        return new ObjectMapper().readTree(event.json());
    }

    private static String traceparent(String flags) {
        return "00-" + TRACE + "-" + SPAN + "-" + flags;
    }

    private static Clock clock() {
        return Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    }

    private static Ids ids() {
        return new Ids(clock(), new Random(7)::nextLong);
    }

    private static Map<String, String> emitting() {
        return Map.of("emit.topic", "message-trace", "emit.bootstrap.servers", "kafka:9092");
    }

    private static Map<String, String> with(Map<String, String> properties, String key, String value) {
        Map<String, String> all = new HashMap<>(properties);
        all.put(key, value);
        return all;
    }

    private static SourceRecord source(Object value, Headers headers) {
        return new SourceRecord(
                Map.of("p", 1), Map.of("o", 1), "orders", null, null, "the-key", null, value, NOW - 1, headers);
    }

    private static SinkRecord sink(@Nullable Object value, Headers headers) {
        return sink(value, headers, "orders");
    }

    private static SinkRecord sink(@Nullable Object value, Headers headers, String topic) {
        return new SinkRecord(
                topic, 5, null, "the-key", null, value, 42, NOW - 500, TimestampType.CREATE_TIME, headers);
    }

    private static String text(ConnectRecord<?> record, String name) {
        return String.valueOf(
                new ConnectMessageHeaders(record.headers(), ConnectMessageHeaders.Form.STRING).text(name));
    }

    private static List<Object> valuesOf(ConnectRecord<?> record) {
        List<Object> values = new ArrayList<>();
        for (Header header : record.headers()) {
            values.add(header.value());
        }
        return values;
    }
}
