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
import java.util.stream.IntStream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** However many messages are pending, a worker with a small heap takes up more, delivers what is due, and comes again. */
class ManyPendingIT {

    private static final int PENDING = 1_000_000;
    private static final int CHUNK = 10_000;
    private static final int VALUE_BYTES = 1_024;
    private static final int PARTITIONS = 4;
    private static final int SHORTEST_DELAY_S = 3_600;
    private static final int LONGEST_DELAY_S = 86_400;
    private static final long PROBE_DELAY_MS = 1_000;
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration PUNCTUAL = Duration.ofSeconds(10);
    /** What a heap may differ by from one collection to the next. */
    private static final long MORE_HEAP = 24 * 1024 * 1024;

    private static final int COLLECTIONS = 5;

    private final Random random = new Random(5);
    private int filled;
    private int probes;

    @Test
    @Tag("soak")
    void aMillionPendingMessagesOfAKilobyteTakeNoMoreOfAHeapOf256MegabytesThanHalfAsMany() throws IOException {
        try (Cluster cluster = Cluster.start(
                        "many-pending-soak",
                        1,
                        worker -> worker.withJvmOptions("-Xms256m", "-Xmx256m").withJmx());
                TopicReader due = cluster.topics().reader("due")) {
            cluster.topics().create(PARTITIONS, "pending");
            cluster.topics().create("due", 1, Map.of("message.timestamp.type", "LogAppendTime"));
            cluster.startConnector(
                    "many",
                    DelayConnector.config(
                            cluster, Map.of("topics", "pending", "target.topic", "due", "target.topic.header", "")));
            assertProbeIsPunctual(cluster, due);

            long half = heapInUseWithPending(PENDING / 2, cluster, due);
            long all = heapInUseWithPending(PENDING, cluster, due);

            assertThat(recordsInTiers(cluster)).as("messages in tiers").isEqualTo(PENDING);
            assertThat(all)
                    .as("heap in use, of which %d when half is pending", half)
                    .isLessThan(half + MORE_HEAP);
        }
    }

    /** Has so many messages pending, and says what heap the worker has in use then, after it was killed and came again. */
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
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        for (; filled < upTo; filled += CHUNK) {
            cluster.topics()
                    .sendAll(IntStream.range(filled, filled + CHUNK)
                            .mapToObj(number -> {
                                int delayS = SHORTEST_DELAY_S + random.nextInt(LONGEST_DELAY_S - SHORTEST_DELAY_S);
                                ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                                        "pending", number % PARTITIONS, bytes(Integer.toString(number)), value);
                                message.headers().add("delay", bytes(delayS + "s"));
                                return message;
                            })
                            .toList());
        }
    }

    /** Returns when the connector has committed that it is done with all of its input. */
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

    /** Bytes, the least after several collections: each leaves what was written while it ran. */
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
}
