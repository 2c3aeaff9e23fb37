/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Trace events through a real worker into a real Elasticsearch: each becomes one document, whatever is killed. */
class TraceSinkIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final int EVENTS = 20_000;

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
    void everyEventIsOneDocumentThoughElasticsearchAndTheWorkerAreKilled() {
        cluster.topics().create("events", 3, Map.of());
        cluster.startConnector("sink", sink("events", "survived", Map.of()));

        publish("events", 0, EVENTS / 4);
        awaitDocuments("survived", EVENTS / 8);
        elasticsearch.kill();
        publish("events", EVENTS / 4, EVENTS / 2);
        assertThat(cluster.rest().failures("sink"))
                .as("while the server is down")
                .isEmpty();
        elasticsearch.start();
        publish("events", EVENTS / 2, 3 * EVENTS / 4);
        awaitDocuments("survived", EVENTS / 2);
        cluster.connect().kill();
        publish("events", 3 * EVENTS / 4, EVENTS);
        cluster.connect().start();

        awaitDocuments("survived", EVENTS);
        awaitNoLag("connect-sink", "events");
        assertThat(documents("survived"))
                .as("documents, each with an id of its own")
                .isEqualTo(EVENTS);
        assertThat(cluster.rest().failures("sink")).isEmpty();
        assertThat(cluster.rest().isRunning("sink", 1)).isTrue();
    }

    @Test
    void refusedDocumentsAndMalformedValuesGoToTheDeadLetterTopicWithTheirStory() {
        cluster.topics().create(1, "mixed", "mixed.dlq");
        cluster.startConnector(
                "mixed-sink", sink("mixed", "mixed", Map.of("errors.deadletterqueue.topic.name", "mixed.dlq")));
        String refused = event("refused").replace("\"record_ts\":\"", "\"record_ts\":\"not a time ");

        publish("mixed", 0, 10);
        cluster.topics()
                .sendAll(List.of(
                        new ProducerRecord<>("mixed", "refused".getBytes(UTF_8), refused.getBytes(UTF_8)),
                        new ProducerRecord<>("mixed", "malformed".getBytes(UTF_8), "{\"schema\":".getBytes(UTF_8)),
                        new ProducerRecord<>("mixed", "tombstone".getBytes(UTF_8), null)));
        publish("mixed", 10, 20);

        awaitDocuments("mixed", 20);
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
    void whatFailsAnywhereInTheSinkIsTriedAgainOrComesToRestWithItsStory() {
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
                        record(
                                "wired",
                                "refused",
                                event("refused").replace("\"record_ts\":\"", "\"record_ts\":\"no "))));

        try (TopicReader reader = cluster.topics().reader("wired\\.dlq")) {
            List<ConsumerRecord<byte[], byte[]>> dead =
                    reader.readUntil(records -> records.size() >= 3, Duration.ofMinutes(1));
            assertThat(dead.stream().collect(toMap(Messages::key, TraceSinkIT::rest)))
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
        assertIsTriedAgainWhenTheSinkIsBack();
    }

    /** What failed waits in the retry topic for as long as the sink is down. */
    private static void assertIsTriedAgainWhenTheSinkIsBack() {
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

        awaitDocuments("wired", 2);
        assertThat(documents("wired")).as("the good one, and the late one").isEqualTo(2);
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

    private static String rest(ConsumerRecord<byte[], byte[]> dead) {
        return Messages.header(dead, "__courier.retry.reason") + " after "
                + Messages.header(dead, "__courier.retry.attempt") + " retries, first in "
                + Messages.header(dead, "__courier.origin.topic") + "@"
                + Messages.header(dead, "__courier.origin.offset") + ", failed in "
                + Messages.header(dead, "__courier.error.stage");
    }

    /** @param headers names and values in turn */
    private static ProducerRecord<byte[], byte[]> record(String topic, String key, String value, String... headers) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
        for (int i = 0; i < headers.length; i += 2) {
            record.headers().add(headers[i], headers[i + 1].getBytes(UTF_8));
        }
        return record;
    }

    private static Map<String, String> sink(String topic, String prefix, Map<String, String> more) {
        Map<String, String> config = new java.util.HashMap<>(Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector"),
                Map.entry("topics", topic),
                Map.entry("elasticsearch.hosts", elasticsearch.url().toString()),
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

    private static String event(String id) {
        Instant now = Instant.now();
        return """
                {"schema":1,"event_id":"%s","event":"send","@timestamp":"%s","record_ts":"%s",\
                "trace_id":"0af7651916cd43dd8448eb211c80319c","message_id":"%s","topic":"orders","partition":0}""".formatted(id, now, now, id);
    }

    private static void awaitDocuments(String prefix, long atLeast) {
        await().atMost(Duration.ofMinutes(2)).until(() -> documents(prefix) >= atLeast);
    }

    private static long documents(String prefix) {
        try {
            elasticsearch.http().send("POST", "/" + prefix + "-2*/_refresh", "");
            return elasticsearch
                    .http()
                    .get("/" + prefix + "-2*/_count")
                    .body()
                    .path("count")
                    .asLong();
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
