/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Changes of topics without the connector's knowledge on a real broker: topics are deleted and created again, logs are
 * lost and grow again, and new topics would lose messages. Each is reported, and none stops the connector forever.
 */
class MissingRecordsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final long NO_TIMESTAMP = -1;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("missing-records-it", 1, EmbeddedConnect::withJmx);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ConcurrentTest
    void anInputThatIsCreatedAgainIsReadFromItsBeginningAtOnceIfConfigured() {
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

    @ConcurrentTest
    void anInputThatIsCreatedAgainStopsTheTaskWithAMessageAtOnce() {
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
    @ResourceLock(ConcurrentTest.CLUSTER)
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

    @ConcurrentTest
    void aNewTopicThatWouldLoseMessagesIsLeftOutUntilItIsFixedAndTheOthersAreRead() throws Exception {
        cluster.topics().create(1, "many.a", "target");
        Map<String, String> config = DelayConnector.config(
                cluster,
                Map.of("topics.regex", "many\\.[a-z]", "target.topic", "target", "target.topics.allow", "target"));
        cluster.startConnector("many", config);
        try (TopicReader due = cluster.topics().reader("target")) {
            cluster.topics().create("many.b", 1, Map.of("cleanup.policy", "compact"));
            cluster.topics().create(1, "many.c");
            cluster.topics().sendAll(List.of(message("many.b", "b"), message("many.c", "c"), message("many.a", "a")));

            assertThat(values(due.readUntil(records -> records.size() >= 2, LIMIT)))
                    .containsExactlyInAnyOrder("a", "c");
            cluster.awaitState("many", "RUNNING");
            cluster.rest().putConnector("many", config);
            assertThat(cluster.connect().log())
                    .content()
                    .containsPattern("WARN .*Topic many\\.b is not read: Topic many\\.b has cleanup\\.policy=compact");

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

    @ConcurrentTest
    void aDueTimeIsKeptForAnyTimestampOfItsRecord() {
        startConnector("timeless", Map.of());
        long dueMs = System.currentTimeMillis() + 6_000;
        String due = Long.toString(dueMs);
        long longAgo = System.currentTimeMillis() - Duration.ofDays(40).toMillis();
        try (TopicReader reader = cluster.topics().reader("timeless\\.due|invalid_delay")) {
            cluster.topics()
                    .sendAll(List.of(
                            stamped("old", longAgo, "deliver_at", due),
                            stamped("first", 0, "deliver_at", due),
                            stamped("new", System.currentTimeMillis(), "deliver_at", due),
                            stamped("none", NO_TIMESTAMP, "deliver_at", due),
                            stamped("at-once", NO_TIMESTAMP, "delay", "0"),
                            stamped("from-when", NO_TIMESTAMP, "delay", "5s")));

            List<ConsumerRecord<byte[], byte[]>> delivered = reader.readUntil(records -> records.size() >= 6, LIMIT);

            assertThat(delivered)
                    .filteredOn(record -> record.topic().equals("invalid_delay"))
                    .singleElement()
                    .satisfies(record -> {
                        assertThat(record.value()).asString(UTF_8).isEqualTo("from-when");
                        assertThat(Messages.header(record, "__courier.route.reason"))
                                .isEqualTo("UNREADABLE_DUE_TIME");
                    });
            Map<String, Long> timestamps = delivered.stream()
                    .filter(record -> record.topic().equals("timeless.due"))
                    .collect(Collectors.toMap(record -> new String(record.value(), UTF_8), ConsumerRecord::timestamp));
            assertThat(timestamps)
                    .containsOnlyKeys("old", "first", "new", "none", "at-once")
                    .containsEntry("old", dueMs)
                    .containsEntry("first", dueMs)
                    .containsEntry("new", dueMs);
            assertThat(timestamps.get("none"))
                    .as("stamped when it was delivered")
                    .isGreaterThanOrEqualTo(dueMs);
            assertThat(timestamps.get("at-once")).isLessThan(dueMs);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(dueMs);
        }
    }

    private static ProducerRecord<byte[], byte[]> stamped(String value, long timestampMs, String header, String text) {
        ProducerRecord<byte[], byte[]> record = timestampMs == NO_TIMESTAMP
                ? new Timeless(value)
                : new ProducerRecord<>("timeless", null, timestampMs, (byte[]) null, value.getBytes(UTF_8));
        record.headers().add(header, text.getBytes(UTF_8));
        return record;
    }

    /**
     * A record without timestamp, as from a client that writes record batches itself; Kafka's producer would add a
     * timestamp.
     */
    private static final class Timeless extends ProducerRecord<byte[], byte[]> {

        Timeless(String value) {
            super("timeless", value.getBytes(UTF_8));
        }

        @Override
        public Long timestamp() {
            return NO_TIMESTAMP;
        }
    }

    @ConcurrentTest
    void recordsDeletedFromAnInputOrATierStopTheTaskOrAreCountedIfItContinues() throws Exception {
        Map<String, String> fail = Map.of("horizon", "1s", "delay.max", "30s", "on.missing", "fail");
        Map<String, String> skip = Map.of("horizon", "1s", "delay.max", "30s", "on.missing", "skip");
        startConnector("cut", fail);
        try (TopicReader due = cluster.topics().reader("cut\\.due");
                JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), "cut");
            send("cut", "old", 10);
            sendDelayed("cut", "through-a-tier", "9s");
            due.readUntil(records -> records.size() == 10, LIMIT);
            String tier = filledTier("cut", "none");
            cluster.rest().stopConnector("cut");
            cluster.awaitState("cut", "STOPPED");
            send("cut", "lost", 5);
            deleteRecords("cut");
            send("cut", "kept", 2);

            cluster.rest().resumeConnector("cut");

            awaitFailure(
                    "cut",
                    "Records cut-0@11 to 15 were deleted before they were delivered; on.missing=skip continues"
                            + " behind them");

            cluster.rest().putConnector("cut", config("cut", skip));
            assertThat(values(due.readUntil(records -> records.size() >= 13, LIMIT)))
                    .contains("kept-0", "kept-1", "through-a-tier")
                    .noneMatch(value -> value.startsWith("lost"));
            await("the count of missing records")
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(metrics.sum("missing-total", "")).isEqualTo(5));

            cluster.rest().putConnector("cut", config("cut", fail));
            cluster.awaitRunning("cut");
            long before = end(tier);
            sendDelayed("cut", "lost-in-a-tier", "9s");
            sendDelayed("cut", "lost-in-another", "20s");
            String another = filledTier("cut", tier);
            await("a message in the tier").atMost(LIMIT).until(() -> end(tier) > before);
            cluster.rest().stopConnector("cut");
            cluster.awaitState("cut", "STOPPED");
            deleteRecords(tier);
            deleteRecords(another);

            cluster.rest().resumeConnector("cut");

            awaitFailure(
                    "cut",
                    "Records " + tier + "-0@",
                    " to " + (end(tier) - 1) + " were deleted before they were delivered. It is a tier: only the"
                            + " connector may delete from it");

            assertThat(cluster.connect().log())
                    .content()
                    .contains("No offset is stored for " + another + "-0, whose log begins at "
                            + end(another)
                            + ". Unless the connector's offsets were reset or lost, records were deleted");

            cluster.rest().putConnector("cut", config("cut", skip));
            send("cut", "after", 1);
            assertThat(values(due.readUntil(records -> records.size() >= 14, LIMIT)))
                    .hasSize(14)
                    .endsWith("after-0");
            await("the count of missing records")
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(metrics.sum("missing-total", "")).isPositive());
            assertThat(cluster.rest().failures("cut")).isEmpty();
        }
    }

    @ConcurrentTest
    void aTierAndATopicThatAreDeletedStopNoneOfTheOthers() throws Exception {
        cluster.topics().create(1, "some.a", "some.b", "some.due");
        cluster.startConnector(
                "some",
                DelayConnector.config(
                        cluster,
                        Map.of(
                                "topics.regex",
                                "some\\.[a-z]",
                                "target.topic",
                                "some.due",
                                "target.topics.allow",
                                "some\\.due",
                                "on.missing",
                                "skip",
                                "horizon",
                                "1s",
                                "delay.max",
                                "1m")));
        try (TopicReader due = cluster.topics().reader("some\\.due");
                JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), "some");
            send("some.a", "a", 1);
            send("some.b", "b", 1);
            sendDelayed("some.a", "lost-in-a-tier", "50s");
            due.readUntil(records -> records.size() == 2, LIMIT);
            String tier = filledTier("some", "none");

            cluster.topics().delete(tier, "some.b");

            await("a tier that is created again")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(cluster.connect().log())
                            .content()
                            .contains("Tier " + tier
                                    + " was deleted and created anew: the messages that waited in it are lost"));
            await("a topic that is not read any more").atMost(LIMIT).untilAsserted(() -> {
                assertThat(metrics.values("pending-count", "topic=some.a")).isNotEmpty();
                assertThat(metrics.values("pending-count", "topic=some.b")).isEmpty();
            });
            cluster.awaitRunning("some");
            send("some.a", "after", 1);
            sendDelayed("some.a", "through-a-tier", "5s");
            assertThat(values(due.readUntil(records -> records.size() >= 4, LIMIT)))
                    .containsExactlyInAnyOrder("a-0", "b-0", "after-0", "through-a-tier");
            assertThat(cluster.topics().names()).contains(tier);
            assertThat(end(tier)).isZero();
        }
    }

    private static void awaitFailure(String connector, String... parts) {
        await("a failure")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(cluster.rest().failures(connector))
                        .anySatisfy(failure -> assertThat(failure).contains(parts)));
    }

    /** Waits until a message has arrived in a tier of the connector other than {@code butFor}. */
    private static String filledTier(String connector, String butFor) {
        return await("a message in a tier")
                .atMost(LIMIT)
                .until(
                        () -> cluster.topics().names().stream()
                                .filter(topic -> topic.startsWith(connector + ".delay.") && !topic.equals(butFor))
                                .filter(topic -> end(topic) > 0)
                                .findFirst()
                                .orElse(""),
                        topic -> !topic.isEmpty());
    }

    private static long end(String topic) {
        return cluster.topics().endOffsets(topic).getOrDefault(new TopicPartition(topic, 0), 0L);
    }

    private static void deleteRecords(String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(end(topic))))
                    .all()
                    .get();
        }
    }

    private static void sendDelayed(String topic, String value, String delay) {
        ProducerRecord<byte[], byte[]> record = message(topic, value);
        record.headers().add("delay", delay.getBytes(UTF_8));
        cluster.topics().sendAll(List.of(record));
    }

    /** A reader cannot distinguish a new topic from the old one if it has a record at the reader's position. */
    @ConcurrentTest
    void anInputThatIsCreatedAgainDuringAPauseIsReadOnce() {
        startConnector("paused", Map.of("on.missing", "skip", "topics.refresh.interval", "1h"));
        try (TopicReader due = cluster.topics().reader("paused\\.due")) {
            send("paused", "old", 10);
            due.readUntil(records -> records.size() == 10, LIMIT);
            cluster.rest().pauseConnector("paused");
            cluster.awaitState("paused", "PAUSED");
            long pausedNanos = System.nanoTime();

            recreate("paused");
            send("paused", "new", 20);
            await("a pause that is long enough")
                    .atMost(LIMIT)
                    .until(() -> System.nanoTime() - pausedNanos
                            > Duration.ofSeconds(3).toNanos());
            cluster.rest().resumeConnector("paused");
            due.readUntil(records -> records.size() >= 30, LIMIT);

            cluster.rest().stopConnector("paused");
            cluster.awaitState("paused", "STOPPED");
            cluster.rest().resumeConnector("paused");
            cluster.awaitRunning("paused");
            // it comes after all records that could be delivered again
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
