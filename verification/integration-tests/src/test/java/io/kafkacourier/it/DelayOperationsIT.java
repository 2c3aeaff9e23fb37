/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.TopicReader;
import io.kafkacourier.kafka.admin.ClusterClock;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** Delayed delivery for operators, on a real worker: its metrics, the lag of its group, and trimmed tiers. */
class DelayOperationsIT {

    private static final int PARTITIONS = 2;
    private static final int MESSAGES = 2_000;
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("delay-operations-it", 1, EmbeddedConnect::withJmx);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ConcurrentTest
    void metricsReportMessagesWhileTheyFlow() throws IOException {
        startConnector("flow");
        send("flow", MESSAGES, id -> 2_000 + id * 8_000 / MESSAGES);
        cluster.topics().sendAll(List.of(new ProducerRecord<>("flow", null, null, (byte[]) null, new byte[0], null)));
        send("flow", 1, id -> -1);

        try (JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics beans = new ConnectorMetrics(jmx.getMBeanServerConnection(), "flow");
            await("metrics of flowing messages").atMost(LIMIT).untilAsserted(() -> {
                assertThat(beans.sum("held-count", "")).isPositive();
                assertThat(beans.sum("held-bytes", "")).isPositive();
                assertThat(beans.sum("hop-total", "")).isPositive();
                assertThat(beans.sum("delivered-total", "")).isBetween(1.0, MESSAGES - 1.0);
                assertThat(beans.sum("delivered-rate", "")).isPositive();
                assertThat(beans.sum("pending-count", "")).isPositive();
                assertThat(beans.values("next-due-time-ms", ""))
                        .anySatisfy(ms -> assertThat(ms).isGreaterThan(System.currentTimeMillis() - 5_000.0));
                assertThat(beans.values("lateness-p99-ms", ""))
                        .anySatisfy(ms -> assertThat(ms).isBetween(0.0, 10_000.0));
            });
            await("metrics after all deliveries").atMost(LIMIT).untilAsserted(() -> {
                assertThat(beans.sum("due-total", "")).isEqualTo(MESSAGES + 1);
                assertThat(beans.sum("delivered-total", "")).isEqualTo(MESSAGES + 1);
                assertThat(beans.sum("invalid-total", "reason=UNREADABLE_DUE_TIME"))
                        .isEqualTo(1);
                assertThat(beans.sum("pending-count", "topic=flow")).isZero();
                assertThat(beans.sum("pending-count", "")).isZero();
                assertThat(beans.sum("held-count", "")).isZero();
            });
            assertThat(beans.values("upkeep-failure-total", ""))
                    .hasSizeGreaterThanOrEqualTo(3)
                    .containsOnly(0.0);
            assertThat(beans.values("upkeep-age-ms", ""))
                    .allSatisfy(ms -> assertThat(ms).isLessThan(30_000));
            assertThat(beans.sum("missing-total", "")).isZero();

            cluster.rest().deleteConnector("flow");
            await("removal of the metrics")
                    .atMost(LIMIT)
                    .untilAsserted(
                            () -> assertThat(beans.values("held-count", "")).isEmpty());
        }
    }

