/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.EmbeddedKafkaCluster;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A target that takes no messages keeps none for other targets waiting: on three brokers, one of which dies, with topics
 * that are deleted while they are in use.
 */
class BlockedTargetsIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final Path DIRECTORY = Path.of("target", "blocked-targets-it");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static EmbeddedKafkaCluster brokers;
    private static EmbeddedConnect connect;
    private static KafkaTopics topics;
    private static Admin admin;

    @BeforeAll
    static void start() {
        Directories.delete(DIRECTORY);
        brokers = new EmbeddedKafkaCluster(DIRECTORY);
        brokers.start();
        Path plugins =
                Cluster.pluginPathWith(ServiceFiles.bundleJar(), Directories.create(DIRECTORY.resolve("plugins")));
        connect = new EmbeddedConnect("worker", brokers.bootstrapServers(), plugins, DIRECTORY.resolve("connect"))
                .with(Map.of(
                        "topic.creation.enable",
                        "false",
                        "config.storage.replication.factor",
                        "3",
                        "offset.storage.replication.factor",
                        "3",
                        "status.storage.replication.factor",
                        "3"));
        connect.start();
        topics = new KafkaTopics(brokers.bootstrapServers());
        admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        topics.close();
        connect.close();
        brokers.close();
    }

    @Test
    void targetsWithoutALeaderOrWithTooFewReplicasInSyncKeepOnlyTheirOwnMessages() throws Exception {
        EmbeddedKafka dying = brokers.brokers().get(2);
        topics.create(1, "blocked", "blocked.fine");
        create("blocked.offline", List.of(dying.nodeId()), 1);
        create("blocked.short", List.of(brokers.brokers().get(0).nodeId(), dying.nodeId()), 2);
        startConnector("blocked", Map.of());
        try (TopicReader reader = topics.reader("blocked\\.(fine|offline|short)")) {
            topics.sendAll(Stream.of("blocked.fine", "blocked.offline", "blocked.short")
                    .map(target -> message("blocked", target, "0"))
                    .toList());
            reader.readUntil(records -> records.size() == 3, LIMIT);

            dying.kill();
            await("a partition without a leader")
                    .atMost(LIMIT)
                    .until(() -> partition("blocked.offline").leader() == null);
            await("a replica that is not in sync")
                    .atMost(LIMIT)
                    .until(() -> partition("blocked.short").isr().size() == 1);
            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            messages.add(message("blocked", "blocked.offline", "1"));
            messages.add(message("blocked", "blocked.short", "1"));
            IntStream.rangeClosed(1, 10)
                    .forEach(number -> messages.add(message("blocked", "blocked.fine", "" + number)));
            topics.sendAll(messages);

            reader.readUntil(records -> to("blocked.fine", records).size() == 11, Duration.ofSeconds(20));
            await("that it is logged")
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(log())
                                    .contains(
                                            "Messages for the topic blocked.offline are held back, as it has a partition without a leader")
                                    .contains(
                                            "Messages for the topic blocked.short are held back, as it has a partition with fewer replicas"));
            assertThat(connect.rest().failures("blocked")).isEmpty();

            dying.start();
            reader.readUntil(records -> records.size() >= 15, LIMIT);
            assertThat(to("blocked.offline", reader.records())).containsExactly("0", "1");
            assertThat(to("blocked.short", reader.records())).containsExactly("0", "1");
            assertThat(to("blocked.fine", reader.records())).hasSize(11).doesNotHaveDuplicates();
        } finally {
            if (!dying.isRunning()) {
                dying.start();
            }
        }
        assertThat(connect.rest().failures("blocked")).isEmpty();
        connect.rest().deleteConnector("blocked");
    }

    @Test
    void messagesForATargetThatWasDeletedAreRefusedWithTheirValue() {
        topics.create(1, "deleted", "deleted.a", "deleted.b");
        startConnector("deleted", Map.of());
        try (TopicReader reader = topics.reader("deleted\\.(a|b|invalid)")) {
            topics.sendAll(List.of(message("deleted", "deleted.a", "0"), message("deleted", "deleted.b", "0")));
            reader.readUntil(records -> records.size() == 2, LIMIT);
            topics.delete("deleted.a");
            await("that it is gone, and was not used for a while")
                    .pollDelay(Duration.ofSeconds(6))
                    .atMost(LIMIT)
                    .until(() -> !topics.names().contains("deleted.a"));

            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            for (String target : List.of("deleted.a", "deleted.b")) {
                IntStream.rangeClosed(1, 5).forEach(number -> messages.add(message("deleted", target, "" + number)));
            }
            topics.sendAll(messages);

            reader.readUntil(records -> to("deleted.b", records).size() == 6, Duration.ofSeconds(20));
            reader.readUntil(records -> to("deleted.invalid", records).size() == 5, LIMIT);
            assertThat(to("deleted.invalid", reader.records())).containsExactlyInAnyOrder("1", "2", "3", "4", "5");
            assertThat(reader.records())
                    .filteredOn(record -> record.topic().equals("deleted.invalid"))
                    .extracting(BlockedTargetsIT::reason)
                    .containsOnly("TARGET_MISSING");
        }
        assertThat(connect.rest().failures("deleted")).isEmpty();
        connect.rest().deleteConnector("deleted");
    }

    @Test
    void aTargetThatIsDeletedWhileABatchIsOnItsWayStopsTheOthersOnlyUntilTheTaskIsRestarted() {
        topics.create(1, "stuck", "stuck.a", "stuck.b");
        startConnector("stuck", Map.of());
        try (TopicReader reader = topics.reader("stuck\\.(b|invalid)")) {
            deleteWhileInUse("stuck", "stuck.a");
            topics.sendAll(List.of(message("stuck", "stuck.b", "after")));

            await("the others").atMost(LIMIT).until(() -> {
                connect.rest().restartFailed("stuck");
                reader.poll();
                return to("stuck.b", reader.records()).contains("after");
            });
            reader.readUntil(records -> to("stuck.invalid", records).contains("last"), LIMIT);
        }
        connect.rest().deleteConnector("stuck");
    }

    @Test
    void aTargetThatMayBeCreatedIsCreatedAgainWhileABatchWaitsForIt() {
        topics.create(1, "made", "made.a", "made.b");
        startConnector(
                "made",
                Map.of("topic.creation.default.partitions", "1", "topic.creation.default.replication.factor", "3"));
        try (TopicReader reader = topics.reader("made\\.(a|b)")) {
            deleteWhileInUse("made", "made.a");
            topics.sendAll(List.of(message("made", "made.b", "after")));

            reader.readUntil(
                    records -> to("made.b", records).contains("after")
                            && to("made.a", records).contains("last"),
                    LIMIT);
        }
        assertThat(connect.rest().failures("made")).isEmpty();
        connect.rest().deleteConnector("made");
    }

    @Test
    void thousandsOfUnknownNamesDoNotKeepTheMessageBehindThemWaiting() {
        int unknown = 10_000;
        topics.create(1, "unknown", "unknown.known");
        startConnector("unknown", Map.of());
        try (TopicReader reader = topics.reader("unknown\\.(known|invalid)")) {
            topics.sendAll(List.of(message("unknown", "unknown.known", "first")));
            reader.readUntil(records -> records.size() == 1, LIMIT);
            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            IntStream.range(0, unknown)
                    .forEach(number -> messages.add(message("unknown", "unknown.n" + number, "" + number)));
            messages.add(message("unknown", "unknown.known", "behind"));
            topics.sendAll(messages);

            reader.readUntil(records -> to("unknown.known", records).size() == 2, Duration.ofSeconds(8));
            reader.readUntil(records -> to("unknown.invalid", records).size() >= unknown, LIMIT);
            assertThat(to("unknown.invalid", reader.records())).hasSize(unknown).doesNotHaveDuplicates();
        }
        assertThat(connect.rest().failures("unknown")).isEmpty();
        connect.rest().deleteConnector("unknown");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "snappy", "lz4", "zstd"})
    void whatIsTooLargeOnlyUncompressedIsDelivered(String codec) throws Exception {
        String name = "large-" + codec;
        topics.create(1, name, name + ".due");
        startConnector(
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
        byte[] value = "repeat ".repeat(430_000).getBytes(UTF_8);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                brokers.bootstrapServers(),
                                "compression.type",
                                "gzip",
                                "max.request.size",
                                "20000000"),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
                TopicReader reader = topics.reader(name + "\\.(due|invalid)")) {
            for (String delay : List.of("500ms", "5s")) {
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(name, value);
                record.headers().add("delay", delay.getBytes(UTF_8));
                producer.send(record).get();
            }

            reader.readUntil(records -> records.size() == 2, LIMIT);
            assertThat(reader.records()).allSatisfy(record -> {
                assertThat(record.topic()).as(reason(record)).isEqualTo(name + ".due");
                assertThat(Arrays.equals(record.value(), value)).isTrue();
            });
        }
        assertThat(topics.settings(name + ".invalid")).containsEntry("max.message.bytes", "20000000");
        connect.rest().deleteConnector(name);
    }

    /** Deletes a target while messages for it are on their way, with one behind them. */
    private static void deleteWhileInUse(String connector, String target) {
        IntStream.range(0, 20).forEach(number -> topics.sendAll(List.of(message(connector, target, "" + number))));
        topics.delete(target);
        IntStream.range(20, 100).forEach(number -> topics.sendAll(List.of(message(connector, target, "" + number))));
        topics.sendAll(List.of(message(connector, target, "last")));
    }

    private static void startConnector(String name, Map<String, String> own) {
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class",
                "io.kafkacourier.delay.DelaySourceConnector",
                "bootstrap.servers",
                brokers.bootstrapServers(),
                "topics",
                name,
                "invalid.topic",
                name + ".invalid",
                "target.topics.allow",
                name + ".*",
                "delay.max",
                "1m",
                "key.converter",
                BYTES,
                "value.converter",
                BYTES,
                "header.converter",
                BYTES));
        config.putAll(own);
        connect.rest().putConnector(name, config);
        await().atMost(LIMIT).until(() -> connect.rest().isRunning(name, 1));
    }

    private static void create(String topic, List<Integer> replicas, int minInSync) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, Map.of(0, replicas))
                        .configs(Map.of("min.insync.replicas", Integer.toString(minInSync)))))
                .all()
                .get(1, TimeUnit.MINUTES);
    }

    private static TopicPartitionInfo partition(String topic) throws Exception {
        return Objects.requireNonNull(admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get(1, TimeUnit.MINUTES)
                        .get(topic))
                .partitions()
                .get(0);
    }

    private static ProducerRecord<byte[], byte[]> message(String topic, String target, String value) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, value.getBytes(UTF_8));
        message.headers().add("target_topic", target.getBytes(UTF_8));
        return message;
    }

    /** The values of what came to a topic. */
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
        return Files.readString(connect.log());
    }
}
