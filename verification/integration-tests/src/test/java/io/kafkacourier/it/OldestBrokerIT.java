/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.KafkaVersion;
import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The oldest supported broker with the newest worker: it does not know every setting of a new tier. */
@Tag("versions")
class OldestBrokerIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MESSAGES = 200;
    private static final Map<String, String> STAMPED_BY_THE_BROKER = Map.of("message.timestamp.type", "LogAppendTime");
    private static final String ANY_TIME = Long.toString(Long.MAX_VALUE);

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        System.out.println("A worker of " + KafkaVersion.NEWEST.description() + " with a broker of "
                + KafkaVersion.OLDEST_BROKER.description());
        cluster = Cluster.start(
                "oldest-broker-it",
                broker -> broker.withVersion(KafkaVersion.OLDEST_BROKER)
                        .withClassesOf(ManagedTopicPolicy.class)
                        .with(Map.of("create.topic.policy.class.name", ManagedTopicPolicy.class.getName())),
                1,
                worker -> worker.withVersion(KafkaVersion.NEWEST));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void delayedMessagesComeOnceAndNoneEarlyThroughTiersWithTheSettingsThatItKnows() {
        cluster.topics().create(2, "old");
        cluster.topics().create("old.due", 2, STAMPED_BY_THE_BROKER);
        Map<String, String> config = delayConnector("old", Map.of("tiers.config.segment.bytes", "20000000"));
        assertThat(cluster.rest().validate("DelaySourceConnector", config)).isEmpty();

        List<ConsumerRecord<byte[], byte[]>> records = deliver("old", config);

        Deliveries deliveries = new Deliveries(records, "old", MESSAGES, "old.due");
        deliveries.assertEachCameOnce();
        deliveries.assertNoneCameEarly();
        assertThat(deliveries.topics()).contains("old.delay.4s", "old.delay.2s");
        assertThat(cluster.topics().settings("old.delay.4s"))
                .containsEntry("retention.ms", "-1")
                .containsEntry("retention.bytes", "-1")
                .containsEntry("segment.bytes", "20000000")
                .containsEntry("message.timestamp.difference.max.ms", ANY_TIME)
                .doesNotContainKey("message.timestamp.before.max.ms");
    }

    /** Old brokers have one limit for timestamps on both sides, unlike newer brokers. */
    @Test
    void aMessageThatIsTooOldForItsTargetGetsATimestampThatItAccepts() {
        cluster.topics().create(1, "aged");
        cluster.topics().create("aged.due", 1, Map.of("message.timestamp.difference.max.ms", "3600000"));
        Map<String, String> config = DelayConnector.config(
                cluster,
                Map.of(
                        "topics",
                        "aged",
                        "target.topic",
                        "aged.due",
                        "target.topics.allow",
                        "aged\\.due",
                        "timestamp",
                        "original"));
        cluster.startConnector("aged", config);
        long weekAgoMs = System.currentTimeMillis() - Duration.ofDays(7).toMillis();

        cluster.topics()
                .sendAll(List.of(
                        new ProducerRecord<>("aged", 0, weekAgoMs, Messages.bytes("key"), Messages.bytes("value"))));

        try (TopicReader reader = cluster.topics().reader("aged\\.due")) {
            assertThat(reader.readUntil(all -> !all.isEmpty(), LIMIT))
                    .singleElement()
                    .satisfies(due -> assertThat(due.timestamp()).isGreaterThan(weekAgoMs));
        }
    }

    @Test
    void failuresAreRetriedAndExhaustedOnesDeadLettered() {
        RetryTrial trial = new RetryTrial(cluster, new RetryTrial.Size(MESSAGES, 0));

        trial.run();

        trial.assertEachCameOnce();
    }

    @Test
    void aConfiguredSettingThatTheBrokerDoesNotKnowIsNamed() {
        Map<String, String> config = delayConnector("named", Map.of("tiers.config.segment.byte", "1"));
        cluster.topics().create(1, "named");

        assertThat(cluster.rest().validate("DelaySourceConnector", config))
                .containsOnlyKeys("tiers.config.segment.byte")
                .hasEntrySatisfying(
                        "tiers.config.segment.byte",
                        errors -> assertThat(errors)
                                .singleElement()
                                .asString()
                                .contains("Unknown topic config name: segment.byte"));
    }

    /** The policy of a managed cluster rejects the small segments of tiers and their unlimited retention. */
    @Test
    void aManagedClusterWorksWithTheDocumentedSettingsAndErrorsNameTheKeysWithoutThem() {
        cluster.topics().create(2, "managed");
        cluster.topics().create("managed.due", 2, STAMPED_BY_THE_BROKER);
        Map<String, String> config = delayConnector("managed", Map.of());
        assertThat(cluster.rest().validate("DelaySourceConnector", config))
                .containsOnlyKeys("tiers.config.retention.ms")
                .extractingByKey("tiers.config.retention.ms")
                .asString()
                .contains(
                        "Topic managed.delay.",
                        "retention.ms must not be unlimited",
                        "if tiers.config.retention.ms is set to nothing, the cluster's own value counts");

        config.put("tiers.config.retention.ms", "");
        config.put("tiers.config.segment.bytes", "20000000");
        assertThat(cluster.rest().validate("DelaySourceConnector", config))
                .containsOnlyKeys("tiers.config.segment.bytes")
                .extractingByKey("tiers.config.segment.bytes")
                .asString()
                .contains("segment.bytes must be at least 52428800", "set tiers.config.segment.bytes to a value");

        config.put("tiers.config.segment.bytes", "52428800");
        assertThat(cluster.rest().validate("DelaySourceConnector", config)).isEmpty();
        Deliveries deliveries = new Deliveries(deliver("managed", config), "managed", MESSAGES, "managed.due");
        deliveries.assertEachCameOnce();
        deliveries.assertNoneCameEarly();
        assertThat(cluster.topics().settings("managed.delay.4s"))
                .containsEntry("segment.bytes", "52428800")
                .containsEntry("retention.ms", "604800000");
    }

    private static Map<String, String> delayConnector(String name, Map<String, String> own) {
        Map<String, String> config = DelayConnector.config(
                cluster,
                Map.of(
                        "topics",
                        name,
                        "target.topic",
                        name + ".due",
                        "target.topics.allow",
                        name + "\\.due",
                        "horizon",
                        "2s",
                        "delay.max",
                        "1m"));
        config.put("name", name);
        config.putAll(own);
        return config;
    }

    private static List<ConsumerRecord<byte[], byte[]>> deliver(String name, Map<String, String> config) {
        cluster.startConnector(name, config);
        try (TopicReader reader = cluster.topics().reader(name + "(\\.due|\\.delay\\.[0-9]+s)?")) {
            cluster.topics()
                    .sendAll(IntStream.range(0, MESSAGES)
                            .mapToObj(
                                    number -> Messages.delayed(name, number % 2, number, "key-" + number, number * 40L))
                            .toList());
            reader.readUntil(
                    all -> all.stream()
                                    .filter(record -> record.topic().equals(name + ".due"))
                                    .count()
                            >= MESSAGES,
                    LIMIT);
            return reader.readTo(cluster.topics().endOffsets(name + ".due"), LIMIT);
        }
    }
}