    @ConcurrentTest
    void theGroupShowsPendingMessagesAndTiersAreTrimmedAfterDelivery() {
        startConnector("lag");
        send("lag", MESSAGES, id -> 12_000);

        await("lag")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(lags()).anySatisfy((partition, lag) -> {
                    assertThat(partition.topic()).startsWith("lag.delay.");
                    assertThat(lag).isPositive();
                }));
        await("no lag").atMost(LIMIT).untilAsserted(() -> {
            assertThat(cluster.topics().endOffsets("lag.due").values().stream()
                            .mapToLong(end -> end)
                            .sum())
                    .isGreaterThanOrEqualTo(MESSAGES);
            assertThat(lags())
                    .allSatisfy((partition, lag) ->
                            assertThat(lag).as("%s", partition).isZero());
        });
        await("trimmed tiers")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(tiers())
                        .isNotEmpty()
                        .allSatisfy(tier -> assertThat(cluster.topics().firstOffsets(tier))
                                .isEqualTo(cluster.topics().endOffsets(tier))));
        assertThat(tiers().stream()
                        .flatMap(tier -> cluster.topics().endOffsets(tier).values().stream())
                        .mapToLong(end -> end)
                        .sum())
                .as("messages that passed tiers")
                .isGreaterThanOrEqualTo(MESSAGES);
    }

    @ConcurrentTest
    void aGroupWithOtherMembersStopsNothing() throws IOException {
        cluster.topics().create(1, "noise");
        try (JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics beans = new ConnectorMetrics(jmx.getMBeanServerConnection(), "busy");
            try (KafkaConsumer<byte[], byte[]> member = member("courier-busy", "noise")) {
                startConnector("busy");
                send("busy", MESSAGES, id -> 100);

                await("failures and deliveries").atMost(LIMIT).untilAsserted(() -> {
                    assertThat(beans.sum("upkeep-failure-total", "chore=mirror"))
                            .isPositive();
                    assertThat(beans.sum("delivered-total", "")).isEqualTo(MESSAGES);
                });
                assertThat(member.assignment()).isNotEmpty();
            }
            await("progress in the group after its other member has left")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(cluster.topics().committedOffsets("courier-busy"))
                            .containsAllEntriesOf(cluster.topics().endOffsets("busy")));
        }
    }

    @ConcurrentTest
    void aHangingTransactionIsReportedAndDelaysOnlyTheRecordsBehindIt() throws IOException {
        hang("hanging", () -> {});
    }

    /** It is logged after two minutes. */
    @ConcurrentTest
    @Tag("long")
    void aTransactionThatHangsForALongTimeIsLogged() throws IOException {
        hang(
                "hanging-long",
                () -> await("a line in the log")
                        .atMost(Duration.ofMinutes(3))
                        .untilAsserted(() -> assertThat(cluster.connect().log())
                                .content()
                                .contains("A transaction that began at hanging-long-0@0 has not ended for")
                                .contains("--topic hanging-long --partition 0 --start-offset 0")));
    }

    private static void hang(String name, Runnable whileItHangs) throws IOException {
        startConnector(name);
        try (JMXConnector jmx = cluster.connect().jmx();
                TopicReader due = cluster.topics().reader(Pattern.quote(name) + "\\.due");
                KafkaProducer<byte[], byte[]> hanging = transactional(name)) {
            ConnectorMetrics beans = new ConnectorMetrics(jmx.getMBeanServerConnection(), name);
            hanging.initTransactions();
            hanging.beginTransaction();
            assertThat(hanging.send(record(name, 0, "never"))).succeedsWithin(LIMIT);
            List<String> behind =
                    IntStream.range(0, 10).mapToObj(id -> "behind-" + id).toList();
            cluster.topics()
                    .sendAll(
                            behind.stream().map(value -> record(name, 0, value)).toList());
            cluster.topics().sendAll(List.of(record(name, 1, "other partition")));

            await("a partition that is blocked")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(beans.sum("blocked-by-transaction-ms", "topic=" + name))
                            .isPositive());
            whileItHangs.run();
            due.readUntil(records -> !records.isEmpty(), LIMIT);
            assertThat(values(due.readTo(cluster.topics().endOffsets(name + ".due"), LIMIT)))
                    .containsExactly("other partition");
            cluster.awaitState(name, "RUNNING");

            hanging.abortTransaction();

            assertThat(values(due.readUntil(records -> records.size() >= 11, LIMIT)))
                    .doesNotContain("never")
                    .containsAll(behind);
            await("a partition that is free")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(beans.sum("blocked-by-transaction-ms", "topic=" + name))
                            .isZero());
        }
    }

    /** A producer whose transaction the broker does not end for a quarter of an hour. */
    private static KafkaProducer<byte[], byte[]> transactional(String id) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        cluster.bootstrapServers(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                        id,
                        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                        900_000),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> record(String topic, int partition, String value) {
        return new ProducerRecord<>(topic, partition, null, value.getBytes(UTF_8));
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(record -> new String(record.value(), UTF_8)).toList();
    }

    /** The clocks of broker and worker cannot be changed here, so the test moves its own clock. */
    @ConcurrentTest
    void aClusterReportsHowFarAClockIsAhead() {
        Duration ahead = Duration.ofHours(2);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            assertThat(ClusterClock.of(admin, Clock.offset(Clock.systemUTC(), ahead))
                            .aheadMs())
                    .isBetween(
                            ahead.minusSeconds(10).toMillis(),
                            ahead.plusSeconds(1).toMillis());
            assertThat(ClusterClock.of(admin, Clock.offset(Clock.systemUTC(), ahead.negated()))
                            .aheadMs())
                    .isZero();
        }
    }

    /** A consumer that has joined a group. */
    private static KafkaConsumer<byte[], byte[]> member(String group, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        cluster.bootstrapServers(),
                        ConsumerConfig.GROUP_ID_CONFIG,
                        group),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(List.of(topic));
        await("a member of the group").atMost(LIMIT).until(() -> {
            consumer.poll(Duration.ofMillis(100));
            return !consumer.assignment().isEmpty();
        });
        return consumer;
    }

    /** The lag of the group in each input and tier, as Kafka's tools compute it. */
    private static Map<TopicPartition, Long> lags() {
        Map<TopicPartition, Long> committed = cluster.topics().committedOffsets("courier-lag");
        List<String> topics = new ArrayList<>(tiers());
        topics.add("lag");
        Map<TopicPartition, Long> lags = new HashMap<>();
        for (String topic : topics) {
            cluster.topics().endOffsets(topic).forEach((partition, end) -> {
                assertThat(committed).containsKey(partition);
                lags.put(partition, end - committed.getOrDefault(partition, end));
            });
        }
        return lags;
    }

    private static List<String> tiers() {
        return cluster.topics().names().stream()
                .filter(topic -> topic.startsWith("lag.delay."))
                .toList();
    }

    private static void startConnector(String name) {
        cluster.topics().create(PARTITIONS, name, name + ".due");
        cluster.startConnector(
                name,
                DelayConnector.config(
                        cluster,
                        Map.of(
                                "topics",
                                name,
                                "target.topic",
                                name + ".due",
                                "target.topics.allow",
                                name + ".due",
                                "horizon",
                                "4s",
                                "delay.max",
                                "30s")));
    }

    private static void send(String topic, int messages, IntUnaryOperator delayMs) {
        cluster.topics()
                .sendAll(IntStream.range(0, messages)
                        .mapToObj(id -> {
                            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                                    topic, Integer.toString(id).getBytes(UTF_8), new byte[100]);
                            record.headers()
                                    .add(
                                            "delay",
                                            Integer.toString(delayMs.applyAsInt(id))
                                                    .getBytes(UTF_8));
                            return record;
                        })
                        .toList());
    }
}
