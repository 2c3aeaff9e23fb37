/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Messages that fail in each round. An application that survives writes the failures in advance, because a sink on a
 * killed worker reports failures twice.
 */
final class RetryTrial {

    static final String CONNECTOR = "retry";

    private static final String ERRORS = "sink.errors";
    private static final String RETRIES = "sink.retry";
    private static final String DEAD_LETTERS = "sink.dlq";
    private static final String OFFSETS = "retry-offsets";
    private static final String ERROR_CLASS = "org.example.OutOfStock";

    private static final int PARTITIONS = 3;
    private static final int MAX_ATTEMPTS = 3;
    /** The number of failures of each message. */
    private static final int ROUNDS = MAX_ATTEMPTS + 1;

    private static final long INITIAL_MS = 1_000;
    private static final double JITTER = 0.2;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    /** More records than the ended transactions of a killed task leave behind. */
    private static final int AT_WORK = 100;

    /**
     * The size of the trial.
     *
     * @param failures the number of error records, in whole rounds
     * @param kills how often {@link #run} kills a worker; it also kills the broker once
     */
    record Size(int failures, int kills) {

        int messages() {
            return failures / ROUNDS;
        }
    }

    private final Size size;
    private final Cluster cluster;

    /** The connector keeps its offsets in the topic that the workers share. */
    RetryTrial(Cluster cluster, Size size) {
        // this long, a single worker waits after a kill
        this(cluster, size, Map.of("producer.override.transaction.timeout.ms", "10000"));
    }

    /** @param own additional options of the connector */
    RetryTrial(Cluster cluster, Size size, Map<String, String> own) {
        this.size = size;
        this.cluster = cluster;
        // the timestamps are the broker's time of the failure, and of the append of the retry
        Map<String, String> stampedByTheBroker = Map.of("message.timestamp.type", "LogAppendTime");
        cluster.topics().create(ERRORS, PARTITIONS, stampedByTheBroker);
        cluster.topics().create(RETRIES, PARTITIONS, stampedByTheBroker);
        Map<String, String> config = new HashMap<>(Map.of(
                "topics",
                ERRORS,
                "retry.topic",
                RETRIES,
                "dead.letter.topic",
                DEAD_LETTERS,
                "max.attempts",
                Integer.toString(MAX_ATTEMPTS),
                "backoff.initial",
                INITIAL_MS + "ms",
                "backoff.jitter",
                Double.toString(JITTER),
                "horizon",
                "1s"));
        config.putAll(own);
        cluster.startConnector(CONNECTOR, RetryConnector.config(cluster, config));
    }

    /** Writes some failures before each kill, so that some always wait, and kills tasks while they work. */
    void run() {
        int slice = size.failures() / (size.kills() + 1);
        for (int kill = 0; kill < size.kills(); kill++) {
            long before = written();
            write(kill * slice, (kill + 1) * slice);
            awaitWork(before);
            EmbeddedConnect worker = cluster.connect();
            worker.kill();
            if (kill == size.kills() / 2) {
                cluster.kafka().kill();
                cluster.kafka().start();
            }
            worker.start();
        }
        write(size.kills() * slice, size.failures());
    }

    /**
     * Writes some failures before each disturbance, while brokers and workers are killed in turn, leaders are elected
     * and partitions move.
     */
    void runFailovers() {
        Failovers failovers = new Failovers(cluster);
        List<Disturbance> all = new ArrayList<>(failovers.ofBrokers());
        all.add(failovers.leaderElection());
        all.addAll(failovers.ofWorkers());
        all.addAll(failovers.reassignments(List.of(ERRORS, RETRIES, OFFSETS)));
        int slice = size.failures() / (all.size() + 1);
        for (int number = 0; number < all.size(); number++) {
            cluster.awaitReady();
            long before = written();
            write(number * slice, (number + 1) * slice);
            awaitWork(before);
            all.get(number).action().run();
        }
        cluster.awaitReady();
        write(all.size() * slice, size.failures());
    }

