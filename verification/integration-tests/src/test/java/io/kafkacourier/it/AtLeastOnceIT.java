/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A worker without exactly-once support, which is Kafka's default: messages can arrive twice, and none is lost or
 * early.
 */
class AtLeastOnceIT {

    private static final Map<String, String> AT_LEAST_ONCE = Map.of("exactly.once.source.support", "disabled");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final int PARTITIONS = 3;
    private static final int MAX_DELAY_MS = 5_000;
    private static final int TURNS = 1_000;
    private static final Duration FOR = Duration.ofSeconds(3);

    /** Enough messages to show that they flow. */
    private static final int ENOUGH = 200;

    /** The connector starts to check after half a minute, and makes the task fail when two checks agree. */
    private static final Duration NOTICED_WITHIN = Duration.ofMinutes(1);

    private static final int BULK_BYTES = 5_000;
    private static final int BULK = 400_000_000 / BULK_BYTES;
    private static final int BULK_AT_ONCE = 2_000;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("at-least-once-it", 1, worker -> worker.with(AT_LEAST_ONCE));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void deliversEachMessageAtLeastOnceAndNoneEarlyAlthoughTheWorkerIsKilled() throws IOException {
        cluster.topics().create(PARTITIONS, "orders");
        cluster.topics().create("orders.due", PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
        cluster.startConnector(
                "delay",
                DelayConnector.config(
                        cluster,
                        Map.of(
                                "topics",
                                "orders",
                                "target.topic",
                                "orders.due",
                                "target.topic.header",
                                "",
                                "horizon",
                                "2s",
                                "delay.max",
                                "1m")));
        Random random = new Random(11);
        try (Flow flow = new Flow(
                cluster,
                "delay",
                "orders(\\.due)?|delay\\.delay\\.[0-9]+s|invalid_delay",
                Set.of("orders.due"),
                turn -> {
                    int key = random.nextInt(50);
                    return List.of(Messages.delayed(
                            "orders", key % PARTITIONS, turn, "customer-" + key, random.nextInt(MAX_DELAY_MS + 1)));
                })) {
            flow.go(TURNS, FOR, TURNS / 3, "the start");
            cluster.connect().kill();
            cluster.connect().launch();
            flow.go(TURNS, FOR, TURNS / 2, "the kill of the worker");

            Deliveries deliveries = new Deliveries(flow.drain(), "orders", flow.written(), "orders.due");
            deliveries.assertEachCame();
            deliveries.assertNoneCameEarly();
        }
        assertThat(Files.readString(cluster.connect().log())).contains("exactly.once.source.support = disabled");
        cluster.rest().deleteConnector("delay");
    }

    @Test
    @Tag("soak")
    void aTargetThatIsDeletedUnderLoadFailsTheTaskAndKeepsOnlyItsOwnMessagesOnceThatIsRestarted() {
        assertThatADeletedTargetKeepsOnlyItsOwnMessages("shop", Map.of("producer.override.max.block.ms", "5000"));
    }

    /** Connect then waits forever, and the connector makes the task fail. */
    @Test
    @Tag("long")
    void aTargetThatIsDeletedUnderLoadFailsTheTaskThoughNothingLimitsTheWaitOfTheProducer() {
        assertThatADeletedTargetKeepsOnlyItsOwnMessages("mall", Map.of());
    }

    private static void assertThatADeletedTargetKeepsOnlyItsOwnMessages(String name, Map<String, String> own) {
        String gone = name + ".gone";
        String fine = name + ".fine";
        String invalid = name + ".invalid";
        cluster.topics().create(1, name, gone, fine);
        cluster.startConnector(name, config(cluster, name, own));
        int last = 0;
        try (TopicReader reader = cluster.topics().reader(name + "\\.(gone|fine|invalid)")) {
            for (; to(gone, reader).size() < ENOUGH; last++) {
                cluster.topics().sendAll(List.of(to(gone, last), to(fine, last)));
                reader.poll();
            }
            cluster.topics().delete(gone);
            long deadline = System.nanoTime() + NOTICED_WITHIN.toNanos();
            for (; cluster.rest().failures(name).isEmpty(); last++) {
                assertThat(deadline - System.nanoTime())
                        .as("time left for the task to fail")
                        .isPositive();
                cluster.topics().sendAll(List.of(to(gone, last), to(fine, last)));
            }
            assertThat(cluster.rest().failures(name)).hasSize(1);

            int end = last;
            cluster.topics().sendAll(List.of(to(gone, end), to(fine, end)));
            cluster.rest().restartFailed(name);
            reader.readUntil(
                    records -> to(fine, reader).contains(end)
                            && to(invalid, reader).contains(end),
                    LIMIT);
            assertThat(to(fine, reader))
                    .containsAll(IntStream.rangeClosed(0, end).boxed().toList());
            int first = to(invalid, reader).stream()
                    .mapToInt(Integer::intValue)
                    .min()
                    .orElseThrow();
            assertThat(to(invalid, reader))
                    .as("messages from the first that could not be written")
                    .containsAll(IntStream.rangeClosed(first, end).boxed().toList());
            assertThat(reader.records())
                    .filteredOn(record -> record.topic().equals(invalid))
                    .extracting(record -> Messages.header(record, "__courier.route.reason"))
                    .containsOnly("TARGET_MISSING");
        }
        cluster.rest().deleteConnector(name);
    }

    private static Map<String, String> config(Cluster of, String name, Map<String, String> own) {
        Map<String, String> config = DelayConnector.ofOneTopic(of, name, own);
        return config;
    }

    @Test
    @Tag("soak")
    void recordsBehindOneThatIsNotAcknowledgedAreNotKeptInMemory() throws Exception {
        try (Cluster small = Cluster.start(
                "unacknowledged-soak",
                1,
                worker -> worker.with(AT_LEAST_ONCE)
                        .withJvmOptions("-Xms256m", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError"))) {
            small.topics().create(1, "bulk", "bulk.fine");
            small.startConnector("bulk", config(small, "bulk", Map.of()));
            EmbeddedKafka other = small.addBroker();
            small.topics().createOn(List.of(other.nodeId()), "bulk.stuck", Map.of());
            ProducerRecord<byte[], byte[]> stuck = to("bulk.stuck", 0);
            stuck.headers().add("delay", bytes("2s"));
            small.topics().sendAll(List.of(stuck));
            // it becomes due before the cluster notices that the leader of its target is down
            other.kill();

            byte[] value = new byte[BULK_BYTES];
            new Random(13).nextBytes(value);
            for (int written = 0; written < BULK; written += BULK_AT_ONCE) {
                send(small, value);
            }
            await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
                assertThat(small.connect().isRunning())
                        .as("the worker has not run out of memory")
                        .isTrue();
                assertThat(small.rest().failures("bulk")).isEmpty();
                assertThat(small.topics().endOffsets("bulk.fine").values()).containsExactly((long) BULK);
            });
            assertThat(low(small))
                    .as("committed offset while the first message is not acknowledged")
                    .isZero();

            other.start();
            try (TopicReader reader = small.topics().reader("bulk\\.stuck")) {
                reader.readUntil(records -> !records.isEmpty(), LIMIT);
            }
            await().atMost(LIMIT).untilAsserted(() -> assertThat(low(small)).isEqualTo(BULK + 1));
            assertThat(small.rest().failures("bulk")).isEmpty();
        }
    }

    private static void send(Cluster to, byte[] value) throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> sent = IntStream.range(0, BULK_AT_ONCE)
                .mapToObj(number -> {
                    ProducerRecord<byte[], byte[]> message = new ProducerRecord<>("bulk", value);
                    message.headers().add("target_topic", bytes("bulk.fine"));
                    return to.topics().send(message);
                })
                .toList();
        for (Future<RecordMetadata> written : sent) {
            written.get();
        }
    }

    /** The offset below which the connector has finished its only input; 0 if nothing is committed. */
    private static long low(Cluster of) {
        return of.rest().offsets("bulk").stream()
                .filter(stored ->
                        stored.path("partition").path("topic").asText().equals("bulk"))
                .mapToLong(stored -> stored.path("offset").path("low").asLong())
                .findFirst()
                .orElse(0);
    }

    private static ProducerRecord<byte[], byte[]> to(String target, int number) {
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(target.substring(0, target.indexOf('.')), bytes("value"));
        message.headers().add("target_topic", bytes(target));
        message.headers().add("number", bytes(Integer.toString(number)));
        return message;
    }

    /** The numbers of the messages in a topic. */
    private static List<Integer> to(String topic, TopicReader reader) {
        return reader.records().stream()
                .filter(record -> record.topic().equals(topic))
                .map(Messages::number)
                .toList();
    }
}
