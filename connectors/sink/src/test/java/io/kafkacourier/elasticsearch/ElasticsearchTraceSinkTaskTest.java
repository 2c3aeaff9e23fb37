/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder.responseDefinition;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.answer;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.cut;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.html;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.kafkacourier.elasticsearch.connection.TlsOnlyServer;
import io.kafkacourier.sink.FakeSinkTaskContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticsearchTraceSinkTaskTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final TopicPartition TRACES = new TopicPartition("message-trace", 0);
    private static final TopicPartition OTHERS = new TopicPartition("message-trace", 1);
    private static final String INDEX = "kafka-traces-2026.11.22/";
    private static final String BAD = item(400, "document_parsing_exception", "failed to parse");

    private final FakeElasticsearch elasticsearch = new FakeElasticsearch();
    private final FakeSinkTaskContext context = new FakeSinkTaskContext();
    private final Map<TopicPartition, Long> read = new HashMap<>();
    private long aheadMs;
    private final ElasticsearchTraceSinkTask task = new ElasticsearchTraceSinkTask(
            Clock.fixed(NOW, ZoneOffset.UTC),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + aheadMs,
            new Random(7));

    @BeforeEach
    void initialize() {
        task.initialize(context);
    }

    @AfterEach
    void stop() {
        task.stop();
        elasticsearch.close();
    }

    @Test
    void indexesEventsAsTheyCameUnderTheirOwnIds() {
        start();
        put(records(0, 3));
        awaitCommittable(TRACES, 3);
        assertThat(elasticsearch.documents())
                .containsOnlyKeys(INDEX + "e0", INDEX + "e1", INDEX + "e2")
                .containsEntry(INDEX + "e1", value(1));
    }

    @Test
    void bringsTheTemplateInPlaceBeforeTheFirstDocument() {
        start();
        put(records(0, 1));
        assertThat(elasticsearch.bulks()).isEmpty();
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).contains("\"kafka-traces-2*\"").contains("\"version\":2");
    }

    @Test
    void leavesATemplateOfAHigherVersionAlone() {
        String newer = "{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":99,\"template\":{}}";
        elasticsearch.template(newer);
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).isEqualTo(newer);
    }

    @Test
    void replacesATemplateOfALowerVersion() {
        elasticsearch.template("{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":1,"
                + "\"_meta\":{\"managed_by\":\"kafka-connect-courier\"},\"template\":{}}");
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).contains("\"version\":2");
    }

    @Test
    void replacesATemplateOfTheSameVersionThatSaysSomethingElseOfRetention() {
        elasticsearch.template("{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":2,"
                + "\"_meta\":{\"managed_by\":\"kafka-connect-courier\",\"retention\":\"ilm\"},\"template\":{}}");
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).contains("\"retention\":\"none\"");
    }

    @Test
    void leavesATemplateOfTheSameVersionAndRetentionAlone() {
        String same = "{\"index_patterns\":[\"kafka-traces-2*\"],\"composed_of\":[],\"version\":2,"
                + "\"_meta\":{\"managed_by\":\"kafka-connect-courier\",\"retention\":\"none\","
                + "\"connectors\":{\"traces\":\"janitor 7d\"}},\"template\":{}}";
        elasticsearch.template(same);
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).isEqualTo(same);
    }

    @Test
    void leavesRetentionToIndexLifecycleManagementWhereTheServerHasIt() {
        elasticsearch.has("/_ilm/status", "{\"operation_mode\":\"RUNNING\"}").has("/_ilm/policy", "{}");
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces"))
                .contains("\"min_age\":\"8d\"")
                .contains("\"managed_by\":\"kafka-connect-courier\"");
        assertThat(elasticsearch.template()).contains("\"index.lifecycle.name\":\"kafka-traces\"");
    }

    @Test
    void leavesAPolicyThatSomebodyElseMadeAlone() {
        String theirs = "{\"kafka-traces\":{\"version\":3,\"modified_date\":\"2026-11-22T12:00:00.000Z\","
                + "\"policy\":{\"phases\":{}}}}";
        elasticsearch.has("/_ilm/status", "{}").has("/_ilm/policy/kafka-traces", theirs);
        start();
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.put("/_ilm/policy/kafka-traces")).isEqualTo(theirs);
        assertThat(elasticsearch.template()).contains("\"index.lifecycle.name\":\"kafka-traces\"");
    }

    @Test
    void givesADataStreamALifecycleWhereTheServerHasThat() {
        elasticsearch.has("/_data_stream", "{\"data_streams\":[]}");
        start(Map.of("index.strategy", "datastream", "datastream.namespace", "prod", "retention", "36h"));
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        String stream = "traces-kafka.messages-prod";
        assertThat(elasticsearch.documents()).containsOnlyKeys(stream + "/e0", stream + "/e1");
        assertThat(elasticsearch.template())
                .contains("\"index_patterns\":[\"" + stream + "\"]")
                .contains("\"data_retention\":\"36h\"");
        assertThat(elasticsearch.put("/_data_stream/" + stream + "/_lifecycle"))
                .as("lifecycle of a stream that is there already")
                .contains("\"36h\"");
    }

    @Test
    void makesEventsOfTraceHeadersAndSkipsRecordsWithoutThem() {
        start(Map.of("record.source", "headers"));
        SinkRecord traced = record(TRACES, 0, "not json");
        traced.headers().addString("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        put(List.of(traced, record(TRACES, 1, value(1))));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents().values())
                .singleElement()
                .asString()
                .contains("\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"")
                .doesNotContain("not json");
        assertThat(context.reports).isEmpty();
    }

    @Test
    void asksForNoTemplateThatIsTheUsers() {
        start(Map.of("index.template.manage", "false"));
        put(records(0, 1));
        awaitCommittable(TRACES, 1);
        assertThat(elasticsearch.template()).isEmpty();
    }

    @Test
    void commitsNothingBeforeItsAnswer() {
        start(Map.of("linger", "1h"));
        put(records(0, 3));
        put(List.of());
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void countsAConflictWithAnEarlierDeliveryAsDone() {
        start();
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        read.clear();
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).hasSize(2);
    }

    @Test
    void sendsExactlyTheItemsAgainThatWereRejected() {
        List<String> rejected = new ArrayList<>(List.of("e1", "e3"));
        elasticsearch.items(operation ->
                rejected.remove(operation.id()) ? item(429, "es_rejected_execution_exception", "queue full") : null);
        start();
        put(records(0, 5));
        awaitCommittable(TRACES, 5);
        assertThat(elasticsearch.bulks()).hasSize(2);
        assertThat(elasticsearch.bulks().get(1).stream().map(FakeElasticsearch.Operation::id))
                .containsExactly("e1", "e3");
        assertThat(elasticsearch.documents()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504, 401, 403, 404})
    void neverGivesUpOnAServerThatRefusesEverything(int status) {
        String body = error(status, "some_exception", "no");
        elasticsearch.next(status, body).next(status, body).next(status, body);
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.documents()).hasSize(4);
        assertThat(context.reports).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    void neverGivesUpOnABrokenConnection(Fault fault) {
        elasticsearch.nextBreaks(fault).nextBreaks(fault);
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.documents()).hasSize(4);
    }

    @Test
    void sendsAllAgainWhenTheAnswerIsCutOff() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body.substring(0, body.length() / 2)));
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.bulks()).hasSize(2).allMatch(bulk -> bulk.size() == 4);
    }

    @Test
    void sendsAllAgainWhenTheAnswerCountsFewerItems() {
        elasticsearch.nextCarriedOutBut(
                body -> answer(200, "{\"errors\":false,\"items\":[{\"create\":{\"status\":201}}]}"));
        start();
        put(records(0, 4));
        awaitCommittable(TRACES, 4);
        assertThat(elasticsearch.bulks()).hasSize(2).allMatch(bulk -> bulk.size() == 4);
    }

    @Test
    void commitsNothingOnAnAnswerThatSaysNothing() {
        elasticsearch.next(200, "<html>welcome to the proxy</html>");
        start();
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).hasSize(2);
    }

    @Test
    void survivesAServerThatIsNotThere() {
        start();
        elasticsearch.close();
        put(records(0, 4));
        await().until(() -> {
            put(List.of());
            return context.paused.contains(TRACES);
        });
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void pausesWhileTheServerIsInTroubleAndResumesAfter() {
        for (int i = 0; i < 3; i++) {
            elasticsearch.next(503, error(503, "unavailable", "no"));
        }
        start();
        put(records(0, 4));
        await().until(() -> {
            put(List.of());
            return context.paused.contains(TRACES);
        });
        awaitCommittable(TRACES, 4);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void pausesPartitionsThatComeWhileTheOthersArePaused() {
        start(Map.of("buffer.max.bytes", "1024", "linger", "1h"));
        put(records(0, 20));
        assertThat(context.paused).containsExactly(TRACES);
        assign(OTHERS);
        assertThat(context.paused).contains(OTHERS);
    }

    @Test
    void pausesOnAFullBufferAndResumesWhenItIsEmpty() {
        start(Map.of("buffer.max.bytes", "4096"));
        put(records(0, 50));
        assertThat(context.paused).containsExactly(TRACES);
        awaitCommittable(TRACES, 50);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void countsKeysAndHeadersOfWhatItHolds() {
        start(Map.of("buffer.max.bytes", "40000", "linger", "1h"));
        put(records(0, 20));
        assertThat(context.paused).isEmpty();
        SinkRecord heavy = record(TRACES, 20, value(20))
                .newRecord(TRACES.topic(), 0, null, new byte[20_000], null, bytes(value(20)), NOW.toEpochMilli());
        heavy.headers().addBytes("blob", new byte[20_000]);
        put(List.of(heavy));
        assertThat(context.paused).containsExactly(TRACES);
    }

    @Test
    void countsWhatWaitsForItsReport() {
        context.reportsAreDurableAtOnce = false;
        start(Map.of("buffer.max.bytes", "4096"));
        put(List.of(record(TRACES, 0, "x".repeat(5_000))));
        assertThat(context.paused).containsExactly(TRACES);
        context.reports.get(0).done().complete(null);
        awaitCommittable(TRACES, 1);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void asksToBeCalledSoonWhileSomethingIsPending() {
        start(Map.of("linger", "50ms"));
        put(records(0, 1));
        assertThat(context.timeoutMs).isBetween(1L, 50L);
    }

    @Test
    void halvesARequestThatIsTooLargeForTheServer() {
        elasticsearch.next(413, "").next(413, "");
        start();
        put(records(0, 8));
        awaitCommittable(TRACES, 8);
        assertThat(elasticsearch.bulks()).extracting(List::size).startsWith(8);
        assertThat(elasticsearch.bulks())
                .extracting(List::size)
                .filteredOn(size -> size == 8)
                .hasSize(1);
        assertThat(elasticsearch.documents()).hasSize(8);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void halvesARequestOverTheServersPressureLimit() {
        elasticsearch.next(429, error(429, "es_rejected_execution_exception", "limit"));
        start();
        put(records(0, 8));
        awaitCommittable(TRACES, 8);
        assertThat(elasticsearch.bulks()).extracting(List::size).containsExactly(8, 4, 4);
    }

    @Test
    void reportsTheOneDocumentThatIsTooLarge() {
        for (int i = 0; i < 2; i++) {
            elasticsearch.next(413, "");
        }
        start(Map.of("max.in.flight", "1"));
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).containsOnlyKeys(INDEX + "e1");
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).error())
                .hasMessage("message-trace-0@0 was refused for index kafka-traces-2026.11.22 by Elasticsearch:"
                        + " 413 no reason given");
    }

    @Test
    void findsTheOneOperationThatSpoilsARequest() {
        start(Map.of("max.in.flight", "1"));
        // As the real one: a request is refused as long as the first of the eight is in it.
        for (int refusal = 0; refusal < 4; refusal++) {
            elasticsearch.next(400, error(400, "action_request_validation_exception", "id too long"));
        }
        put(records(0, 8));
        awaitCommittable(TRACES, 8);
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).record().kafkaOffset()).isZero();
        assertThat(elasticsearch.documents()).hasSize(7);
        assertThat(elasticsearch.bulks()).extracting(List::size).containsExactly(8, 4, 2, 1, 1, 2, 4);
    }

    @Test
    void reportsTheRecordItWasGivenAndHoldsItsOffsetUntilTheReportIsDurable() {
        elasticsearch.items(operation -> operation.id().equals("e1") ? BAD : null);
        context.reportsAreDurableAtOnce = false;
        start();
        List<SinkRecord> records = records(0, 3);
        put(records);
        awaitCommittable(TRACES, 1);
        await().until(() -> {
            put(List.of());
            return context.reports.size() == 1;
        });
        assertThat(context.reports.get(0).record()).isSameAs(records.get(1));
        assertThat(context.reports.get(0).error())
                .isInstanceOf(DataException.class)
                .hasMessage("message-trace-0@1 was refused for index kafka-traces-2026.11.22 by Elasticsearch:"
                        + " 400 document_parsing_exception");
        put(List.of());
        assertThat(committable(TRACES)).isEqualTo(1);
        context.reports.get(0).done().complete(null);
        awaitCommittable(TRACES, 3);
    }

    @Test
    void failsWhenAReportFails() {
        elasticsearch.items(operation -> BAD);
        context.reportsAreDurableAtOnce = false;
        start();
        put(records(0, 1));
        await().until(() -> {
            put(List.of());
            return context.reports.size() == 1;
        });
        context.reports.get(0).done().completeExceptionally(new IllegalStateException("dead letter topic is gone"));
        assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessage("The report of message-trace-0@0 to the dead letter topic failed");
        assertThat(committable(TRACES)).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "17", "[]", "\"text\"", "null", "{\"a\":1", "{\"a\":1} {}", "{\"a\":NaN}", "{a:1}"})
    void reportsValuesThatAreNotOneJsonObject(String value) {
        start();
        put(List.of(record(TRACES, 0, value), record(TRACES, 1, value(1))));
        awaitCommittable(TRACES, 2);
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).record().kafkaOffset()).isZero();
        assertThat(elasticsearch.documents()).containsOnlyKeys(INDEX + "e1");
    }

    @Test
    void passesOverNullValues() {
        start();
        put(List.of(record(TRACES, 0, null), record(TRACES, 1, null)));
        assertThat(committable(TRACES)).isEqualTo(2);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void passesOverWhatIsMalformedWhereToldTo() {
        context.hasReporter = false;
        start(Map.of("on.malformed", "warn"));
        put(List.of(record(TRACES, 0, "17"), record(TRACES, 1, value(1))));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).hasSize(1);
    }

    @Test
    void failsOnWhatIsMalformedWhereToldTo() {
        context.hasReporter = false;
        start(Map.of("on.malformed", "fail"));
        assertThatThrownBy(() -> put(List.of(record(TRACES, 0, "17"))))
                .isInstanceOf(ConnectException.class)
                .hasMessage("A record cannot be written, and on.malformed=fail")
                .rootCause()
                .hasMessage("message-trace-0@0 has a value that is not a JSON object");
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void refusesToStartWithoutAReporterToReportTo() {
        context.hasReporter = false;
        assertThatThrownBy(this::start)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("errors.tolerance=all and errors.deadletterqueue.topic.name");
    }

    @Test
    void refusesToStartWithoutADeadLetterTopic() {
        assertThatThrownBy(() -> start(Map.of("errors.deadletterqueue.topic.name", "")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("errors.deadletterqueue.topic.name")
                .hasMessageContaining("must name a topic");
    }

    @Test
    void holdsDocumentsOfAFaultyIndexWithoutHoldingUpTheOthers() {
        elasticsearch.items(operation ->
                operation.index().endsWith(".21") ? item(403, "cluster_block_exception", "index blocked") : null);
        start();
        SinkRecord yesterday = record(
                TRACES,
                0,
                "{\"schema\":1,\"event\":\"send\",\"event_id\":\"old\",\"@timestamp\":\"2026-11-21T10:00:00Z\"}");
        put(List.of(yesterday, record(TRACES, 1, value(1))));
        put(List.of(record(OTHERS, 0, value(7))));
        awaitCommittable(OTHERS, 1);
        assertThat(committable(TRACES)).isZero();
        assertThat(context.paused).isEmpty();
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.documents()).containsKey("kafka-traces-2026.11.21/old");
    }

    @ParameterizedTest
    @CsvSource({
        "429, cluster_block_exception",
        "429, es_rejected_execution_exception",
        "500, exception",
        "502, exception",
        "503, unavailable_shards_exception",
        "504, timeout_exception",
        "408, timeout_exception",
        "400, index_closed_exception"
    })
    void anIndexThatRefusesItsDocumentsStopsNoOther(int status, String type) {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 20) || isOfTheDay(operation, 21) ? item(status, type, "no") : null);
        start();
        assign(OTHERS);
        put(List.of(ofTheDay(TRACES, 0, 20), ofTheDay(TRACES, 1, 21), ofTheDay(TRACES, 2, 22)));
        for (int i = 0; i < 20; i++) {
            put(List.of(ofTheDay(OTHERS, i, 22)));
            awaitCommittable(OTHERS, i + 1);
        }
        assertThat(committable(TRACES)).isZero();
        assertThat(context.paused).isEmpty();
        assertThat(elasticsearch.documents()).containsKey(INDEX + "message-trace-0-2");

        elasticsearch.items(operation -> isOfTheDay(operation, 21) ? item(status, type, "no") : null);
        awaitCommittable(TRACES, 1);

        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 3);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void sendsAFaultyIndexOneProbeAtATimeAndNothingElse() {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 21) ? item(503, "unavailable_shards_exception", "no") : null);
        start(Map.of("bulk.max.records", "10", "retry.backoff.initial", "1h", "retry.backoff.max", "1h"));
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("503 unavailable_shards_exception");
        for (int i = 1; i <= 100; i++) {
            put(List.of(ofTheDay(TRACES, i, 21), ofTheDay(OTHERS, i, 22)));
        }
        awaitCommittable(OTHERS, 101);
        assertThat(elasticsearch.bulks().stream().filter(bulk -> isOfTheDay(bulk.get(0), 21)))
                .hasSize(1);
    }

    @Test
    void pausesOnlyThePartitionThatFillsTheMemoryForFaultyIndices() {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 21) ? item(503, "unavailable_shards_exception", "no") : null);
        start(Map.of("buffer.max.bytes", "100000"));
        assign(OTHERS);
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("503 unavailable_shards_exception");
        assertThat(context.paused).isEmpty();
        for (int i = 1; context.paused.isEmpty(); i++) {
            assertThat(i).as("records that are taken for a faulty index").isLessThan(200);
            put(List.of(ofTheDay(TRACES, i, 21)));
        }
        assertThat(context.paused).containsExactly(TRACES);
        for (int i = 0; i < 200; i++) {
            put(List.of(ofTheDay(OTHERS, i, 22)));
            if (i % 20 == 19) {
                awaitCommittable(OTHERS, i + 1);
            }
        }
        assertThat(context.paused).containsExactly(TRACES);

        elasticsearch.allItemsWork();
        await().until(() -> {
            put(List.of());
            return context.paused.isEmpty();
        });
    }

    @Test
    void anIndexWhoseRequestsTimeOutStopsNoOther() {
        elasticsearch.refuseBulks(bulk -> isOfTheDay(bulk.get(0), 21) ? html(504) : null);
        start(Map.of("max.in.flight", "1"));
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("504 no reason given");
        for (int i = 0; i < 20; i++) {
            put(List.of(ofTheDay(OTHERS, i, 22)));
            awaitCommittable(OTHERS, i + 1);
        }
        assertThat(context.paused).isEmpty();
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 1);
    }

    static Stream<Arguments> waysToDislikeADocument() {
        return Stream.of(
                Arguments.of(
                        "no answer: SocketException", (Supplier<ResponseDefinitionBuilder>) FakeElasticsearch::cut),
                Arguments.of("403 no reason given", (Supplier<ResponseDefinitionBuilder>) () -> html(403)),
                Arguments.of("400 no reason given", (Supplier<ResponseDefinitionBuilder>) () -> html(400)),
                Arguments.of("400 illegal_argument_exception", (Supplier<ResponseDefinitionBuilder>)
                        () -> answer(400, error(400, "illegal_argument_exception", "something new"))));
    }

    @ParameterizedTest
    @MethodSource("waysToDislikeADocument")
    void findsTheOneDocumentWhoseRequestsNeverGetThrough(String error, Supplier<ResponseDefinitionBuilder> refusal) {
        elasticsearch.refuseBulks(
                bulk -> bulk.stream().anyMatch(operation -> operation.id().equals("e5")) ? refusal.get() : null);
        start();
        put(records(0, 12));
        awaitCommittable(TRACES, 12);
        assertThat(elasticsearch.documents()).hasSize(11);
        assertThat(context.reports).hasSize(1);
        assertThat(context.reports.get(0).record().kafkaOffset()).isEqualTo(5);
        assertThat(context.reports.get(0).error())
                .hasMessage(
                        "message-trace-0@5 was refused for index kafka-traces-2026.11.22 by Elasticsearch: " + error);
    }

    @ParameterizedTest
    @MethodSource("waysToDislikeADocument")
    void reportsNothingWhileEveryRequestIsRefused(String error, Supplier<ResponseDefinitionBuilder> refusal) {
        elasticsearch.refuseBulks(bulk -> refusal.get());
        start();
        put(records(0, 3));
        await().until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() > 30;
        });
        assertThat(context.reports).isEmpty();
        assertThat(committable(TRACES)).isZero();
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("DestinationFault"))
                    .as("faults that somebody has to fix")
                    .isEqualTo(1);
        });
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 3);
        assertThat(elasticsearch.documents()).hasSize(3);
        assertThat(attribute("DestinationFault")).isEqualTo(0);
    }

    /** What was sent before the trouble began proves nothing, however late it is answered. */
    @Test
    void reportsNothingIfOnlyRequestsFromBeforeTheTroubleWereTaken() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(400));
        elasticsearch.refuseBulks(bulk -> html(403));
        start(Map.of("linger", "0", "bulk.max.records", "8", "max.in.flight", "2"));
        put(records(0, 1));
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() == 1;
        });
        put(records(1, 9));
        awaitCommittable(TRACES, 1);
        int refusedSoFar = elasticsearch.bulks().size();
        await().pollInterval(Duration.ofMillis(2)).until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() > refusedSoFar + 80;
        });
        assertThat(context.reports).isEmpty();
        assertThat(elasticsearch.documents()).hasSize(1);
        assertThat(committable(TRACES)).isEqualTo(1);
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 9);
        assertThat(context.reports).isEmpty();
    }

    @Test
    void forgetsAFaultOfTheConnectionWhenNothingIsLeftToSend() {
        elasticsearch.refuseBulks(bulk -> answer(401, error(401, "security_exception", "no")));
        start();
        put(records(0, 2));
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("DestinationFault")).isEqualTo(1);
        });
        revoke(TRACES);
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("DestinationFault")).isEqualTo(0);
        });
    }

    /** Until the first refusal everything that is read counts as flowing, so a sick index can fill the whole buffer. */
    @Test
    void anIndexThatFillsTheWholeBufferBeforeItIsKnownToBeFaultyStopsNoOther() {
        elasticsearch.items(
                operation -> isOfTheDay(operation, 21) ? item(503, "unavailable_shards_exception", "no") : null);
        start(Map.of("buffer.max.bytes", "40000", "linger", "0"));
        assign(OTHERS);
        put(List.of(ofTheDay(OTHERS, 0, 22)));
        awaitCommittable(OTHERS, 1);
        put(IntStream.range(0, 90).mapToObj(i -> ofTheDay(TRACES, i, 21)).toList());
        awaitError("503 unavailable_shards_exception");
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(context.paused).containsExactly(TRACES);
        });
        put(List.of(ofTheDay(OTHERS, 1, 22)));
        awaitCommittable(OTHERS, 2);
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 90);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void failsWhereToldToWhenEveryRequestIsRefusedForNoKnownReason() {
        elasticsearch.refuseBulks(bulk -> html(403));
        start(Map.of("on.destination.fault", "fail"));
        put(records(0, 2));
        await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("403 no reason given")
                .hasMessageContaining("on.destination.fault=fail"));
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void bringsBackATemplateThatWasLostBeforeANewIndexIsMade() {
        start();
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitCommittable(TRACES, 1);
        elasticsearch.template("");

        put(List.of(ofTheDay(TRACES, 1, 22)));
        assertThat(elasticsearch.documents()).doesNotContainKey(INDEX + "message-trace-0-1");
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.template()).contains("\"kafka-traces-2*\"");
    }

    @Test
    void looksAtTheTemplateAgainAfterTenMinutes() {
        start();
        put(List.of(ofTheDay(TRACES, 0, 22)));
        awaitCommittable(TRACES, 1);
        elasticsearch.template("");
        put(List.of(ofTheDay(TRACES, 1, 22)));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.template()).isEmpty();

        aheadMs = Duration.ofMinutes(10).toMillis();

        awaitTemplate();
    }

    @Test
    void failsIfItIsToldSoOnAPortThatClosesConnectionsWithoutTls() throws IOException {
        try (TlsOnlyServer tls = new TlsOnlyServer()) {
            start(Map.of(
                    "on.destination.fault",
                    "fail",
                    "index.template.manage",
                    "false",
                    "elasticsearch.hosts",
                    "http://localhost:" + tls.port()));
            put(records(0, 1));
            await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("speaks TLS on this port: use https://"));
        }
    }

    @Test
    void saysWhyAServerWillNeverTakeDocuments() {
        elasticsearch.refuseBulks(bulk -> html(406));
        start(Map.of("on.destination.fault", "fail", "index.template.manage", "false"));
        put(records(0, 1));
        await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("is not Elasticsearch 8 or 9"));
        assertThat(String.valueOf(attribute("LastError"))).contains("is not Elasticsearch 8 or 9");
    }

    @Test
    void acceptsAnswersThatLostTheProductHeaderOnTheirWay() {
        elasticsearch.nextCarriedOutBut(
                body -> responseDefinition().withStatus(200).withBody(body));
        start(Map.of("index.template.manage", "false"));
        put(records(0, 2));
        awaitCommittable(TRACES, 2);
        assertThat(elasticsearch.bulks()).hasSize(1);
    }

    /** Whatever goes wrong in whatever order: a record is indexed, or reported if it can never be, and nothing is committed before. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyRecordIsIndexedOrReportedWhateverGoesWrong(long seed) {
        int count = 200;
        Random random = new Random(seed);
        elasticsearch.items(operation -> {
            if (operation.id().endsWith("7")) {
                return BAD;
            }
            return switch (random.nextInt(12)) {
                case 0 -> item(429, "es_rejected_execution_exception", "no");
                case 1 -> item(503, "unavailable_shards_exception", "no");
                case 2 -> item(403, "cluster_block_exception", "no");
                case 3 -> item(400, "index_closed_exception", "no");
                default -> null;
            };
        });
        elasticsearch.refuseBulks(bulk -> switch (random.nextInt(24)) {
            case 0 -> cut();
            case 1 -> html(502);
            case 2 -> html(504);
            case 3 -> answer(429, error(429, "es_rejected_execution_exception", "no"));
            case 4 -> bulk.size() > 4 ? html(413) : null;
            default -> null;
        });
        start(Map.of("bulk.max.records", "20", "buffer.max.bytes", "40000", "close.timeout", "0"));
        for (int i = 0; i < count / 2; i++) {
            put(List.of(ofTheDay(TRACES, i, 20 + i % 3)));
            assertThat(committable(TRACES)).isLessThanOrEqualTo(settledUpTo(count));
        }
        int redelivered = (int) committable(TRACES);
        revoke(TRACES);
        assign(TRACES);
        for (int i = redelivered; i < count; i++) {
            put(List.of(ofTheDay(TRACES, i, 20 + i % 3)));
            assertThat(committable(TRACES)).isLessThanOrEqualTo(settledUpTo(count));
        }
        elasticsearch.items(operation -> operation.id().endsWith("7") ? BAD : null);
        elasticsearch.refuseBulks(bulk -> null);
        awaitCommittable(TRACES, count);
        assertThat(settledUpTo(count)).isEqualTo(count);
        assertThat(context.reports)
                .extracting(report -> report.record().kafkaOffset())
                .allMatch(offset -> offset % 10 == 7);
    }

    /** A document that waits for its index must not let memory grow with each record that is read after it. */
    @Test
    void memoryDoesNotGrowBehindADocumentThatWaits() {
        elasticsearch.items(operation -> isOfTheDay(operation, 21) ? item(403, "cluster_block_exception", "no") : null);
        start(Map.of("retry.backoff.initial", "1h", "retry.backoff.max", "1h"));
        put(List.of(ofTheDay(TRACES, 0, 21)));
        awaitError("403 cluster_block_exception");
        long held = bufferedBytes();
        for (int i = 1; i <= 3_000; i++) {
            put(List.of(ofTheDay(TRACES, i, 22)));
        }
        await().untilAsserted(() -> {
            put(List.of());
            assertThat(elasticsearch.documents()).hasSize(3_000);
            assertThat(bufferedBytes()).isEqualTo(held);
        });
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void readsOnBetweenAttemptsWhileTheServerIsInTrouble() {
        elasticsearch.refuseBulks(bulk -> answer(503, error(503, "unavailable", "no")));
        start();
        put(records(0, 1));
        for (int i = 0; i < 3; i++) {
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                put(List.of());
                return context.paused.contains(TRACES);
            });
            await().pollInterval(Duration.ofMillis(1)).until(() -> {
                put(List.of());
                return context.paused.isEmpty();
            });
        }
        assertThat(elasticsearch.documents()).isEmpty();
    }

    @Test
    void failsOnADestinationFaultWhereToldTo() {
        elasticsearch.items(operation -> item(403, "cluster_block_exception", "index blocked"));
        start(Map.of("on.destination.fault", "fail"));
        put(records(0, 1));
        await().untilAsserted(() -> assertThatThrownBy(() -> put(List.of()))
                .isInstanceOf(ConnectException.class)
                .hasMessage(
                        "Elasticsearch refuses records: 403 cluster_block_exception, and on.destination.fault=fail"));
        assertThat(committable(TRACES)).isZero();
    }

    @Test
    void holdsAnUnclearErrorAgainstTheIndexUntilThatTookADocument() {
        elasticsearch.items(operation ->
                operation.id().equals("e0") ? item(400, "illegal_argument_exception", "something new") : null);
        start(Map.of("bulk.max.records", "1", "max.in.flight", "1"));
        put(records(0, 1));
        await().until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() >= 2;
        });
        assertThat(context.reports).isEmpty();
        put(records(1, 2));
        awaitCommittable(TRACES, 2);
        assertThat(context.reports).hasSize(1);
    }

    @Test
    void followsTheOriginalCoordinatesUnderATopicChangingTransform() {
        start();
        SinkRecord routed =
                record(TRACES, 5, "{}").newRecord("elsewhere", 9, null, null, null, bytes("{}"), NOW.toEpochMilli());
        put(List.of(routed));
        awaitCommittable(TRACES, 6);
        assertThat(elasticsearch.documents()).containsOnlyKeys(INDEX + "message-trace-0-5-" + NOW.toEpochMilli());
    }

    @Test
    void commitsBehindRecordsThatTransformsDropped() {
        start();
        put(records(0, 2));
        read.put(TRACES, 10L);
        awaitCommittable(TRACES, 10);
    }

    @Test
    void ignoresAnswersForAnEarlierAssignment() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(300));
        start(Map.of("close.timeout", "0", "linger", "0"));
        put(List.of());
        awaitTemplate();
        put(records(0, 3));
        revoke(TRACES);
        assign(TRACES);
        elasticsearch.items(operation -> item(503, "unavailable", "later"));
        put(records(0, 3));
        await().until(() -> {
            put(List.of());
            return elasticsearch.bulks().size() >= 3;
        });
        assertThat(committable(TRACES)).isZero();
        elasticsearch.allItemsWork();
        awaitCommittable(TRACES, 3);
        assertThat(elasticsearch.documents()).hasSize(3);
    }

    @Test
    void givesTheMemoryOfLostPartitionsBack() {
        start(Map.of("buffer.max.bytes", "4096", "linger", "1h"));
        assign(OTHERS);
        put(records(0, 50));
        assertThat(context.paused).containsExactlyInAnyOrder(TRACES, OTHERS);
        task.close(List.of(TRACES));
        context.revoke(TRACES);
        context.paused.remove(TRACES);
        read.remove(TRACES);
        await().until(() -> {
            put(List.of());
            return context.paused.isEmpty();
        });
    }

    @Test
    void waitsForItsPartitionsOnCloseAndMovesTheOffsetsUp() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(2_000));
        start(Map.of("linger", "0"));
        awaitTemplate();
        put(records(0, 3));
        Map<TopicPartition, OffsetAndMetadata> offsets = task.preCommit(current());
        assertThat(offsets).containsEntry(TRACES, new OffsetAndMetadata(0));
        task.close(List.of(TRACES));
        assertThat(offsets).containsEntry(TRACES, new OffsetAndMetadata(3));
    }

    @Test
    void closesWithinItsTimeout() {
        elasticsearch.nextCarriedOutBut(body -> answer(200, body).withFixedDelay(3_000));
        start(Map.of("linger", "0", "close.timeout", "100ms"));
        awaitTemplate();
        put(records(0, 3));
        Map<TopicPartition, OffsetAndMetadata> offsets = task.preCommit(current());
        long begin = System.nanoTime();
        task.close(List.of(TRACES));
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        assertThat(offsets).containsEntry(TRACES, new OffsetAndMetadata(0));
    }

    @Test
    void doesNotWaitOnCloseForAServerInTrouble() {
        for (int i = 0; i < 5; i++) {
            elasticsearch.next(503, error(503, "unavailable", "no"));
        }
        start(Map.of("retry.backoff.initial", "1h", "retry.backoff.max", "1h", "close.timeout", "1h"));
        put(records(0, 3));
        await().until(() -> {
            put(List.of());
            return context.paused.contains(TRACES);
        });
        task.preCommit(current());
        task.close(List.of(TRACES));
        assertThat(elasticsearch.documents()).isEmpty();
    }

    @Test
    void publishesWhatItCountsUntilItStops() throws Exception {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name =
                new ObjectName("io.kafkacourier:type=elasticsearch-trace-sink,connector=\"traces\",task=\"0\"");
        start();
        put(records(0, 3));
        put(List.of(record(TRACES, 3, "17"), record(TRACES, 4, null)));
        awaitCommittable(TRACES, 5);
        assertThat(server.getAttribute(name, "Documents")).isEqualTo(3L);
        assertThat(server.getAttribute(name, "Refused")).isEqualTo(1L);
        assertThat(server.getAttribute(name, "Skipped")).isEqualTo(1L);
        assertThat(server.getAttribute(name, "BufferedBytes")).isEqualTo(0L);
        task.stop();
        assertThat(server.isRegistered(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void honoursBulkLimits(String compression) {
        start(Map.of("bulk.max.records", "3", "compression", compression));
        put(records(0, 10));
        awaitCommittable(TRACES, 10);
        assertThat(elasticsearch.bulks()).extracting(List::size).containsExactlyInAnyOrder(3, 3, 3, 1);
    }

    private void start() {
        start(Map.of());
    }

    private void start(Map<String, String> overrides) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "traces",
                "elasticsearch.hosts", elasticsearch.url(),
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "dead",
                "linger", "5ms",
                "retry.backoff.initial", "5ms",
                "retry.backoff.max", "20ms"));
        properties.putAll(overrides);
        task.start(properties);
        assign(TRACES);
    }

    private void assign(TopicPartition partition) {
        context.assign(partition);
        task.open(List.of(partition));
        read.put(partition, 0L);
    }

    private void revoke(TopicPartition partition) {
        task.preCommit(current());
        task.close(List.of(partition));
        context.revoke(partition);
        context.paused.remove(partition);
        read.remove(partition);
    }

    private void put(List<SinkRecord> records) {
        records.forEach(record -> read.merge(
                new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                record.originalKafkaOffset() + 1,
                Math::max));
        task.put(records);
    }

    private Map<TopicPartition, OffsetAndMetadata> current() {
        Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
        read.forEach((partition, offset) -> current.put(partition, new OffsetAndMetadata(offset)));
        return current;
    }

    private long committable(TopicPartition partition) {
        return Objects.requireNonNull(task.preCommit(current()).get(partition)).offset();
    }

    /** Goes on as a worker would, without new records, until that offset can be committed. */
    private void awaitCommittable(TopicPartition partition, long offset) {
        await().pollInterval(Duration.ofMillis(2)).untilAsserted(() -> {
            put(List.of());
            assertThat(committable(partition)).isEqualTo(offset);
        });
        put(List.of());
    }

    private void awaitTemplate() {
        await().until(() -> {
            put(List.of());
            return !elasticsearch.template().isEmpty();
        });
        await().pollDelay(Duration.ofMillis(20)).until(() -> {
            put(List.of());
            return true;
        });
    }

    /** The first of so many records of a topic that is neither indexed nor reported. */
    private long settledUpTo(int end) {
        Set<String> ids = new HashSet<>();
        elasticsearch.documents().keySet().forEach(key -> ids.add(key.substring(key.indexOf('/') + 1)));
        context.reports.forEach(report -> ids.add(TRACES + "-" + report.record().kafkaOffset()));
        long offset = 0;
        while (offset < end && ids.contains(TRACES + "-" + offset)) {
            offset++;
        }
        return offset;
    }

    private void awaitError(String error) {
        await().pollInterval(Duration.ofMillis(2)).untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("LastError")).isEqualTo(error);
        });
    }

    private long bufferedBytes() {
        return (Long) attribute("BufferedBytes");
    }

    private static Object attribute(String name) {
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(
                            new ObjectName(
                                    "io.kafkacourier:type=elasticsearch-trace-sink,connector=\"traces\",task=\"0\""),
                            name);
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isOfTheDay(FakeElasticsearch.Operation operation, int day) {
        return operation.index().endsWith("." + day);
    }

    /** A trace event of November, with an id of its own. */
    private static SinkRecord ofTheDay(TopicPartition partition, int offset, int day) {
        return record(
                partition,
                offset,
                "{\"schema\":1,\"event\":\"send\",\"event_id\":\"" + partition + "-" + offset
                        + "\",\"@timestamp\":\"2026-11-" + day + "T11:00:00.000Z\"}");
    }

    private static List<SinkRecord> records(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> record(TRACES, i, value(i)))
                .toList();
    }

    private static String value(int i) {
        return "{\"schema\":1,\"event\":\"send\",\"event_id\":\"e" + i
                + "\",\"@timestamp\":\"2026-11-22T11:00:00.000Z\"}";
    }

    private static SinkRecord record(TopicPartition partition, long offset, @Nullable String value) {
        return new SinkRecord(
                partition.topic(),
                partition.partition(),
                null,
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                value == null ? null : bytes(value),
                offset,
                NOW.toEpochMilli(),
                TimestampType.CREATE_TIME);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