    /** Returns when tasks have written new records, committed or not. */
    private void awaitWork(long before) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> {
            cluster.restartWhatConnectLetFail(CONNECTOR);
            return written() > before + AT_WORK;
        });
    }

    /**
     * The number of retries and dead letters, committed or not. The failures of the last round only become dead
     * letters.
     */
    private long written() {
        return Stream.of(RETRIES, DEAD_LETTERS)
                .flatMap(topic -> cluster.topics().endOffsets(topic).values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Each failure became one retry or one dead letter, with the right headers and not too early. */
    void assertEachCameOnce() {
        try (TopicReader reader = cluster.topics().reader("sink\\.(retry|dlq)")) {
            reader.readUntil(
                    records -> {
                        cluster.restartWhatConnectLetFail(CONNECTOR);
                        return records.size() >= size.failures();
                    },
                    LIMIT);
            reader.readTo(cluster.topics().endOffsets(RETRIES), LIMIT);
            reader.readTo(cluster.topics().endOffsets(DEAD_LETTERS), LIMIT);
            List<ConsumerRecord<byte[], byte[]>> retries = in(RETRIES, reader);
            List<ConsumerRecord<byte[], byte[]>> dead = in(DEAD_LETTERS, reader);

            assertThat(countsByMessageAndAttempt(retries)).isEqualTo(expectedRetries());
            assertThat(countsByMessageAndAttempt(dead)).isEqualTo(expectedDeadLetters());
            assertThat(retries).allSatisfy(RetryTrial::assertIsDueAfterItsBackOff);
            assertThat(dead).allSatisfy(RetryTrial::assertIsExhausted);
            assertThat(reader.records()).allSatisfy(RetryTrial::assertHasFailureHistory);
        }
    }

    private void write(int from, int to) {
        cluster.topics()
                .sendAll(IntStream.range(from, to).mapToObj(this::failure).toList());
    }

    /** The failures of the first round come first, then those of the second, and so on. */
    private ProducerRecord<byte[], byte[]> failure(int number) {
        int message = number % size.messages();
        int retries = number / size.messages();
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(ERRORS, message % PARTITIONS, bytes("key-" + message), bytes("value-" + message));
        Map<String, String> headers = new HashMap<>(Map.of(
                "__connect.errors.topic",
                retries == 0 ? "orders" : RETRIES,
                "__connect.errors.partition",
                "0",
                "__connect.errors.offset",
                Integer.toString(message),
                "__connect.errors.stage",
                "TASK_PUT",
                "__connect.errors.exception.class.name",
                ERROR_CLASS,
                "__connect.errors.exception.message",
                "round " + retries));
        if (retries > 0) {
            headers.putAll(Map.of(
                    "__courier.origin.topic", "orders",
                    "__courier.origin.partition", "0",
                    "__courier.origin.offset", Integer.toString(message),
                    "__courier.first.error.class", ERROR_CLASS,
                    "__courier.first.error.message", "round 0",
                    "__courier.retry.first.failure.ms", "1",
                    "__courier.retry.last.failure.ms", "1",
                    "__courier.retry.attempt", Integer.toString(retries),
                    "__courier.retry.due.ms", "2"));
        }
        headers.forEach((name, value) -> record.headers().add(name, bytes(value)));
        return record;
    }

    private Map<String, Long> expectedRetries() {
        Map<String, Long> expected = new HashMap<>();
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            for (int message = 0; message < size.messages(); message++) {
                expected.put("key-" + message + " attempt " + attempt, 1L);
            }
        }
        return expected;
    }

    private Map<String, Long> expectedDeadLetters() {
        Map<String, Long> expected = new HashMap<>();
        for (int message = 0; message < size.messages(); message++) {
            expected.put("key-" + message + " attempt " + MAX_ATTEMPTS, 1L);
        }
        return expected;
    }

    private static Map<String, Long> countsByMessageAndAttempt(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .collect(groupingBy(
                        record -> Messages.key(record) + " attempt " + header(record, "__courier.retry.attempt"),
                        counting()));
    }

    private static void assertIsDueAfterItsBackOff(ConsumerRecord<byte[], byte[]> record) {
        int attempt = Integer.parseInt(header(record, "__courier.retry.attempt"));
        long dueMs = Long.parseLong(header(record, "__courier.retry.due.ms"));
        long failedMs = Long.parseLong(header(record, "__courier.retry.last.failure.ms"));
        long longestMs = INITIAL_MS << (attempt - 1);
        assertThat(dueMs - failedMs).as("backoff").isBetween((long) (longestMs * (1 - JITTER)), longestMs);
        assertThat(record.timestamp()).as("append time of the retry").isGreaterThanOrEqualTo(dueMs);
    }

    private static void assertIsExhausted(ConsumerRecord<byte[], byte[]> record) {
        assertThat(header(record, "__courier.retry.reason")).isEqualTo("EXHAUSTED");
        assertThat(headers(record, "__connect.errors.topic")).containsExactly("orders");
        assertThat(headers(record, "__connect.errors.exception.message")).containsExactly("round " + MAX_ATTEMPTS);
    }

    private static void assertHasFailureHistory(ConsumerRecord<byte[], byte[]> record) {
        boolean isDead = record.topic().equals(DEAD_LETTERS);
        int round = Integer.parseInt(header(record, "__courier.retry.attempt")) - (isDead ? 0 : 1);
        assertThat(Messages.text(record.value())).isEqualTo(Messages.key(record).replace("key", "value"));
        assertThat(headers(record, "__courier.origin.topic")).containsExactly("orders");
        assertThat(headers(record, "__courier.origin.offset"))
                .containsExactly(Messages.key(record).replace("key-", ""));
        assertThat(headers(record, "__courier.first.error.message")).containsExactly("round 0");
        assertThat(headers(record, "__courier.error.message"))
                .isEqualTo(isDead ? List.of("round " + round) : List.of());
        assertThat(headers(record, "__courier.error.class")).isEqualTo(isDead ? List.of(ERROR_CLASS) : List.of());
        assertThat(header(record, "__courier.retry.history")).matches(".*\\b" + round + ",[0-9]+," + ERROR_CLASS);
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record, String name) {
        List<String> values = new ArrayList<>();
        record.headers().headers(name).forEach(header -> values.add(Messages.text(header.value())));
        return values;
    }

    private static List<ConsumerRecord<byte[], byte[]>> in(String topic, TopicReader reader) {
        return reader.records().stream()
                .filter(record -> record.topic().equals(topic))
                .toList();
    }
}
