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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Targets that fail while a batch is on its way to them, which is one transaction with exactly-once support: a deleted
 * target, a deleted target that can be created again, and a target that loses its leader. All three fail before the
 * tests, because a connector waits for half a minute before it checks them.
 */
@Tag("soak")
class StalledBatchesIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** After half a minute, when two checks agree, on a machine that can be busy. */
    private static final Duration NOTICED_WITHIN = Duration.ofSeconds(90);

    private static final int LARGE = 20_000;
    private static final int LARGE_MESSAGES = 40;
    /**
     * The broker makes a producer wait for about ten seconds after each large message, so that the smallest batch of
     * them takes more than half a minute.
     */
    private static final double BYTES_PER_SECOND = 1_000;

    private static Cluster cluster;
    private static EmbeddedKafka other;
    private static JMXConnector jmx;
    private static Map<String, Observed> observed;

    @BeforeAll
    static void breakEachTargetWhileABatchIsOnItsWay() throws IOException {
        cluster = Cluster.start(
                "stalled-batches-it", 1, worker -> worker.withJmx().with(Map.of("topic.creation.enable", "false")));
        jmx = cluster.connect().jmx();
        cluster.topics().create(1, "deleted", "deleted.bad", "deleted.fine");
        cluster.topics().create(1, "made", "made.bad", "made.fine");
        cluster.topics().create(1, "orphaned", "orphaned.fine");
        startConnector("deleted", Map.of());
        startConnector(
                "made",
                Map.of("topic.creation.default.partitions", "1", "topic.creation.default.replication.factor", "1"));
        startConnector("orphaned", Map.of("producer.override.transaction.timeout.ms", "10000"));
        other = cluster.addBroker();
        cluster.topics().createOn(List.of(other.nodeId()), "orphaned.bad", Map.of());
        try (TopicReader reader = cluster.topics().reader("(deleted|made|orphaned)\\.(bad|fine)")) {
            List<ProducerRecord<byte[], byte[]>> first = new ArrayList<>();
            for (String connector : List.of("deleted", "made", "orphaned")) {
                first.add(message(connector, "bad", "first"));
                first.add(message(connector, "fine", "first"));
            }
            cluster.topics().sendAll(first);
            reader.readUntil(records -> records.size() == first.size(), LIMIT);
        }
        observed = Map.of(
                "deleted", observe("deleted"),
                "made", observe("made"),
                "orphaned", observe("orphaned"));

        for (String connector : List.of("deleted", "made")) {
            cluster.topics()
                    .limitProducer("connector-producer-" + connector + "-0", OptionalDouble.of(BYTES_PER_SECOND));
            cluster.topics().sendAll(dueTogether(largeMessages(connector)));
        }
        for (String connector : List.of("deleted", "made")) {
            await("a batch that takes long")
                    .atMost(LIMIT)
                    .until(() -> metrics(connector).sum("batch-age-ms", "") > 2_000);
            cluster.topics().delete(connector + ".bad");
            cluster.topics().limitProducer("connector-producer-" + connector + "-0", OptionalDouble.empty());
        }
        ProducerRecord<byte[], byte[]> soon = message("orphaned", "bad", "on its way");
        soon.headers().add("delay", bytes("2s"));
        cluster.topics().sendAll(List.of(soon));
        // it becomes due before the cluster notices that the leader of its target is down
        other.suspend();
    }

    @AfterAll
    static void stop() throws IOException {
        observed.values().forEach(Observed::close);
        jmx.close();
        cluster.close();
    }

    @Test
    void aTargetThatIsDeletedStopsTheOthersOnlyUntilTheTaskIsRestarted() throws IOException {
        assertThatTheTaskFails("deleted", "missing", "does not exist");
        cluster.topics().sendAll(List.of(message("deleted", "fine", "after")));

        try (TopicReader reader = cluster.topics().reader("deleted\\.(fine|invalid)")) {
            await("the others")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        cluster.rest().restartFailed("deleted");
                        reader.poll();
                        return to("deleted.fine", reader.records()).contains("after");
                    });
            reader.readUntil(records -> to("deleted.invalid", records).contains("last"), LIMIT);
            assertThat(to("deleted.fine", reader.records())).containsExactly("first", "same batch", "after");
            assertThat(to("deleted.invalid", reader.records())).doesNotHaveDuplicates();
            assertThat(reader.records())
                    .filteredOn(record -> record.topic().equals("deleted.invalid"))
                    .extracting(record -> Messages.header(record, "__courier.route.reason"))
                    .containsOnly("TARGET_MISSING");
        }
    }

    /**
     * A part of the batch was written before the deletion, so that the producer cannot continue at the start of the new
     * topic.
     */
    @Test
    void aTargetThatMayBeCreatedIsCreatedAgainAndItsMessagesArrive() throws IOException {
        try (TopicReader reader = cluster.topics().reader("made\\.(bad|fine)")) {
            await("the messages")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        cluster.rest().restartFailed("made");
                        reader.poll();
                        return to("made.fine", reader.records()).contains("same batch")
                                && to("made.bad", reader.records()).contains("last");
                    });
            assertThat(to("made.bad", reader.records())).doesNotHaveDuplicates();
            assertThat(to("made.fine", reader.records())).containsExactly("first", "same batch");
        }
        assertThat(observed("made").oldestBatchMs()).as("age of the batch").isGreaterThan(30_000);
        assertThat(observed("made").failures())
                .allSatisfy(failure -> assertThat(failure).contains("OutOfOrderSequenceException"));
        assertThat(log()).contains("Created (name=made.bad,");
    }

    @Test
    void aTargetThatLosesItsLeaderFailsTheTaskAndNothingIsLostOrDoubled() throws IOException {
        assertThatTheTaskFails("orphaned", "no-leader", "has a partition without a leader");
        cluster.topics().sendAll(List.of(message("orphaned", "bad", "after"), message("orphaned", "fine", "after")));

        cluster.rest().restartFailed("orphaned");
        try (TopicReader reader = cluster.topics().reader("orphaned\\.fine")) {
            reader.readUntil(records -> to("orphaned.fine", records).contains("after"), LIMIT);
        }
        other.resume();
        try (TopicReader reader = cluster.topics().reader("orphaned\\.(bad|fine)")) {
            reader.readUntil(records -> records.size() >= 5, LIMIT);
            assertThat(to("orphaned.bad", reader.records())).containsExactlyInAnyOrder("first", "on its way", "after");
            assertThat(to("orphaned.fine", reader.records())).containsExactly("first", "after");
        }
    }

    private static void assertThatTheTaskFails(String connector, String reason, String text) throws IOException {
        await("the failure of the task")
                .atMost(NOTICED_WITHIN)
                .untilAsserted(() -> assertThat(observed(connector).failures()).isNotEmpty());
        assertThat(observed(connector).reasons()).contains(reason);
        assertThat(observed(connector).oldestBatchMs()).as("age of the batch").isGreaterThan(30_000);
        assertThat(log())
                .containsPattern(
                        "ERROR Records that the task \\S*" + connector + "\\S* handed to Connect for the topic "
                                + connector + "\\.bad have waited for \\d+ s to be written: it " + text);
    }

    private static List<ProducerRecord<byte[], byte[]>> largeMessages(String connector) {
        List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
        messages.add(message(connector, "fine", "same batch"));
        IntStream.range(0, LARGE_MESSAGES).forEach(number -> messages.add(message(connector, "bad", "" + number)));
        messages.add(message(connector, "bad", "last"));
        return messages;
    }

    /** Gives all messages the same due time, so that the first batch is full. */
    private static List<ProducerRecord<byte[], byte[]>> dueTogether(List<ProducerRecord<byte[], byte[]>> messages) {
        String due = Long.toString(Instant.now().plusSeconds(5).toEpochMilli());
        messages.forEach(message -> message.headers().add("deliver_at", bytes(due)));
        return messages;
    }

    private static void startConnector(String name, Map<String, String> own) {
        Map<String, String> config = DelayConnector.ofOneTopic(cluster, name, own);
        cluster.startConnector(name, config);
    }

    /** A message with a name in its header, which is large if its target will fail. */
    private static ProducerRecord<byte[], byte[]> message(String connector, String target, String name) {
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(connector, new byte[target.equals("bad") ? LARGE : 1]);
        message.headers().add("target_topic", bytes(connector + "." + target));
        message.headers().add("name", bytes(name));
        return message;
    }

    /** The names of the messages in a topic. */
    private static List<String> to(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> Messages.header(record, "name"))
                .toList();
    }

    private static Observed observed(String connector) {
        return Objects.requireNonNull(observed.get(connector));
    }

    private static Observed observe(String connector) throws IOException {
        return new Observed(cluster.rest(), metrics(connector));
    }

    private static ConnectorMetrics metrics(String connector) throws IOException {
        return new ConnectorMetrics(jmx.getMBeanServerConnection(), connector);
    }

    private static String log() throws IOException {
        return Files.readString(cluster.connect().log());
    }
}
