/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import io.kafkacourier.PublishedMetrics;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.retry.config.SharedConfig;
import io.kafkacourier.source.HandedOut;
import io.kafkacourier.source.StoredOffsets;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.MissingRecords;
import io.kafkacourier.source.intake.OnMissing;
import io.kafkacourier.source.targets.BatchWatch;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.TrialHistory;
import io.kafkacourier.source.targets.Trials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The dead letters of {@code sink.dlq-3}, and redrives of them. The test sets the letters, the answers of the cluster and
 * the time. The topics {@code sink.retry} and {@code again.redrive} exist.
 */
final class RedriveFixture implements AutoCloseable {

    /** The time of the clock at first, epoch ms. */
    static final long NOW = 1_800_000_000_000L;

    static final TopicPartition LETTERS = new TopicPartition("sink.dlq", 3);

    private static final TargetTopic BLOCKED = TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, Obstacle.NO_LEADER));
    private static final int USUAL_MAX_MESSAGE_BYTES = 1_048_588;

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "again",
            "bootstrap.servers", "localhost:9092",
            "mode", "redrive",
            "topics", "sink.dlq",
            "retry.topic", "sink.retry",
            "redrive.rate", "0"));
    private final Map<String, TargetTopic> cluster = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    private final Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    private final TrialHistory.OfConnectors histories = new TrialHistory.OfConnectors();
    private final List<Set<String>> questions = new ArrayList<>();
    private final PublishedMetrics published = new PublishedMetrics();
    private final List<Redrive> started = new ArrayList<>();
    /** The ticker of the rate limit, which advances by 50 ms each time it is read. */
    private long nanos;

    RedriveFixture() {
        topicExists("sink.retry");
        topicExists("again.redrive");
    }

    /** Sets a configuration key; it takes effect at the next start. */
    void set(String key, String value) {
        properties.put(key, value);
    }

    /** Sends each letter back to its first topic. */
    void toOrigins() {
        set("retry.topic", "${origin}");
        set("target.topics.allow", ".*");
    }

    RedrivePlan plan() {
        return new RedriveConfig(config()).plan();
    }

    private SharedConfig config() {
        return new SharedConfig(properties);
    }

    /** A letter in the form that the connector itself writes, after five retries. */
    static FailedRecord dead(int offset) {
        return FailedRecord.at(NOW - 1_000)
                .in("sink.dlq")
                .offset(offset)
                .text("tenant", "t" + offset)
                .text("__courier.origin.topic", "orders")
                .text("__courier.origin.partition", "0")
                .text("__courier.origin.offset", Integer.toString(offset))
                .text("__courier.first.error.class", "a.First")
                .text("__courier.error.class", "a.Last")
                .text("__courier.retry.history", "5,1,a.Last")
                .text("__courier.retry.first.failure.ms", Long.toString(NOW - 9_000))
                .text("__courier.retry.last.failure.ms", Long.toString(NOW - 2_000))
                .text("__courier.retry.max", "5")
                .text("__courier.retry.attempt", "5")
                .text("__courier.retry.reason", "EXHAUSTED")
                .text("__connect.errors.topic", "orders");
    }

    void add(FailedRecord letter) {
        letters.add(letter.record());
    }

    /** Adds letters as {@link #dead} makes them. */
    void add(int count) {
        for (int i = 0; i < count; i++) {
            add(dead(letters.size()));
        }
    }

    /** Adds one letter for each of the topics, in this order. */
    void addFrom(String... origins) {
        for (String origin : origins) {
            add(dead(letters.size()).text("__courier.origin.topic", origin));
        }
    }

    void advance(long ms) {
        clock.advance(ms);
    }

    /** Advances the clock so far that topics are looked up again. */
    void lookAgain() {
        clock.advance(1_000);
    }

    void topicExists(String topic) {
        topicTakes(topic, USUAL_MAX_MESSAGE_BYTES);
    }

    void topicTakes(String topic, int maxMessageBytes) {
        topicIs(topic, new TargetTopic.Present(maxMessageBytes, false, Long.MAX_VALUE, 3_600_000));
    }

    void topicIs(String topic, TargetTopic answer) {
        cluster.put(topic, answer);
    }

    /** A topic that accepts no records. */
    void topicIsBlocked(String topic) {
        topicIs(topic, BLOCKED);
    }

    void topicIsMissing(String topic) {
        cluster.remove(topic);
    }

    /** The topics of each request to the cluster. */
    List<Set<String>> questions() {
        return questions;
    }

    PublishedMetrics published() {
        return published;
    }

    void store(Map<String, ?> partition, Map<String, Object> offset) {
        stored.put(partition, offset);
    }

    /** Stores the offset of a record, as Connect does once it is written. */
    void commit(SourceRecord record) {
        store(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
    }

    /** Starts a redrive from the stored offsets. */
    Redrive start() {
        return start(new Log());
    }

    Redrive start(MockConsumer<byte[], byte[]> consumer) {
        SharedConfig config = config();
        RedrivePlan plan = plan();
        consumer.updateBeginningOffsets(Map.of(LETTERS, 0L));
        consumer.updateEndOffsets(Map.of(LETTERS, (long) letters.size()));
        TargetRules rules = RedriveConfig.read(properties).targetRules(new Looks(), clock);
        Trials trials = new Trials(histories, "again", clock);
        RedriveLetters judge = new RedriveLetters(
                plan,
                config.target(),
                config.story(),
                config.failures(),
                rules,
                config.source().fitting(),
                trials);
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(OnMissing.FAIL, topic -> false),
                topics -> CompletableFuture.completedFuture(Map.of()),
                () -> 0);
        Redrive redrive = new Redrive(
                plan,
                new RedriveInput(reader, judge),
                judge,
                new RateLimit(plan.rate(), () -> nanos += Duration.ofMillis(50).toNanos()),
                new BatchWatch(
                        "test", topic -> new CompletableFuture<>(), "the admin client", Duration.ofMinutes(1), clock),
                trials,
                published,
                clock);
        started.add(redrive);
        redrive.start(List.of(LETTERS), new StoredOffsets(stored));
        letters.forEach(consumer::addRecord);
        return redrive;
    }

    /** The next batch; empty if there is none. */
    static List<SourceRecord> poll(Redrive redrive) {
        List<SourceRecord> batch = redrive.poll();
        return batch == null ? List.of() : batch;
    }

    /** All batches until there are no more. */
    static List<SourceRecord> pollUntilIdle(Redrive redrive) {
        List<SourceRecord> all = new ArrayList<>();
        int idle = 0;
        while (idle < 3) {
            List<SourceRecord> batch = poll(redrive);
            idle = batch.isEmpty() ? idle + 1 : 0;
            all.addAll(batch);
        }
        return all;
    }

    /** All batches until all remaining letters have blocked topics. */
    static List<SourceRecord> pollUntilBlocked(Redrive redrive) {
        List<SourceRecord> all = new ArrayList<>();
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> {
            for (int i = 0; i < 100; i++) {
                all.addAll(poll(redrive));
            }
        });
        return all;
    }

    /** The original offsets of the letters that were sent to a topic. */
    static List<String> offsetsIn(String topic, List<SourceRecord> records) {
        return records.stream()
                .filter(record -> record.topic().equals(topic))
                .map(record -> HandedOut.header(record, "__courier.origin.offset"))
                .toList();
    }

    /** Ends all redrives, so that they remove their metrics. */
    @Override
    public void close() {
        started.forEach(Redrive::close);
        assertThat(published.keys()).as("metrics that are left").isEmpty();
    }

    /** Answers with the topics in the cluster, and records which were asked for together. */
    private final class Looks implements TopicLookup {

        @Override
        public CompletableFuture<TargetTopic> look(String topic) {
            return CompletableFuture.completedFuture(cluster.getOrDefault(topic, new TargetTopic.Absent()));
        }

        @Override
        public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
            questions.add(Set.copyOf(topics));
            return TopicLookup.super.look(topics);
        }
    }

    /** A consumer that returns the letters again if it goes back. */
    private final class Log extends MockConsumer<byte[], byte[]> {

        Log() {
            super("none");
        }

        @Override
        public synchronized void seek(TopicPartition partition, OffsetAndMetadata place) {
            super.seek(partition, place);
            letters.forEach(this::addRecord);
        }
    }
}
