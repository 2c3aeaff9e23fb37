/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.MutableClock;
import io.kafkacourier.kafka.admin.ClusterClock;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.source.ScheduledSource;
import io.kafkacourier.source.SourceAssembly;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.progress.Assignment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * A task that delays the messages of {@code orders-0}. The test sets the records of its consumer, the answers of its
 * cluster and the time. The topics {@code out} and {@code invalid_delay} exist.
 */
final class DelayTaskFixture {

    /** The time of the clock at first, epoch ms. */
    static final long NOW = 1_800_000_000_000L;

    static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, CompletableFuture<TargetTopic>> cluster = new HashMap<>();
    private final Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "delay",
            "bootstrap.servers", "localhost:9092",
            "topics", "orders",
            "target.topics.allow", "out.*"));
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final Map<String, Integer> tiers = new LinkedHashMap<>();
    private final List<List<String>> questions = new ArrayList<>();

    private long logStart;
    private long tierStart;
    private long sameUpTo = Long.MAX_VALUE;
    private String topicId = "id";
    private Map<String, String> ids = Map.of();
    private long answerMs;
    private long aheadMs;
    private long nanos;
    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private ScheduledSource source = start();

    DelayTaskFixture() {
        topicExists("out");
        topicExists("invalid_delay");
    }

    /** Sets a configuration key; it takes effect at the next start. */
    void set(String key, String value) {
        properties.put(key, value);
    }

    void restartWith(String key, String value) {
        set(key, value);
        restart();
    }

    /** Starts again from the stored offsets, with the same log. */
    void restart() {
        source = start();
    }

    /** Creates tier topics with this many partitions, and starts again. */
    void restartWithTiers(int partitions, String... topics) {
        for (String tier : topics) {
            topicExists(tier);
            tiers.put(tier, partitions);
        }
        restart();
    }

    void restartWithTrace() {
        topicExists("message-trace");
        restartWith("trace.topic", "message-trace");
    }

    /** Adds messages to the log. */
    @SafeVarargs
    final void arrive(ConsumerRecord<byte[], byte[]>... messages) {
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            log.add(message);
            consumer.addRecord(message);
        }
    }

    /** Adds a record that was handed out to the log of the topic it was sent to, as its first. */
    void arriveInTier(SourceRecord record) {
        ConsumerRecord<byte[], byte[]> arrived = new ConsumerRecord<>(
                record.topic(),
                record.kafkaPartition(),
                0,
                record.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                (byte[]) record.key(),
                (byte[]) record.value(),
                new RecordHeaders(),
                Optional.empty());
        record.headers().forEach(header -> arrived.headers().add(header.key(), (byte[]) header.value()));
        arrive(arrived);
    }

    /** The next batch; empty if there is none. */
    List<SourceRecord> poll() {
        List<SourceRecord> batch = source.poll();
        return batch == null ? List.of() : batch;
    }

    /** The next batch, once a second look, two seconds later, has confirmed that topics are missing. */
    List<SourceRecord> pollOnceTwoLooksAgree() {
        try {
            return poll();
        } catch (RetriableException e) {
            advance(2_000);
            return poll();
        }
    }

    /** Stores the offset of a record, as Connect does once it is written. */
    void commit(SourceRecord record) {
        stored.put(record.sourcePartition(), new HashMap<>(record.sourceOffset()));
    }

    /** Stores an offset of the first partition of a topic. */
    void store(String topic, Map<String, Object> offset) {
        stored.put(Map.of("topic", topic, "partition", 0L), offset);
    }

    void advance(long ms) {
        clock.advance(ms);
    }

    long nowMs() {
        return clock.millis();
    }

    /** By how much the clock of the worker is ahead of the clock of the cluster. */
    void workerIsAheadMs(long ms) {
        aheadMs = ms;
    }

    /** Advances the ticker that spaces batches. */
    void advanceTicker(Duration duration) {
        nanos += duration.toNanos();
    }

    long ticker() {
        return nanos;
    }

    void topicExists(String topic) {
        topicIs(topic, TargetTopic.Present.WITH_DEFAULTS);
    }

    void topicIs(String topic, TargetTopic answer) {
        topicAnswer(topic, CompletableFuture.completedFuture(answer));
    }

    void topicAnswer(String topic, CompletableFuture<TargetTopic> answer) {
        cluster.put(topic, answer);
    }

    /** A topic whose first partition accepts no records. */
    void topicIsBlocked(String topic, int partitions, Obstacle obstacle) {
        topicIs(topic, TargetTopic.Present.WITH_DEFAULTS.with(partitions, Map.of(0, obstacle)));
    }

    void topicIsMissing(String topic) {
        cluster.remove(topic);
    }

    /** How long the cluster takes for each answer. */
    void clusterAnswersWithinMs(long ms) {
        answerMs = ms;
    }

    /** The topics of each request to the cluster. */
    List<List<String>> questions() {
        return questions;
    }

    /** The id of the topic {@code orders} at the next start. */
    void topicIdIs(String id) {
        topicId = id;
    }

    /** Passes the ids of its topics to the running task. */
    void tellTopicIds(Map<String, String> found) {
        ids = found;
        source.tellTopicIds(found);
    }

    /** The first offset of {@code orders-0}, at the next start. */
    void logStartsAt(long offset) {
        logStart = offset;
    }

    /** The first offset of each tier, at the next start. */
    void tiersStartAt(long offset) {
        tierStart = offset;
    }

    /** The log was truncated at an offset, and has other records from there on. */
    void logIsTruncatedAt(long offset) {
        sameUpTo = offset;
    }

    MockConsumer<byte[], byte[]> consumer() {
        return consumer;
    }

    private ScheduledSource start() {
        List<InputTopic> topics = new ArrayList<>(List.of(new InputTopic("orders", topicId, 1)));
        tiers.forEach((tier, partitions) -> topics.add(new InputTopic(tier, "id", partitions)));
        Assignment assignment = Assignment.deal(topics, tiers::containsKey, 1).get(0);
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (TopicPartition partition : assignment.partitions()) {
            beginnings.put(partition, partition.equals(ORDERS) ? logStart : tierStart);
            ends.put(partition, 0L);
        }
        for (ConsumerRecord<byte[], byte[]> message : log) {
            ends.merge(new TopicPartition(message.topic(), message.partition()), 1L, Long::sum);
        }
        MockConsumer<byte[], byte[]> fresh = new TruncatedConsumer();
        fresh.updateBeginningOffsets(beginnings);
        fresh.updateEndOffsets(ends);
        Behaviour config = DelaySourceConfig.read(properties);
        ScheduledSource starting = SourceAssembly.of(
                        config, assignment, fresh, new Lookup(), clock, () -> nanos, waited -> nanos += waited)
                .source();
        starting.start(assignment, new StoredOffsets());
        log.forEach(fresh::addRecord);
        consumer = fresh;
        return starting;
    }

    /** Detects the truncation at positions behind {@link #logIsTruncatedAt}. */
    private final class TruncatedConsumer extends MockConsumer<byte[], byte[]> {

        TruncatedConsumer() {
            super("none");
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            long position = super.position(partition, timeout);
            if (timeout.isZero() || position <= sameUpTo) {
                return position;
            }
            throw new LogTruncationException(
                    Map.of(partition, position), Map.of(partition, new OffsetAndMetadata(sameUpTo)));
        }
    }

    private final class Lookup implements TopicLookup {

        @Override
        public ClusterClock clock() {
            return () -> aheadMs;
        }

        @Override
        public CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
            return CompletableFuture.completedFuture(ids);
        }

        @Override
        public CompletableFuture<TargetTopic> look(String topic) {
            return cluster.getOrDefault(topic, CompletableFuture.completedFuture(new TargetTopic.Absent()));
        }

        @Override
        public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
            clock.advance(answerMs);
            questions.add(List.copyOf(topics));
            return TopicLookup.super.look(topics);
        }
    }

    private final class StoredOffsets implements OffsetStorageReader {

        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            throw new UnsupportedOperationException("all offsets are read with one call");
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            Map<Map<String, T>, Map<String, Object>> found = new LinkedHashMap<>();
            partitions.forEach(partition -> found.put(partition, stored.get(partition)));
            return found;
        }
    }
}
