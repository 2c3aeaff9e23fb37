/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import io.kafkacourier.embedded.TopicReader;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tracing never disturbs the application, with any version of the clients, even if the broker is down. */
class TraceClientsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** How much longer sending can take with tracing than without, because a busy machine delays any thread. */
    private static final Duration TOLERANCE = Duration.ofMillis(250);

    /** Otherwise a producer forgets the topics when all brokers are down, and each send waits for them (KIP-899). */
    private static final Map<String, Object> SENDS_ON = Map.of("metadata.recovery.strategy", "none");

    private static final EmbeddedKafka KAFKA = new EmbeddedKafka(Path.of("target", "trace-clients-it", "kafka"));

    @BeforeAll
    static void startBroker() {
        KAFKA.start();
    }

    @AfterAll
    static void stopBroker() {
        KAFKA.close();
    }

    @Test
    void anApplicationKeepsSendingWhileTheBrokerIsDownAndTheLossIsReported() throws Exception {
        sendsOnWithoutABroker("outage", Duration.ofSeconds(4));
    }

    @Test
    @Tag("soak")
    void anApplicationKeepsSendingWhileTheBrokerIsDownForTwentySeconds() throws Exception {
        sendsOnWithoutABroker("long-outage", Duration.ofSeconds(20));
    }

    @Test
    void theOldestClientsAreAlsoTraced() throws Exception {
        try (KafkaTopics topics = new KafkaTopics(KAFKA.bootstrapServers());
                TopicReader traces = topics.reader("message-trace")) {
            topics.create(1, "old");
            Process application = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            String.join(
                                    File.pathSeparator,
                                    "target/oldest-clients/*",
                                    ServiceFiles.clientsJar().toString(),
                                    "target/test-classes",
                                    ServiceFiles.librariesOfKafkaClients()),
                            OldestClient.class.getName(),
                            KAFKA.bootstrapServers())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();

            assertThat(new String(application.getInputStream().readAllBytes(), UTF_8))
                    .contains("3.9.1 message");
            assertThat(application.waitFor()).isZero();
            traces.readUntil(records -> ofOldClients(traces).size() >= 3, LIMIT);
            List<JsonNode> events = ofOldClients(traces);
            assertThat(events)
                    .extracting(event -> event.path("event").asText())
                    .containsExactly("send", "receive", "process");
            assertThat(events.get(0).has("status"))
                    .as("has a status, although an acknowledgement without headers belongs to no known record")
                    .isFalse();
            assertThat(events.get(1).path("parent_span_id"))
                    .isEqualTo(events.get(0).path("span_id"));
            assertThat(events.get(2).path("parent_span_id"))
                    .isEqualTo(events.get(1).path("span_id"));
        }
    }

    @Test
    void theTraceTopicIsCreatedForAWeekAndItsOwnRecordsAreNotTraced() throws Exception {
        Map<String, Object> ownTopic = Map.of("courier.trace.topic", "first-traces");
        try (KafkaTopics topics = new KafkaTopics(KAFKA.bootstrapServers());
                TopicReader traces = topics.reader("first-traces")) {
            topics.create(1, "first");
            try (KafkaProducer<String, String> traced = TracedClients.producer(KAFKA.bootstrapServers(), ownTopic)) {
                send(traced, "first").get();
                traces.readUntil(records -> !records.isEmpty(), LIMIT);
                traced.send(new ProducerRecord<>("first-traces", "{}")).get();
                send(traced, "first").get();
            }
            traces.readTo(topics.endOffsets("first-traces"), LIMIT);

            assertThat(TraceDocuments.read(traces.records()))
                    .filteredOn(event -> event.has("topic"))
                    .extracting(event -> event.path("topic").asText())
                    .containsExactly("first", "first");
            assertThat(topics.settings("first-traces"))
                    .containsEntry("cleanup.policy", "delete")
                    .containsEntry(
                            "retention.ms", Long.toString(Duration.ofDays(7).toMillis()))
                    .containsEntry("compression.type", "zstd");
        }
    }

    private static List<JsonNode> ofOldClients(TopicReader traces) {
        return TraceDocuments.read(traces.records()).stream()
                .filter(event -> event.path("node").asText().startsWith("old-"))
                .toList();
    }

    /** Compares the application with one without tracing, under the same conditions. */
    private static void sendsOnWithoutABroker(String topic, Duration outage) throws Exception {
        try (KafkaTopics topics = new KafkaTopics(KAFKA.bootstrapServers());
                TopicReader traces = topics.reader("message-trace");
                KafkaProducer<String, String> traced =
                        TracedClients.producer(KAFKA.bootstrapServers(), withFewEvents(topic));
                KafkaProducer<String, String> plain = TracedClients.producer(
                        KAFKA.bootstrapServers(), with(SENDS_ON, Map.of("interceptor.classes", List.of())))) {
            topics.create(1, topic);
            await().atMost(LIMIT).until(() -> {
                send(plain, topic).get();
                send(traced, topic).get();
                traces.poll();
                return !eventsOf(topic, traces).isEmpty();
            });

            KAFKA.kill();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            AtomicLong longestTraced = new AtomicLong();
            AtomicLong longestPlain = new AtomicLong();
            long end = System.nanoTime() + outage.toNanos();
            await().pollInterval(Duration.ofMillis(1))
                    .atMost(outage.plus(LIMIT))
                    .until(() -> {
                        longestTraced.accumulateAndGet(nanos(() -> sent.add(send(traced, topic))), Math::max);
                        longestPlain.accumulateAndGet(nanos(() -> sent.add(send(plain, topic))), Math::max);
                        return System.nanoTime() - end > 0;
                    });
            KAFKA.start();

            for (Future<RecordMetadata> future : sent) {
                assertThat(future.get().hasOffset()).isTrue();
            }
            assertThat(Duration.ofNanos(longestTraced.get()))
                    .as("the longest send, compared with %s without tracing", Duration.ofNanos(longestPlain.get()))
                    .isLessThan(Duration.ofNanos(longestPlain.get()).plus(TOLERANCE));
            await().atMost(LIMIT).until(() -> {
                send(traced, topic).get();
                traces.poll();
                return eventsOf(topic, traces).stream().anyMatch(event -> event.has("dropped_before"));
            });
            int before = eventsOf(topic, traces).size();
            RecordMetadata last = send(traced, topic).get();
            traces.readUntil(
                    records -> eventsOf(topic, traces).stream()
                            .anyMatch(event -> event.path("offset").asLong() == last.offset()),
                    LIMIT);
            assertThat(eventsOf(topic, traces)).hasSizeGreaterThan(before);
        }
    }

    /** A queue and a buffer so small that events are lost as soon as Kafka does not accept them. */
    private static Map<String, Object> withFewEvents(String node) {
        return with(
                SENDS_ON,
                Map.of(
                        "courier.trace.node",
                        node,
                        "courier.trace.queue.capacity",
                        100,
                        "courier.trace.producer.buffer.memory",
                        32_768,
                        "courier.trace.producer.batch.size",
                        4_096,
                        "courier.trace.producer.max.block.ms",
                        500));
    }

    private static Map<String, Object> with(Map<String, Object> one, Map<String, Object> other) {
        Map<String, Object> all = new HashMap<>(one);
        all.putAll(other);
        return all;
    }

    private static List<JsonNode> eventsOf(String node, TopicReader traces) {
        return TraceDocuments.read(traces.records()).stream()
                .filter(event -> event.path("node").asText().equals(node))
                .toList();
    }

    private static Future<RecordMetadata> send(KafkaProducer<String, String> producer, String topic) {
        return producer.send(new ProducerRecord<>(topic, "message"));
    }

    private static long nanos(Runnable step) {
        long start = System.nanoTime();
        step.run();
        return System.nanoTime() - start;
    }
}
