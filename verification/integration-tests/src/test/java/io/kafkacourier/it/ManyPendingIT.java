/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever the number of pending messages, a worker with a small heap reads more, delivers due messages, and restarts.
 */
class ManyPendingIT {

    private static final int PENDING = 1_000_000;
    private static final int CHUNK = 10_000;
    private static final int VALUE_BYTES = 1_024;
    private static final int SHORTEST_DELAY_S = 3_600;
    private static final int LONGEST_DELAY_S = 86_400;
    private static final long PROBE_DELAY_MS = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration PUNCTUAL = Duration.ofSeconds(10);
    /** The largest difference of the heap between two collections. */
    private static final long MORE_HEAP = 24 * 1024 * 1024;

    private static final int COLLECTIONS = 5;

    /** The largest number of bytes that consumers fetch while only a few probes move. */
    private static final double IDLE_FETCH_BYTES = 2 * 1024 * 1024;

    private static final int IDLE_PROBES = 5;

    private final Random random = new Random(5);
    private int partitions = 4;
    private Map<String, Object> producerSettings = Map.of();
    private Supplier<byte[]> value = this::randomBytes;
    private int filled;
    private int probes;

    @Test
    @Tag("soak")
    void aMillionPendingMessagesOfAKilobyteTakeNoMoreOfAHeapOf256MegabytesThanHalfAsMany() throws IOException {
        try (Cluster cluster = start("many-pending-soak");
                TopicReader due = cluster.topics().reader("due")) {
            startConnector(cluster);
            assertProbeIsPunctual(cluster, due);

            long half = heapInUseWithPending(PENDING / 2, cluster, due);
            long all = heapInUseWithPending(PENDING, cluster, due);

            assertThat(recordsInTiers(cluster)).as("messages in tiers").isEqualTo(PENDING);
            assertThat(all)
                    .as("heap in use; it is %d with half as many pending messages", half)
                    .isLessThan(half + MORE_HEAP);
        }
    }

    @Test
    void aBacklogOfCompressedJsonOnManyPartitionsFitsAHeapOf256Megabytes() throws Exception {
        assertCompressedBacklogFits("many-compressed", 150_000);
    }

    @Test
    @Tag("soak")
    void aBacklogOfAMillionCompressedMessagesOnManyPartitionsFitsAHeapOf256Megabytes() throws Exception {
        assertCompressedBacklogFits("many-compressed-soak", PENDING);
    }

    /**
     * Every partition of the input and of the tiers has more records than fit into memory, where they are seven times
     * as large as in the log.
     */
    private void assertCompressedBacklogFits(String directory, int pending) throws Exception {
        partitions = 16;
        producerSettings = Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd", ProducerConfig.LINGER_MS_CONFIG, 50);
        value = this::json;
        try (Cluster cluster = start(directory);
                TopicReader due = cluster.topics().reader("due")) {
            cluster.topics().create(partitions, "pending");
            fill(pending, cluster);
            startConnector(cluster);
            awaitAllInTiers(cluster);
            assertProbeIsPunctual(cluster, due);

            cluster.connect().kill();
            cluster.connect().start();
            cluster.awaitRunning("many");
            assertProbeIsPunctual(cluster, due);

            double before = fetchedBytes(cluster);
            for (int probe = 0; probe < IDLE_PROBES; probe++) {
                assertProbeIsPunctual(cluster, due);
            }
            assertThat(fetchedBytes(cluster) - before)
                    .as("bytes that consumers fetched while all but %d probes wait", IDLE_PROBES)
                    .isLessThan(IDLE_FETCH_BYTES);
            assertThat(recordsInTiers(cluster)).as("messages in tiers").isGreaterThanOrEqualTo(pending);
        }
    }

