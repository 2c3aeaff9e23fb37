/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.HttpJson;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Trace events through a real worker into a real Elasticsearch: each becomes one document, whatever is killed. */
class TraceSinkIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final int EVENTS = 20_000;
    /** A server without security ignores it. It must not appear in any log. */
    private static final String PASSWORD = "swordfish";

    private static Cluster cluster;
    private static EmbeddedElasticsearch elasticsearch;

    @BeforeAll
    static void start() {
        elasticsearch = new EmbeddedElasticsearch(Path.of("target", "trace-sink-it", "elasticsearch"));
        elasticsearch.launch();
        cluster = Cluster.start("trace-sink-it-cluster");
        elasticsearch.awaitReady();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        elasticsearch.close();
    }

    @Test
    void everyEventIsOneDocumentWhateverHappensToServerIndexAndWorker() {
        new FaultRun("survived", EVENTS, 100, Duration.ofSeconds(2)).run(1, 1);
    }

    @Test
    @Tag("soak")
    void aHundredThousandEventsAreOneDocumentEachWhateverHappensToServerIndexAndWorker() {
        new FaultRun("endured", 100_000, 500, Duration.ofSeconds(20)).run(3, 2);
    }

    /**
     * Events that are written during many kinds of failures.
     *
     * @param unmappable the number of events that the index can never accept
     * @param block the duration of each kind of block of the index
     */
    private record FaultRun(String name, int events, int unmappable, Duration block) {

        private static final int PARTITIONS = 6;

        /** Causes all failures, and checks the result after recovery. */
        void run(int serverKills, int workerKills) {
            cluster.topics().create(PARTITIONS, name, name + ".dead");
            Map<String, String> config = sink(name, name, Map.of("tasks.max", "2", "retry.backoff.max", "2s"));
            cluster.startConnector(name, config);
            int portions = 4 + serverKills + workerKills;
            int portion = 0;

            publish(portion++, portions);
            awaitDocuments(name, name, events / portions / 2);
            block("index.blocks.write", portion++, portions);
            block("index.blocks.read_only_allow_delete", portion++, portions);
            forceRebalance(portion++, portions);
            for (int kill = 0; kill < serverKills; kill++) {
                assertNothingFailed();
                elasticsearch.kill();
                publish(portion++, portions);
                assertNothingFailed();
                elasticsearch.start();
            }
            for (int kill = 0; kill < workerKills; kill++) {
                publish(portion++, portions);
                assertNothingFailed();
                cluster.connect().kill();
                cluster.connect().start();
            }

            awaitDocuments(name, name, events - unmappable);
            awaitNoLag("connect-" + name, name);
            assertNothingFailed();
            cluster.awaitRunning(name);
            assertThat(copiesById(name))
                    .as("number of documents by id")
                    .hasSize(events - unmappable)
                    .allSatisfy((id, copies) -> assertThat(copies).as(id).isEqualTo(1));
            assertDeadLettersAreTheUnmappable();
            assertThat(cluster.connect().log()).content(UTF_8).doesNotContain(PASSWORD);
            cluster.rest().deleteConnector(name);
        }

        private boolean isUnmappable(int number) {
            return number % (events / unmappable) == 0;
        }

        private void publish(int portion, int portions) {
            int from = (int) ((long) events * portion / portions);
            int to = (int) ((long) events * (portion + 1) / portions);
            cluster.topics()
                    .sendAll(IntStream.range(from, to)
                            .mapToObj(number -> new ProducerRecord<>(
                                    name,
                                    Integer.toString(number).getBytes(UTF_8),
                                    (isUnmappable(number)
                                                    ? withMetadataField("event-" + number)
                                                    : event("event-" + number))
                                            .getBytes(UTF_8)))
                            .toList());
        }

        private void block(String setting, int portion, int portions) {
            settings(name, "{\"" + setting + "\":true}");
            publish(portion, portions);
            await().during(block)
                    .atMost(block.plusSeconds(30))
                    .until(() -> cluster.rest().failures(name).isEmpty());
            settings(name, "{\"" + setting + "\":null}");
        }

        /** A consumer joins the sink's group, and so takes partitions from its tasks; then it leaves again. */
        private void forceRebalance(int portion, int portions) {
            publish(portion, portions);
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers",
                    cluster.bootstrapServers(),
                    "group.id",
                    "connect-" + name,
                    "enable.auto.commit",
                    false);
            try (KafkaConsumer<byte[], byte[]> intruder =
                    new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
                intruder.subscribe(List.of(name));
                await().atMost(Duration.ofMinutes(1)).until(() -> {
                    intruder.poll(Duration.ofMillis(100));
                    return !intruder.assignment().isEmpty();
                });
            }
        }

        private void assertNothingFailed() {
            assertThat(cluster.rest().failures(name)).isEmpty();
        }

        private void assertDeadLettersAreTheUnmappable() {
            try (TopicReader reader = cluster.topics().reader(name + "\\.dead")) {
                reader.readTo(cluster.topics().endOffsets(name + ".dead"), Duration.ofMinutes(1));
                List<ConsumerRecord<byte[], byte[]>> dead = reader.records();
                assertThat(dead.stream().map(Messages::key).collect(toSet()))
                        .isEqualTo(IntStream.range(0, events)
                                .filter(this::isUnmappable)
                                .mapToObj(Integer::toString)
                                .collect(toSet()));
                assertThat(dead)
                        .allSatisfy(record -> assertThat(Messages.header(record, "__connect.errors.exception.message"))
                                .contains("document_parsing_exception (metadata field _source)"));
            }
        }
    }

    @Test
    void refusedDocumentsAndMalformedValuesGoToTheDeadLetterTopicWithTheirFailureHistory() {
        cluster.topics().create(1, "mixed", "mixed.dlq");
        cluster.startConnector(
                "mixed-sink", sink("mixed", "mixed", Map.of("errors.deadletterqueue.topic.name", "mixed.dlq")));
        String refused = withMetadataField("refused");

        publish("mixed", 0, 10);
        cluster.topics()
                .sendAll(List.of(
                        new ProducerRecord<>("mixed", "refused".getBytes(UTF_8), refused.getBytes(UTF_8)),
                        new ProducerRecord<>("mixed", "malformed".getBytes(UTF_8), "{\"schema\":".getBytes(UTF_8)),
                        new ProducerRecord<>("mixed", "tombstone".getBytes(UTF_8), null)));
        publish("mixed", 10, 20);

        awaitDocuments("mixed-sink", "mixed", 20);
        try (TopicReader reader = cluster.topics().reader("mixed\\.dlq")) {
            List<ConsumerRecord<byte[], byte[]>> dead =
                    reader.readUntil(records -> records.size() >= 2, Duration.ofMinutes(1));
            assertThat(dead)
                    .extracting(record -> new String(record.key(), UTF_8))
                    .containsExactlyInAnyOrder("refused", "malformed");
            assertThat(dead).allSatisfy(record -> {
                assertThat(record.headers()
                                .lastHeader("__connect.errors.exception.message")
                                .value())
                        .isNotEmpty();
                assertThat(new String(
                                record.headers()
                                        .lastHeader("__connect.errors.topic")
                                        .value(),
                                UTF_8))
                        .isEqualTo("mixed");
            });
        }
        awaitNoLag("connect-mixed-sink", "mixed");
        assertThat(documents("mixed")).isEqualTo(20);
    }

    @Test
    void failuresAnywhereInTheSinkAreRetriedOrDeadLetteredWithTheirHistory() {
        cluster.topics().create(1, "wired");
        cluster.startConnector(
                "wired-retry",
                RetryConnector.config(
                        cluster,
                        Map.of(
                                "topics", "wired.errors",
                                "retry.topic", "wired.retry",
                                "dead.letter.topic", "wired.dlq",
                                "max.attempts", "2",
                                "backoff.initial", "200ms",
                                "non.retriable.errors", "java.lang.NullPointerException")));
        cluster.startConnector("wired-sink", wiredSink());

        cluster.topics()
                .sendAll(List.of(
                        record("wired", "good", event("good")),
                        record("wired", "converter", "{\"schema\":"),
                        record("wired", "transform", event("transform"), "broken", "yes"),
                        record("wired", "refused", withMetadataField("refused"))));

        try (TopicReader reader = cluster.topics().reader("wired\\.dlq")) {
            List<ConsumerRecord<byte[], byte[]>> dead =
                    reader.readUntil(records -> records.size() >= 3, Duration.ofMinutes(1));
            assertThat(dead.stream().collect(toMap(Messages::key, TraceSinkIT::failure)))
                    .isEqualTo(Map.of(
                            "converter", "DESERIALIZATION after 0 retries, first in wired@1, failed in VALUE_CONVERTER",
                            "transform", "EXHAUSTED after 2 retries, first in wired@2, failed in TRANSFORMATION",
                            "refused", "EXHAUSTED after 2 retries, first in wired@3, failed in TASK_PUT"));
            assertThat(dead)
                    .allSatisfy(record -> assertThat(record.headers().headers("__connect.errors.topic"))
                            .singleElement()
                            .satisfies(header ->
                                    assertThat(Messages.text(header.value())).isEqualTo("wired")));
        }
        assertIsRetriedWhenTheSinkIsBack();
    }

    /** Failed messages wait in the retry topic while the sink is down. */
    private static void assertIsRetriedWhenTheSinkIsBack() {
        cluster.rest().stopConnector("wired-sink");
        cluster.topics()
                .sendAll(List.of(record(
                        "wired.errors",
                        "late",
                        event("late"),
                        "__connect.errors.topic",
                        "wired",
                        "__connect.errors.stage",
                        "TASK_PUT")));
        try (TopicReader reader = cluster.topics().reader("wired\\.retry")) {
            reader.readUntil(
                    records -> records.stream()
                            .anyMatch(record -> Messages.key(record).equals("late")
                                    && Messages.header(record, "__courier.retry.attempt")
                                            .equals("1")),
                    Duration.ofMinutes(1));
        }
        cluster.rest().resumeConnector("wired-sink");

        awaitDocuments("wired-sink", "wired", 2);
        assertThat(documents("wired"))
                .as("the good document and the late document")
                .isEqualTo(2);
    }

    private static Map<String, String> wiredSink() {
        return sink(
                "wired,wired.retry",
                "wired",
                Map.ofEntries(
                        Map.entry("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
                        Map.entry("value.converter.schemas.enable", "false"),
                        Map.entry("errors.deadletterqueue.topic.name", "wired.errors"),
                        Map.entry("transforms", "origin,route"),
                        Map.entry("transforms.origin.type", "io.kafkacourier.transforms.RestoreOrigin"),
                        Map.entry("transforms.origin.topics.allow", "wired"),
                        Map.entry("transforms.route.type", "io.kafkacourier.transforms.ContentRouter"),
                        Map.entry("transforms.route.rules", "broken"),
                        Map.entry("transforms.route.rules.broken.when", "topic == 'wired' and header.broken exists"),
                        Map.entry("transforms.route.rules.broken.to", "${header.nowhere}"),
                        Map.entry("transforms.route.topics.allow", ".*")));
    }

    private static String failure(ConsumerRecord<byte[], byte[]> dead) {
        return Messages.header(dead, "__courier.retry.reason") + " after "
                + Messages.header(dead, "__courier.retry.attempt") + " retries, first in "
                + Messages.header(dead, "__courier.origin.topic") + "@"
                + Messages.header(dead, "__courier.origin.offset") + ", failed in "
                + Messages.header(dead, "__courier.error.stage");
    }

    /** @param headers alternating names and values */
    private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value, String... headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return record;
    }

    private static Map<String, String> sink(String topic, String prefix, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector"),
                Map.entry("topics", topic),
                Map.entry("elasticsearch.hosts", elasticsearch.url().toString()),
                Map.entry("elasticsearch.username", "courier"),
                Map.entry("elasticsearch.password", PASSWORD),
                Map.entry("index.prefix", prefix),
                Map.entry("key.converter", BYTES),
                Map.entry("value.converter", BYTES),
                Map.entry("consumer.override.session.timeout.ms", "6000"),
                Map.entry("consumer.override.heartbeat.interval.ms", "1000"),
                Map.entry("errors.tolerance", "all"),
                Map.entry("errors.deadletterqueue.topic.name", topic + ".dead"),
                Map.entry("errors.deadletterqueue.topic.replication.factor", "1"),
                Map.entry("errors.deadletterqueue.context.headers.enable", "true")));
        config.putAll(more);
        return config;
    }

    private static void publish(String topic, int from, int to) {
        cluster.topics()
                .sendAll(IntStream.range(from, to)
                        .mapToObj(i -> new ProducerRecord<>(
                                topic,
                                Integer.toString(i).getBytes(UTF_8),
                                event("event-" + i).getBytes(UTF_8)))
                        .toList());
    }

    /** An event with a field that only Elasticsearch itself may write. */
    private static String withMetadataField(String id) {
        return event(id).replace("\"record_ts\":", "\"_source\":\"x\",\"record_ts\":");
    }

    private static String event(String id) {
        Instant now = Instant.now();
        return """
                {"schema":1,"event_id":"%s","event":"send","@timestamp":"%s","record_ts":"%s",\
                "trace_id":"0af7651916cd43dd8448eb211c80319c","message_id":"%s","topic":"orders","partition":0}""".formatted(id, now, now, id);
    }

    private static void awaitDocuments(String sink, String topic, long atLeast) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(500))
                .failFast(() -> assertThat(cluster.rest().failures(sink)).isEmpty())
                .untilAsserted(() -> assertThat(documents(topic))
                        .as(() -> situation(sink, topic))
                        .isGreaterThanOrEqualTo(atLeast));
    }

    /** A description for missing documents: the numbers of records that were not read, refused, or lost. */
    private static String situation(String sink, String topic) {
        return "documents of %s, with connector and tasks %s, committed %s of %s"
                .formatted(
                        topic,
                        cluster.rest().states(sink),
                        cluster.topics().committedOffsets("connect-" + sink),
                        cluster.topics().endOffsets(topic));
    }

    private static void settings(String prefix, String settings) {
        assertThat(send("PUT", "/" + prefix + "-2*/_settings", settings).isOk()).isTrue();
    }

    /** The number of documents of each id, in all indices of the prefix. */
    private static Map<String, Integer> copiesById(String prefix) {
        Map<String, Integer> copies = new HashMap<>();
        String after = "";
        do {
            JsonNode page = send("POST", "/" + prefix + "-2*/_search?size=0", """
                            {"aggs":{"ids":{"composite":{"size":10000,%s"sources":[{"id":{"terms":{"field":"event_id"}}}]}}}}\
                            """.formatted(after))
                    .body()
                    .path("aggregations")
                    .path("ids");
            page.path("buckets")
                    .forEach(bucket -> copies.put(
                            bucket.path("key").path("id").asText(),
                            bucket.path("doc_count").asInt()));
            after = page.has("after_key") ? "\"after\":" + page.path("after_key") + "," : "";
        } while (!after.isEmpty());
        return copies;
    }

    private static long documents(String prefix) {
        send("POST", "/" + prefix + "-2*/_refresh", "");
        return send("GET", "/" + prefix + "-2*/_count", "").body().path("count").asLong();
    }

    private static HttpJson.Answer send(String method, String path, String body) {
        try {
            return elasticsearch.http().send(method, path, body);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitNoLag(String group, String topic) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(cluster.topics().committedOffsets(group))
                        .isEqualTo(cluster.topics().endOffsets(topic)));
    }
}
