/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Dead letters are redriven while one of two brokers is down. */
class BlockedRedriveIT {

    private static final String CONNECTOR = "redriven";
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int EACH = 5;

    private static Cluster cluster;
    private static EmbeddedKafka away;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("blocked-redrive-it", 1, EmbeddedConnect::withJmx);
        cluster.topics().create(1, "redriven.dlq", "redriven.fine", "redriven.redrive");
        away = cluster.addBroker();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void topicsThatAcceptNoRecordsDelayOnlyTheirOwnLetters() throws IOException {
        cluster.topics().createOn(List.of(away.nodeId()), "redriven.offline", Map.of());
        cluster.topics()
                .createOn(
                        List.of(cluster.kafka().nodeId(), away.nodeId()),
                        "redriven.short",
                        Map.of("min.insync.replicas", "2"));
        List<String> origins = List.of("redriven.offline", "redriven.short", "redriven.gone", "redriven.fine");
        cluster.topics()
                .sendAll(IntStream.range(0, EACH * origins.size())
                        .mapToObj(number -> letter(number, origins.get(number % origins.size())))
                        .toList());
        away.stop();

        cluster.startConnector(
                CONNECTOR,
                RetryConnector.config(
                        cluster,
                        Map.of(
                                "mode",
                                "redrive",
                                "topics",
                                "redriven.dlq",
                                "retry.topic",
                                "${origin}",
                                "target.topics.allow",
                                "redriven\\..*",
                                "offsets.storage.topic",
                                "redriven-offsets")));
        try (TopicReader reader = cluster.topics().reader("redriven\\.(fine|offline|short|redrive)");
                JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), CONNECTOR);
            reader.readUntil(records -> in("redriven.fine", records).size() == EACH, LIMIT);
            await("metrics of the waiting redrive").atMost(LIMIT).untilAsserted(() -> {
                assertThat(metrics.sum("waiting-target-count", "")).isEqualTo(2);
                assertThat(metrics.sum("stalled-reason", "")).isPositive();
                assertThat(metrics.sum("refused-total", "")).isEqualTo(EACH);
                assertThat(metrics.sum("done", "")).isZero();
            });
            assertThat(cluster.rest().isRunning(CONNECTOR, 1)).isTrue();
            reader.readUntil(
                    records -> in("redriven.redrive", records).stream()
                            .anyMatch(json -> json.contains("\"waiting\":[\"redriven.offline\",\"redriven.short\"]")),
                    LIMIT);

            away.start();
            reader.readUntil(
                    records -> in("redriven.redrive", records).stream()
                            .anyMatch(json -> json.contains("\"event\":\"end\"")),
                    LIMIT);
            for (int origin : List.of(0, 1, 3)) {
                String topic = origins.get(origin);
                reader.readTo(cluster.topics().endOffsets(topic), LIMIT);
                assertThat(in(topic, reader.records()))
                        .as(topic)
                        .isEqualTo(IntStream.range(0, EACH)
                                .mapToObj(number -> Integer.toString(origin + number * origins.size()))
                                .toList());
            }
            assertThat(in("redriven.redrive", reader.records()))
                    .last()
                    .asString()
                    .contains("\"redriven\":" + 3 * EACH, "\"refused\":" + EACH, "\"waiting\":[]");
        }
        assertThat(cluster.rest().failures(CONNECTOR)).isEmpty();
    }

    private static ProducerRecord<byte[], byte[]> letter(int number, String origin) {
        ProducerRecord<byte[], byte[]> letter = new ProducerRecord<>("redriven.dlq", bytes(Integer.toString(number)));
        Map.of("__courier.origin.topic", origin, "__courier.retry.reason", "EXHAUSTED", "__courier.retry.attempt", "1")
                .forEach((name, value) -> letter.headers().add(name, bytes(value)));
        return letter;
    }

    /** The values of the records in a topic. */
    private static List<String> in(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> Messages.text(record.value()))
                .toList();
    }
}
