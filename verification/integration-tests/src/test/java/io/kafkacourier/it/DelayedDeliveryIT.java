/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Delayed delivery through a real worker: exactly once and never early, whatever is killed. */
class DelayedDeliveryIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final int PARTITIONS = 3;
    private static final int MESSAGES = 10_000;
    private static final int MAX_DELAY_MS = 10_000;
    private static final int KILLS = 3;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("delayed-delivery-it");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void everyMessageArrivesOnceAndNoneEarlyThoughTheWorkerIsKilledThreeTimes() {
        cluster.topics().create("orders", PARTITIONS, Map.of());
        // the broker's clock at the append of the due message: nothing read later can hide that it came early
        cluster.topics().create("due", PARTITIONS, Map.of("message.timestamp.type", "LogAppendTime"));
        cluster.startConnector("delay", delayConnector("orders", "due"));
        Random random = new Random(1);

        try (TopicReader reader = cluster.topics().reader("due")) {
            for (int kill = 0; kill < KILLS; kill++) {
                publish(kill * MESSAGES / (KILLS + 1), (kill + 1) * MESSAGES / (KILLS + 1), random);
                int enough = reader.records().size() + MESSAGES / 20;
                reader.readUntil(records -> records.size() >= enough, Duration.ofMinutes(2));
                cluster.connect().kill();
                cluster.connect().start();
            }
            publish(KILLS * MESSAGES / (KILLS + 1), MESSAGES, random);

            awaitNothingHeld("delay", "orders");
            List<ConsumerRecord<byte[], byte[]>> due =
                    reader.readTo(cluster.topics().endOffsets("due"), Duration.ofMinutes(1));

            Map<String, Long> timesById =
                    due.stream().collect(Collectors.groupingBy(DelayedDeliveryIT::id, Collectors.counting()));
            assertThat(timesById.keySet())
                    .as("messages that arrived")
                    .isEqualTo(IntStream.range(0, MESSAGES)
                            .mapToObj(Integer::toString)
                            .collect(Collectors.toSet()));
            assertThat(timesById.values()).as("times each arrived").containsOnly(1L);
            assertThat(due).as("messages that came early").noneMatch(DelayedDeliveryIT::isEarly);
        }
    }

    private static Map<String, String> delayConnector(String from, String to) {
        return Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.delay.DelaySourceConnector"),
                Map.entry("tasks.max", "2"),
                Map.entry("bootstrap.servers", cluster.bootstrapServers()),
                Map.entry("topics", from),
                Map.entry("target.topic", to),
                Map.entry("target.topics.allow", to),
                Map.entry("key.converter", BYTES),
                Map.entry("value.converter", BYTES),
                Map.entry("header.converter", BYTES));
    }

    private static void publish(int from, int to, Random random) {
        cluster.topics()
                .sendAll(IntStream.range(from, to)
                        .mapToObj(id -> {
                            String delay = random.nextInt(MAX_DELAY_MS + 1) + "ms";
                            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                                    "orders",
                                    Integer.toString(id).getBytes(UTF_8),
                                    ("{\"order_id\":" + id + "}").getBytes(UTF_8));
                            record.headers().add("delay", delay.getBytes(UTF_8));
                            record.headers()
                                    .add("asked", delay.replace("ms", "").getBytes(UTF_8));
                            return record;
                        })
                        .toList());
    }

    /** Returns when the connector's committed progress says that it has read everything and holds nothing. */
    private static void awaitNothingHeld(String connector, String topic) {
        Set<List<Object>> ends = new HashSet<>();
        cluster.topics()
                .endOffsets(topic)
                .forEach((partition, end) -> ends.add(List.of(partition.partition(), end, end)));
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(cluster.rest().offsets(connector).stream()
                                .map(offset -> List.<Object>of(
                                        offset.path("partition")
                                                .path("partition")
                                                .asInt(),
                                        offset.path("offset").path("next").asLong(),
                                        offset.path("offset").path("low").asLong()))
                                .collect(Collectors.toSet()))
                        .isEqualTo(ends));
    }

    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8);
    }

    private static boolean isEarly(ConsumerRecord<byte[], byte[]> record) {
        long due = number(record, "__courier.origin.timestamp") + number(record, "asked");
        return record.timestamp() < due;
    }

    private static long number(ConsumerRecord<byte[], byte[]> record, String header) {
        return Long.parseLong(new String(record.headers().lastHeader(header).value(), UTF_8));
    }
}
