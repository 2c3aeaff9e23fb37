/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What a real broker does to topics behind the back of a connector: it deletes them and makes them anew, loses logs and lets
 * them grow again, and gets topics that would lose messages. None of it is passed over in silence, and none stops the
 * connector for good.
 */
class MissingRecordsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("missing-records-it");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void anInputThatIsCreatedAnewIsReadFromItsBeginningAtOnceWhereAskedTo() {
        startConnector("anew", Map.of("on.missing", "skip", "topics.refresh.interval", "1h"));
        try (TopicReader due = cluster.topics().reader("anew\\.due")) {
            send("anew", "old", 10);
            due.readUntil(records -> records.size() == 10, LIMIT);

            recreate("anew");
            send("anew", "new", 5);

            assertThat(values(due.readUntil(records -> records.size() >= 15, LIMIT)))
                    .filteredOn(value -> value.startsWith("new"))
                    .containsExactlyInAnyOrder("new-0", "new-1", "new-2", "new-3", "new-4");
            assertThat(cluster.rest().failures("anew")).isEmpty();

            cluster.rest().stopConnector("anew");
            cluster.awaitState("anew", "STOPPED");
            cluster.rest().resumeConnector("anew");
            cluster.awaitRunning("anew");
            send("anew", "later", 1);
            assertThat(values(due.readUntil(records -> records.size() >= 16, LIMIT)))
                    .hasSize(16)
                    .endsWith("later-0");
        }
    }

    @Test
    void anInputThatIsCreatedAnewStopsTheTaskWhichSaysSoAtOnce() {
        startConnector("stops", Map.of("topics.refresh.interval", "1h"));
        try (TopicReader due = cluster.topics().reader("stops\\.due")) {
            send("stops", "old", 10);
            due.readUntil(records -> records.size() == 10, LIMIT);
        }

        recreate("stops");

        await("a failure")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(cluster.rest().failures("stops"))
                        .singleElement()
                        .asString()
                        .contains(
                                "The topic of stops-0 was deleted and created anew since it was read up to offset 10"));
    }

    @Test
    void aLogThatWasLostAndHasGrownAgainIsNoticed() {
        startConnector("lost", Map.of());
        try (TopicReader due = cluster.topics().reader("lost\\.due")) {
            send("lost", "old", 10);
            due.readUntil(records -> records.size() == 10, LIMIT);
            cluster.rest().stopConnector("lost");
            cluster.awaitState("lost", "STOPPED");
            cluster.kafka().stop();
            cluster.kafka().loseLog("lost", 0);
            cluster.kafka().start();
            send("lost", "new", 12);

            cluster.rest().resumeConnector("lost");

            await("a failure")
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(cluster.rest().failures("lost"))
                                    .anySatisfy(
                                            failure -> assertThat(failure)
                                                    .contains(
                                                            "Partition lost-0 was truncated: records lost-0@0 to 9, which were read before")));
            assertThat(values(due.readTo(cluster.topics().endOffsets("lost.due"), LIMIT)))
                    .noneMatch(value -> value.startsWith("new"));

            cluster.rest().putConnector("lost", config("lost", Map.of("on.missing", "skip")));

            assertThat(values(due.readUntil(records -> records.size() >= 22, LIMIT)))
                    .filteredOn(value -> value.startsWith("new"))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 12).mapToObj(id -> "new-" + id).toList());
        }
    }

    @Test
    void aTopicThatAppearsAndWouldLoseMessagesIsLeftOutUntilItIsMendedAndTheOthersAreRead() throws Exception {
        cluster.topics().create(1, "many.a", "target");
        cluster.startConnector(
                "many",
                DelayConnector.config(
                        cluster,
                        Map.of(
                                "topics.regex",
                                "many\\.[a-z]",
                                "target.topic",
                                "target",
                                "target.topics.allow",
                                "target")));
        try (TopicReader due = cluster.topics().reader("target")) {
            cluster.topics().create("many.b", 1, Map.of("cleanup.policy", "compact"));
            cluster.topics().create(1, "many.c");
            cluster.topics().sendAll(List.of(message("many.b", "b"), message("many.c", "c"), message("many.a", "a")));

            assertThat(values(due.readUntil(records -> records.size() >= 2, LIMIT)))
                    .containsExactlyInAnyOrder("a", "c");
            assertThat(cluster.rest().states("many")).containsOnly("RUNNING");

            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
                admin.incrementalAlterConfigs(Map.of(
                                new ConfigResource(ConfigResource.Type.TOPIC, "many.b"),
                                List.of(new AlterConfigOp(
                                        new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET))))
                        .all()
                        .get();
            }
            assertThat(values(due.readUntil(records -> records.size() >= 3, LIMIT)))
                    .endsWith("b");
        }
    }

    @Test
    void aDueTimeIsKeptWhateverTheTimestampOfItsRecord() {
        startConnector("timeless", Map.of());
        long dueMs = System.currentTimeMillis() + 6_000;
        try (TopicReader due = cluster.topics().reader("timeless\\.due|invalid_delay")) {
            long longAgo = System.currentTimeMillis() - Duration.ofDays(40).toMillis();
            cluster.topics()
                    .sendAll(Stream.of(longAgo, 0L, System.currentTimeMillis())
                            .map(timestampMs -> {
                                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                                        "timeless", null, timestampMs, (byte[]) null, "x".getBytes(UTF_8));
                                record.headers()
                                        .add("deliver_at", Long.toString(dueMs).getBytes(UTF_8));
                                return record;
                            })
                            .toList());

            List<ConsumerRecord<byte[], byte[]>> delivered = due.readUntil(records -> records.size() >= 3, LIMIT);
            assertThat(delivered).allSatisfy(record -> {
                assertThat(record.topic()).isEqualTo("timeless.due");
                assertThat(record.timestamp()).isEqualTo(dueMs);
            });
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(dueMs);
        }
    }

    /** A new topic with a record at the position looks the same to its reader, whatever it is. */
    @Test
    void anInputThatIsCreatedAnewWhilePausedIsReadOnce() {
        startConnector("paused", Map.of("on.missing", "skip", "topics.refresh.interval", "1h"));
        try (TopicReader due = cluster.topics().reader("paused\\.due")) {
            send("paused", "old", 10);
            due.readUntil(records -> records.size() == 10, LIMIT);
            cluster.rest().pauseConnector("paused");
            cluster.awaitState("paused", "PAUSED");
            long pausedNanos = System.nanoTime();

            recreate("paused");
            send("paused", "new", 20);
            await("a pause that counts as one")
                    .atMost(LIMIT)
                    .until(() -> System.nanoTime() - pausedNanos
                            > Duration.ofSeconds(3).toNanos());
            cluster.rest().resumeConnector("paused");
            due.readUntil(records -> records.size() >= 30, LIMIT);

            cluster.rest().stopConnector("paused");
            cluster.awaitState("paused", "STOPPED");
            cluster.rest().resumeConnector("paused");
            cluster.awaitRunning("paused");
            // it comes behind all that might come again
            send("paused", "last", 1);
            assertThat(values(due.readUntil(records -> values(records).contains("last-0"), LIMIT)))
                    .containsExactlyInAnyOrderElementsOf(Stream.of(sent("old", 10), sent("new", 20), sent("last", 1))
                            .flatMap(values -> values)
                            .toList());
            assertThat(cluster.rest().failures("paused")).isEmpty();
        }
    }

    private static void startConnector(String name, Map<String, String> own) {
        cluster.topics().create(name, 1, Map.of("retention.ms", "-1"));
        cluster.topics().create(1, name + ".due");
        cluster.startConnector(name, config(name, own));
    }

    private static Map<String, String> config(String name, Map<String, String> own) {
        Map<String, String> config = new HashMap<>(Map.of(
                "topics",
                name,
                "target.topic",
                name + ".due",
                "target.topics.allow",
                name + ".due",
                "delay.max",
                "10s"));
        config.putAll(own);
        return DelayConnector.config(cluster, config);
    }

    private static void recreate(String topic) {
        cluster.topics().delete(topic);
        await("a topic that is gone")
                .atMost(LIMIT)
                .until(() -> !cluster.topics().names().contains(topic));
        cluster.topics().create(1, topic);
    }

    private static void send(String topic, String value, int messages) {
        cluster.topics()
                .sendAll(sent(value, messages).map(each -> message(topic, each)).toList());
    }

    private static Stream<String> sent(String value, int messages) {
        return IntStream.range(0, messages).mapToObj(id -> value + "-" + id);
    }

    private static ProducerRecord<byte[], byte[]> message(String topic, String value) {
        return new ProducerRecord<>(topic, "key".getBytes(UTF_8), value.getBytes(UTF_8));
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }
}
