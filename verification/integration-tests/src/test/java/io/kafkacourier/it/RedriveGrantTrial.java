/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A message that fails in every attempt, and is redriven once, with another {@code max.attempts} than before. */
final class RedriveGrantTrial {

    private static final String ERRORS = "granted.errors";
    private static final String RETRIES = "granted.retry";
    private static final String DEAD_LETTERS = "granted.dlq";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final Cluster cluster;
    /** The number of failed retries so far. */
    private int failed;

    RedriveGrantTrial(Cluster cluster) {
        this.cluster = cluster;
    }

    /**
     * It becomes a dead letter after all retries that the retry connector allows, and again after all retries that the
     * redrive grants. Its header always contains the current limit.
     */
    void run(int maxAttemptsOfRetry, int maxAttemptsOfRedrive) {
        cluster.topics().create(1, ERRORS, RETRIES, DEAD_LETTERS);
        start(
                "granting-retry",
                Map.of(
                        "topics",
                        ERRORS,
                        "dead.letter.topic",
                        DEAD_LETTERS,
                        "backoff.initial",
                        "1ms",
                        "max.attempts",
                        Integer.toString(maxAttemptsOfRetry)));
        try (TopicReader reader = cluster.topics().reader("granted\\.(retry|dlq)")) {
            cluster.topics().sendAll(List.of(failure(new ProducerRecord<>(ERRORS, bytes("key"), bytes("value")))));
            failUntil(reader, records -> in(DEAD_LETTERS, records).size() == 1);
            assertExhausted(in(DEAD_LETTERS, reader.records()).get(0), maxAttemptsOfRetry);
            int before = failed;

            start(
                    "granting-redrive",
                    Map.of(
                            "topics",
                            DEAD_LETTERS,
                            "mode",
                            "redrive",
                            "max.attempts",
                            Integer.toString(maxAttemptsOfRedrive)));
            failUntil(reader, records -> in(DEAD_LETTERS, records).size() == 2);

            int granted = maxAttemptsOfRetry + maxAttemptsOfRedrive;
            assertExhausted(in(DEAD_LETTERS, reader.records()).get(1), granted);
            assertThat(in(RETRIES, reader.records()).subList(before, failed))
                    .as("the redriven message and its retries")
                    .hasSize(1 + maxAttemptsOfRedrive)
                    .allSatisfy(record ->
                            assertThat(header(record, "__courier.retry.max")).isEqualTo(Integer.toString(granted)));
        }
        cluster.rest().deleteConnector("granting-redrive");
        cluster.rest().deleteConnector("granting-retry");
    }

    private void start(String name, Map<String, String> own) {
        Map<String, String> config = RetryConnector.config(cluster, own);
        config.putAll(Map.of("retry.topic", RETRIES, "offsets.storage.topic", name + "-offsets", "tasks.max", "1"));
        cluster.startConnector(name, config);
    }

    /** Makes every retry fail, with its own headers. */
    private void failUntil(TopicReader reader, Predicate<List<ConsumerRecord<byte[], byte[]>>> isEnough) {
        reader.readUntil(
                records -> {
                    List<ConsumerRecord<byte[], byte[]>> retries = in(RETRIES, records);
                    for (ConsumerRecord<byte[], byte[]> retry : retries.subList(failed, retries.size())) {
                        ProducerRecord<byte[], byte[]> again =
                                new ProducerRecord<>(ERRORS, null, retry.key(), retry.value(), retry.headers());
                        cluster.topics().sendAll(List.of(failure(again)));
                    }
                    failed = retries.size();
                    return isEnough.test(records);
                },
                LIMIT);
    }

    private static ProducerRecord<byte[], byte[]> failure(ProducerRecord<byte[], byte[]> record) {
        record.headers().add("error_msg", bytes("still down"));
        return record;
    }

    private static void assertExhausted(ConsumerRecord<byte[], byte[]> letter, int attempts) {
        assertThat(header(letter, "__courier.retry.reason")).isEqualTo("EXHAUSTED");
        assertThat(header(letter, "__courier.retry.attempt")).isEqualTo(Integer.toString(attempts));
        assertThat(header(letter, "__courier.retry.max")).isEqualTo(Integer.toString(attempts));
    }

    private static List<ConsumerRecord<byte[], byte[]>> in(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().filter(record -> record.topic().equals(topic)).toList();
    }
}
