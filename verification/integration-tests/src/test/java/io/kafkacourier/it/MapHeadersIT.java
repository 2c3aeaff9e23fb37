/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A JavaScript client that keeps headers in a map reports failures. Needs {@code node} and {@code npm}. */
@Tag("clients")
class MapHeadersIT {

    private static final Path SOURCES = Path.of("src", "test", "node");
    private static final Path DIRECTORY = Path.of("target", "map-headers-it-node");
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String TIMEOUT = "com.example.Timeout";
    private static final String HOPELESS = "com.example.InvalidOrder";

    private static Cluster cluster;

    @BeforeAll
    static void start() throws Exception {
        Directories.delete(DIRECTORY);
        Directories.create(DIRECTORY);
        for (String file : List.of("package.json", "package-lock.json", "failing-consumer.mjs")) {
            Files.copy(SOURCES.resolve(file), DIRECTORY.resolve(file));
        }
        assertThat(start("npm", "ci", "--no-audit", "--no-fund").waitFor())
                .as("npm ci; see " + DIRECTORY)
                .isZero();
        cluster = Cluster.start("map-headers-it");
        cluster.topics().create(1, "billing");
        cluster.startConnector(
                "billing",
                RetryConnector.config(
                        cluster,
                        Map.of(
                                "topics", "billing.errors",
                                "retry.topic", "billing.retry",
                                "dead.letter.topic", "billing.dlq",
                                "max.attempts", "3",
                                "backoff.initial", "50ms",
                                "non.retriable.errors", HOPELESS)));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void theClassOfEachFailureCountsForEveryOrderOfTheClientsHeaders() throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        for (String writer : List.of("inPlace", "inFront", "sorted")) {
            send(writer + " changes", TIMEOUT + "," + HOPELESS);
            expected.put(writer + " changes", "NON_RETRIABLE after 1: " + TIMEOUT + "," + HOPELESS);
            send(writer + " repeats", String.join(",", TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT));
            expected.put(
                    writer + " repeats", "EXHAUSTED after 3: " + String.join(",", TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT));
            send(writer + " omits", TIMEOUT + ",," + HOPELESS);
            expected.put(writer + " omits", "NON_RETRIABLE after 2: " + TIMEOUT + ",," + HOPELESS);
        }

        Process consumer = start("node", "failing-consumer.mjs", cluster.bootstrapServers());
        try (TopicReader reader = cluster.topics().reader("billing\\.dlq")) {
            reader.readUntil(records -> records.size() >= expected.size(), LIMIT);

            assertThat(reader.records().stream()
                            .collect(toMap(
                                    Messages::key,
                                    dead -> header(dead, "__courier.retry.reason") + " after "
                                            + header(dead, "__courier.retry.attempt") + ": "
                                            + classes(header(dead, "__courier.retry.history")))))
                    .isEqualTo(expected);
        } finally {
            consumer.destroyForcibly().waitFor();
        }
    }

    private static String classes(String history) {
        return history.replaceAll("[0-9]+,[0-9]+,", "").replace(';', ',');
    }

    private static void send(String key, String failures) {
        cluster.topics().sendAll(List.of(new ProducerRecord<>("billing", bytes(key), bytes(failures))));
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .directory(DIRECTORY.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        DIRECTORY.resolve("node.log").toFile()))
                .start();
    }
}