    /** The first OutOfMemoryError ends the worker, because it can affect any thread. */
    private static Cluster start(String directory) {
        return Cluster.start(
                directory,
                1,
                worker -> worker.withJvmOptions("-Xms256m", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError")
                        .withJmx());
    }

    private void startConnector(Cluster cluster) {
        if (!cluster.topics().names().contains("pending")) {
            cluster.topics().create(partitions, "pending");
        }
        cluster.topics().create("due", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        cluster.startConnector(
                "many",
                DelayConnector.config(
                        cluster,
                        Map.of(
                                "topics",
                                "pending",
                                "target.topic",
                                "due",
                                "target.topic.header",
                                "",
                                "producer.override.compression.type",
                                producerSettings
                                        .getOrDefault(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none")
                                        .toString())));
    }

    /** Creates {@code pending} pending messages, and returns the worker's used heap after a kill and a restart. */
    private long heapInUseWithPending(int pending, Cluster cluster, TopicReader due) throws IOException {
        fill(pending, cluster);
        awaitAllInTiers(cluster);
        assertProbeIsPunctual(cluster, due);

        cluster.connect().kill();
        cluster.connect().start();
        cluster.awaitRunning("many");
        assertProbeIsPunctual(cluster, due);
        return heapInUse(cluster);
    }

    /** A message with a short delay arrives, and nothing else. */
    private void assertProbeIsPunctual(Cluster cluster, TopicReader due) {
        int number = probes++;
        cluster.topics().sendAll(List.of(Messages.delayed("pending", 0, number, "probe", PROBE_DELAY_MS)));

        due.readUntil(
                records -> {
                    cluster.restartWhatConnectLetFail("many");
                    return records.size() > number;
                },
                LIMIT);

        assertThat(due.records().get(number)).satisfies(probe -> {
            long dueMs = Long.parseLong(Messages.header(probe, "__courier.origin.timestamp")) + PROBE_DELAY_MS;
            assertThat(Messages.number(probe)).isEqualTo(number);
            assertThat(probe.timestamp() - dueMs).as("lateness").isBetween(0L, PUNCTUAL.toMillis());
        });
    }

    private void fill(int upTo, Cluster cluster) {
        Map<String, Object> settings = new HashMap<>(producerSettings);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (; filled < upTo; filled += CHUNK) {
                List<Future<RecordMetadata>> sent = IntStream.range(filled, filled + CHUNK)
                        .mapToObj(number -> producer.send(message(number)))
                        .toList();
                for (Future<RecordMetadata> written : sent) {
                    written.get();
                }
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private ProducerRecord<byte[], byte[]> message(int number) {
        int delayS = SHORTEST_DELAY_S + random.nextInt(LONGEST_DELAY_S - SHORTEST_DELAY_S);
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>("pending", number % partitions, bytes(Integer.toString(number)), value.get());
        message.headers().add("delay", bytes(delayS + "s"));
        return message;
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[VALUE_BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** A kilobyte that zstd compresses to about a seventh in a batch. */
    private byte[] json() {
        StringBuilder json = new StringBuilder("{\"type\":\"order.created\",\"id\":\"");
        for (int i = 0; i < 15; i++) {
            json.append(String.format("%016x", random.nextLong()));
        }
        json.append("\",\"lines\":[");
        while (json.length() < VALUE_BYTES) {
            json.append("{\"article\":\"a standing desk\",\"quantity\":1,\"currency\":\"EUR\"},");
        }
        return bytes(json.append("{}]}").toString());
    }

    /** Returns when the connector has committed all of its input. */
    private static void awaitAllInTiers(Cluster cluster) {
        Map<TopicPartition, Long> ends = cluster.topics().endOffsets("pending");
        await().atMost(LIMIT).pollInterval(Duration.ofSeconds(1)).untilAsserted(() -> {
            cluster.restartWhatConnectLetFail("many");
            Map<TopicPartition, Long> done = new HashMap<>();
            for (JsonNode stored : cluster.rest().offsets("many")) {
                JsonNode partition = stored.path("partition");
                if (partition.path("topic").asText().equals("pending")) {
                    done.put(
                            new TopicPartition(
                                    "pending", partition.path("partition").asInt()),
                            stored.path("offset").path("low").asLong());
                }
            }
            assertThat(done).isEqualTo(ends);
        });
    }

    private static long recordsInTiers(Cluster cluster) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        cluster.topics().names().stream()
                .filter(topic -> topic.startsWith("many.delay."))
                .forEach(tier -> ends.putAll(cluster.topics().endOffsets(tier)));
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                10_000);
        long records = 0;
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(ends.keySet());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                records += consumer.poll(Duration.ofMillis(100)).count();
            }
        }
        return records;
    }

    /**
     * The smallest number of bytes after several collections, because a collection keeps objects that were created
     * while it ran.
     */
    private static long heapInUse(Cluster cluster) throws IOException {
        try (JMXConnector jmx = cluster.connect().jmx()) {
            MemoryMXBean memory = ManagementFactory.newPlatformMXBeanProxy(
                    jmx.getMBeanServerConnection(), ManagementFactory.MEMORY_MXBEAN_NAME, MemoryMXBean.class);
            return IntStream.range(0, COLLECTIONS)
                    .mapToLong(collection -> {
                        memory.gc();
                        return memory.getHeapMemoryUsage().getUsed();
                    })
                    .min()
                    .orElseThrow();
        }
    }

    /** The bytes on the wire that all consumers of the tasks have received. */
    private static double fetchedBytes(Cluster cluster) throws Exception {
        try (JMXConnector jmx = cluster.connect().jmx()) {
            MBeanServerConnection beans = jmx.getMBeanServerConnection();
            double bytes = 0;
            for (ObjectName consumer : beans.queryNames(
                    new ObjectName("kafka.consumer:type=consumer-metrics,client-id=courier-delay-many-*"), null)) {
                bytes += (double) beans.getAttribute(consumer, "incoming-byte-total");
            }
            assertThat(bytes).as("bytes fetched").isPositive();
            return bytes;
        }
    }
}
