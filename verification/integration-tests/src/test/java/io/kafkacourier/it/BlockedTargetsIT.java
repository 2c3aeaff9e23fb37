/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A target that accepts no messages does not delay messages for other targets: a target on a broker that dies, a
 * deleted or missing target, and a target that accepts only small records. See {@link StalledBatchesIT} for targets
 * that fail later.
 */
class BlockedTargetsIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static Cluster cluster;
    private static JMXConnector jmx;

    @BeforeAll
    static void start() {
        cluster = Cluster.start(
                "blocked-targets-it",
                Map.of("broker.session.timeout.ms", "3000", "broker.heartbeat.interval.ms", "500"),
                worker -> worker.withJmx().with(Map.of("topic.creation.enable", "false")));
        jmx = cluster.connect().jmx();
    }

    @AfterAll
    static void stop() throws IOException {
        jmx.close();
        cluster.close();
    }

    @Test
    void targetsWithoutALeaderOrWithTooFewReplicasInSyncDelayOnlyTheirOwnMessages() throws IOException {
        cluster.topics().create(1, "blocked", "blocked.fine");
        startConnector("blocked", Map.of());
        EmbeddedKafka other = cluster.addBroker();
        cluster.topics().createOn(List.of(other.nodeId()), "blocked.offline", Map.of());
        cluster.topics()
                .createOn(
                        List.of(cluster.kafka().nodeId(), other.nodeId()),
                        "blocked.short",
                        Map.of("min.insync.replicas", "2"));
        try (TopicReader reader = cluster.topics().reader("blocked\\.(fine|offline|short)")) {
            cluster.topics()
                    .sendAll(Stream.of("blocked.fine", "blocked.offline", "blocked.short")
                            .map(target -> message("blocked", target, "0"))
                            .toList());
            reader.readUntil(records -> records.size() == 3, LIMIT);

            other.kill();
            await("a partition without a leader")
                    .atMost(LIMIT)
                    .until(() ->
                            cluster.topics().partition("blocked.offline", 0).leader() == null);
            await("a replica that is not in sync")
                    .atMost(LIMIT)
                    .until(() ->
                            cluster.topics().partition("blocked.short", 0).isr().size() == 1);
            // the connector uses the result of a check for two seconds
            await("expiry of the last check").pollDelay(Duration.ofSeconds(2)).until(() -> true);
            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            messages.add(message("blocked", "blocked.offline", "1"));
            messages.add(message("blocked", "blocked.short", "1"));
            IntStream.rangeClosed(1, 10)
                    .forEach(number -> messages.add(message("blocked", "blocked.fine", "" + number)));
            cluster.topics().sendAll(messages);

            reader.readUntil(records -> to("blocked.fine", records).size() == 11, Duration.ofSeconds(20));
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), "blocked");
            await("log lines and metrics").atMost(LIMIT).untilAsserted(() -> {
                assertThat(log())
                        .contains("Messages for the topic blocked.offline are held back: it has a partition without a"
                                + " leader")
                        .contains("Messages for the topic blocked.short are held back: it has a partition with fewer"
                                + " replicas");
                assertThat(metrics.sum("held-back-total", "reason=no-leader")).isPositive();
                assertThat(metrics.sum("held-back-total", "reason=under-min-isr"))
                        .isPositive();
                assertThat(metrics.sum("waiting-target-count", "")).isEqualTo(2);
            });
            assertThat(cluster.rest().failures("blocked")).isEmpty();

            other.start();
            reader.readUntil(records -> records.size() >= 15, LIMIT);
            assertThat(to("blocked.offline", reader.records())).containsExactly("0", "1");
            assertThat(to("blocked.short", reader.records())).containsExactly("0", "1");
            assertThat(to("blocked.fine", reader.records())).hasSize(11).doesNotHaveDuplicates();
        }
        assertThat(cluster.rest().failures("blocked")).isEmpty();
        cluster.rest().deleteConnector("blocked");
    }

    @Test
    void messagesForATargetThatWasDeletedAreRefusedWithTheirValue() {
        cluster.topics().create(1, "deleted", "deleted.a", "deleted.b");
        startConnector("deleted", Map.of());
        try (TopicReader reader = cluster.topics().reader("deleted\\.(a|b|invalid)")) {
            cluster.topics()
                    .sendAll(List.of(message("deleted", "deleted.a", "0"), message("deleted", "deleted.b", "0")));
            reader.readUntil(records -> records.size() == 2, LIMIT);
            cluster.topics().delete("deleted.a");
            await("the deletion, and a while without use")
                    .pollDelay(Duration.ofSeconds(6))
                    .atMost(LIMIT)
                    .until(() -> !cluster.topics().names().contains("deleted.a"));

            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            for (String target : List.of("deleted.a", "deleted.b")) {
                IntStream.rangeClosed(1, 5).forEach(number -> messages.add(message("deleted", target, "" + number)));
            }
            cluster.topics().sendAll(messages);

            reader.readUntil(records -> to("deleted.b", records).size() == 6, Duration.ofSeconds(20));
            reader.readUntil(records -> to("deleted.invalid", records).size() == 5, LIMIT);
            assertThat(to("deleted.invalid", reader.records())).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
            assertThat(reader.records())
                    .filteredOn(record -> record.topic().equals("deleted.invalid"))
                    .extracting(BlockedTargetsIT::reason)
                    .containsOnly("TARGET_MISSING");
        }
        assertThat(cluster.rest().failures("deleted")).isEmpty();
        cluster.rest().deleteConnector("deleted");
    }

    @Test
    void thousandsOfUnknownNamesDoNotKeepTheMessageBehindThemWaiting() {
        int unknown = 10_000;
        cluster.topics().create(1, "unknown", "unknown.known");
        startConnector("unknown", Map.of());
        try (TopicReader reader = cluster.topics().reader("unknown\\.(known|invalid)")) {
            cluster.topics().sendAll(List.of(message("unknown", "unknown.known", "first")));
            reader.readUntil(records -> records.size() == 1, LIMIT);
            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            IntStream.range(0, unknown)
                    .forEach(number -> messages.add(message("unknown", "unknown.n" + number, "" + number)));
            messages.add(message("unknown", "unknown.known", "behind"));
            cluster.topics().sendAll(messages);

            reader.readUntil(records -> to("unknown.known", records).size() == 2, Duration.ofSeconds(8));
            reader.readUntil(records -> to("unknown.invalid", records).size() >= unknown, LIMIT);
            assertThat(to("unknown.invalid", reader.records())).hasSize(unknown).doesNotHaveDuplicates();
        }
        assertThat(cluster.rest().failures("unknown")).isEmpty();
        cluster.rest().deleteConnector("unknown");
    }

    @Test
    void messagesThatAreTooLargeOnlyUncompressedAreDelivered() throws Exception {
        List<String> codecs = List.of("gzip", "snappy", "lz4", "zstd");
        for (String codec : codecs) {
            String name = "large-" + codec;
            cluster.topics().create(1, name, name + ".due");
            putConnector(
                    name,
                    Map.of(
                            "target.topic",
                            name + ".due",
                            "horizon",
                            "2s",
                            "delay.max",
                            "10s",
                            "producer.override.max.request.size",
                            "20000000",
                            "producer.override.compression.type",
                            codec));
        }
        byte[] value = "repeat ".repeat(430_000).getBytes(UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                cluster.bootstrapServers(),
                                "compression.type",
                                "gzip",
                                "max.request.size",
                                "20000000"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                TopicReader reader = cluster.topics().reader("large-[a-z0-9]+\\.(due|invalid)")) {
            for (String codec : codecs) {
                cluster.awaitRunning("large-" + codec);
                for (String delay : List.of("500ms", "5s")) {
                    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("large-" + codec, value);
                    record.headers().add("delay", delay.getBytes(UTF_8));
                    producer.send(record).get();
                }
            }

            reader.readUntil(records -> records.size() == 2 * codecs.size(), LIMIT);
            assertThat(reader.records())
                    .allSatisfy(record ->
                            assertThat(record.topic()).as(reason(record)).endsWith(".due"))
                    .allSatisfy(record ->
                            assertThat(Arrays.equals(record.value(), value)).isTrue());
            for (String codec : codecs) {
                assertThat(to("large-" + codec + ".due", reader.records())).hasSize(2);
            }
        }
        for (String codec : codecs) {
            assertThat(Integer.parseInt(cluster.topics()
                            .settings("large-" + codec + ".invalid")
                            .get("max.message.bytes")))
                    .as("what the producer sends, and grows by if it cannot be compressed")
                    .isBetween(20_000_000, 20_400_000);
            cluster.rest().deleteConnector("large-" + codec);
        }
    }

    private static void startConnector(String name, Map<String, String> own) {
        putConnector(name, own);
        cluster.awaitRunning(name);
    }

    private static void putConnector(String name, Map<String, String> own) {
        Map<String, String> config = DelayConnector.config(
                cluster,
                Map.of(
                        "tasks.max",
                        "1",
                        "topics",
                        name,
                        "invalid.topic",
                        name + ".invalid",
                        "target.topics.allow",
                        name + ".*",
                        "delay.max",
                        "1m"));
        config.putAll(own);
        cluster.rest().putConnector(name, config);
    }

    private static ProducerRecord<byte[], byte[]> message(String topic, String target, String value) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, value.getBytes(UTF_8));
        message.headers().add("target_topic", target.getBytes(UTF_8));
        return message;
    }

    /** The values of the records in a topic. */
    private static List<String> to(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> record.value() == null ? "no value" : new String(record.value(), UTF_8))
                .toList();
    }

    private static String reason(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader("__courier.route.reason");
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    private static String log() throws IOException {
        return Files.readString(cluster.connect().log());
    }
}
