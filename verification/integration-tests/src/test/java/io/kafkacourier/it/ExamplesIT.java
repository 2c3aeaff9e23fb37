/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.ServiceFiles;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files that users copy work unchanged on one broker; only the addresses in them are replaced. */
class ExamplesIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration ALMOST_DUE = Duration.ofSeconds(2);

    private static final Set<String> WITH_A_TEST_OF_THEIR_OWN = Set.of(
            "delay-order-timeout", "delay-sms-retry", "retry-consumer", "delay-fixed-topics", "delay-then-route");

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("examples-it");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /** Each other file has a separate test, which starts it in the same way. */
    @ParameterizedTest
    @MethodSource
    void everyFileIsAConnectorThatRuns(String example) {
        startExample(example);

        cluster.rest().deleteConnector(example);
    }

    /**
     * The topics that the start creates: Connect creates the dead letter topic of a sink, and the retry connector
     * creates its own topics.
     */
    private static List<String> topicsMadeByTheStartOf(Map<String, String> config) {
        Stream<String> keys = isRetry(config)
                ? Stream.of("topics", "retry.topic", "dead.letter.topic")
                : Stream.of("errors.deadletterqueue.topic.name");
        return Stream.concat(keys, Stream.of("offsets.storage.topic"))
                .filter(config::containsKey)
                .map(config::get)
                .toList();
    }

    static List<String> everyFileIsAConnectorThatRuns() throws IOException {
        try (Stream<Path> files = Files.list(ServiceFiles.configExamples())) {
            return files.map(file -> file.getFileName().toString().replace(".json", ""))
                    .filter(example -> !WITH_A_TEST_OF_THEIR_OWN.contains(example))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void anOrderTimesOutHalfAnHourLaterAndStaysInOneTopicUntilThen() {
        startExample("delay-order-timeout");

        cluster.topics()
                .sendAll(List.of(
                        message("orders.unpaid", "new", Duration.ZERO, "{}", "delay", "30m"),
                        message(
                                "orders.unpaid",
                                "old",
                                Duration.ofMinutes(30).minus(ALMOST_DUE),
                                "{}",
                                "delay",
                                "30m")));

        assertThat(topicsByKey("orders\\.timeout|delay-order-timeout\\.delay\\.1800s", "new", "old"))
                .isEqualTo(Map.of("new", "delay-order-timeout.delay.1800s", "old", "orders.timeout"));
        cluster.rest().deleteConnector("delay-order-timeout");
    }

    @Test
    void aTextMessageIsRetriedFiveMinutesLaterOrAtItsOwnTime() {
        startExample("delay-sms-retry");

        cluster.topics()
                .sendAll(List.of(
                        message("sms.failed", "new", Duration.ZERO, "{}", "delay", "5m"),
                        message("sms.failed", "old", Duration.ofMinutes(5).minus(ALMOST_DUE), "{}", "delay", "5m"),
                        message("sms.failed", "last", Duration.ZERO, "{}", "target_topic", "sms.abandoned"),
                        message("sms.failed", "wrong", Duration.ZERO, "{}", "target_topic", "orders")));

        assertThat(topicsByKey(
                        "sms\\.(send|abandoned)|invalid_delay|delay-sms-retry\\.delay\\.300s",
                        "new",
                        "old",
                        "last",
                        "wrong"))
                .isEqualTo(Map.of(
                        "new", "delay-sms-retry.delay.300s",
                        "old", "sms.send",
                        "last", "sms.abandoned",
                        "wrong", "invalid_delay"));
        cluster.rest().deleteConnector("delay-sms-retry");
    }

    @Test
    void failuresOfAPlainConsumerAreRetriedOrDeadLettered() {
        startExample("retry-consumer");

        cluster.topics()
                .sendAll(List.of(
                        message("billing.errors", "failed", Duration.ofHours(1), "{}", "error_msg", "out of stock"),
                        message(
                                "billing.errors",
                                "hopeless",
                                Duration.ZERO,
                                "{}",
                                "error_msg",
                                "no such order",
                                "__courier.error.class",
                                "com.example.InvalidOrder")));

        assertThat(topicsByKey("billing\\.(retry|dlq)", "failed", "hopeless"))
                .isEqualTo(Map.of("failed", "billing.retry", "hopeless", "billing.dlq"));
        cluster.rest().deleteConnector("retry-consumer");
    }

    @Test
    void topicsWithFixedDelaysDelayAllTheirMessages() {
        startExample("delay-fixed-topics");

        cluster.topics()
                .sendAll(List.of(
                        message("delay_5s", "5s", Duration.ZERO, "{}"),
                        message("delay_5m", "5m", Duration.ofMinutes(5).minus(ALMOST_DUE), "{}"),
                        message("delay_30m", "30m", Duration.ofMinutes(30).minus(ALMOST_DUE), "{}"),
                        message(
                                "reminders",
                                "1d",
                                Duration.ofDays(1).minus(ALMOST_DUE),
                                "{}",
                                "target_topic",
                                "mails")));

        assertThat(topicsByKey("delayed|mails", "5s", "5m", "30m", "1d"))
                .isEqualTo(Map.of("5s", "delayed", "5m", "delayed", "30m", "delayed", "1d", "mails"));
        cluster.rest().deleteConnector("delay-fixed-topics");
    }

    @Test
    void aNotificationIsRoutedWhenItIsDueAndNotBefore() {
        startExample("delay-then-route");
        Duration hour = Duration.ofHours(1);

        cluster.topics()
                .sendAll(List.of(
                        message("notifications", "waits", Duration.ZERO, "{\"channel\":\"sms\"}", "delay", "1h"),
                        message("notifications", "sms", hour.minus(ALMOST_DUE), "{\"channel\":\"sms\"}", "delay", "1h"),
                        message("notifications", "urgent", Duration.ZERO, "{\"channel\":\"sms\",\"priority\":9}"),
                        message("notifications", "pigeon", Duration.ZERO, "{\"channel\":\"pigeon\"}"),
                        message("notifications", "broken", Duration.ZERO, "{\"channel\":")));

        assertThat(topicsByKey(
                        "notifications\\..+|invalid_routing|delay-then-route\\.delay\\.2048s",
                        "waits",
                        "sms",
                        "urgent",
                        "pigeon",
                        "broken"))
                .isEqualTo(Map.of(
                        "waits", "delay-then-route.delay.2048s",
                        "sms", "notifications.sms",
                        "urgent", "notifications.urgent",
                        "pigeon", "notifications.other",
                        "broken", "invalid_routing"));
        cluster.rest().deleteConnector("delay-then-route");
    }

    /**
     * Applies a file to the worker, after creating only the topics that the connector reads and does not create itself.
     */
    private static void startExample(String example) {
        Map<String, String> config = ExampleFile.read(example, cluster);
        if (!isRetry(config)) {
            Stream.of("topics", "topic.delays")
                    .flatMap(key -> Stream.of(config.getOrDefault(key, "").split(",")))
                    .map(topic -> topic.replaceAll("=.*", ""))
                    .filter(topic ->
                            !topic.isEmpty() && !cluster.topics().names().contains(topic))
                    .forEach(topic -> cluster.topics().create(1, topic));
        }
        cluster.startConnector(example, config);
        assertThat(cluster.topics().names()).containsAll(topicsMadeByTheStartOf(config));
        assertThat(config.get("offsets.storage.topic"))
                .as("a source has its own offsets topic")
                .isEqualTo(isSource(config) ? example + "-offsets" : null);
    }

    private static boolean isSource(Map<String, String> config) {
        return config.getOrDefault("connector.class", "").endsWith("SourceConnector");
    }

    private static boolean isRetry(Map<String, String> config) {
        return config.getOrDefault("connector.class", "").endsWith(".RetrySourceConnector")
                && config.getOrDefault("mode", "retry").equals("retry");
    }

    /** @param headers alternating names and values */
    private static ProducerRecord<byte[], byte[]> message(
            String topic, String key, Duration age, String value, String... headers) {
        long timestampMs = Instant.now().minus(age).toEpochMilli();
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, 0, timestampMs, bytes(key), bytes(value));
        for (int i = 0; i < headers.length; i += 2) {
            message.headers().add(headers[i], bytes(headers[i + 1]));
        }
        return message;
    }

    /** The topic of each key, when all have arrived. */
    private static Map<String, String> topicsByKey(String topicsRegex, String... keys) {
        try (TopicReader reader = cluster.topics().reader(topicsRegex)) {
            return reader.readUntil(records -> records.size() >= keys.length, LIMIT).stream()
                    .collect(toMap(Messages::key, record -> record.topic()));
        }
    }
}
