/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.MutableClock;
import io.kafkacourier.PublishedMetrics;
import io.kafkacourier.kafka.admin.ClusterAdmin;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.source.RunningSource;
import io.kafkacourier.source.SourceAssembly;
import io.kafkacourier.source.SourceMetrics;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.CompletedOffsets;
import io.kafkacourier.source.progress.Maintenance;
import io.kafkacourier.source.progress.QuickMaintenance;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The metrics of a task while it works on {@code orders-0} and one tier, on a clock that the test sets. */
class RunningDelayTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition TIER = new TopicPartition("delay.delay.32s", 0);
    private static final RecordMetadata WRITTEN = new RecordMetadata(new TopicPartition("out", 0), 0, 0, 0, 0, 0);

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "delay",
            "bootstrap.servers", "localhost:9",
            "topics", "orders",
            "tiers", "32s",
            "delay.max", "32s",
            "target.topics.allow", "out.*"));
    private final Map<String, CompletableFuture<TargetTopic>> cluster = new HashMap<>();
    private final ClusterAdmin admin = new ClusterAdmin(
            Admin.create(Map.of("bootstrap.servers", "localhost:9")), "the admin client (User:courier)");
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final PublishedMetrics published = new PublishedMetrics();
    private @Nullable CompletedOffsets completed;
    private Map<String, Object> stored = Map.of();
    private Map<String, String> ids = Map.of();
    private Map<String, String> foundByMaintenance = Map.of();
    private @Nullable RunningSource running;

    RunningDelayTest() {
        List.of("out", "invalid_delay", "delay.delay.32s")
                .forEach(topic ->
                        cluster.put(topic, CompletableFuture.completedFuture(TargetTopic.Present.WITH_DEFAULTS)));
    }

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
        admin.close();
        assertThat(published.keys()).as("metrics that are left").isEmpty();
    }

    @Test
    void publishesEveryMetricThatIsDeclared() {
        start();

        assertThat(published.names())
                .isEqualTo(SourceMetric.Of.DELAY.metrics().stream()
                        .map(metric -> metric.metric().name())
                        .collect(Collectors.toSet()));
        assertThat(published.keys())
                .contains("pending-count{topic=orders}", "pending-count{topic=delay.delay.32s}")
                .contains("invalid-total{reason=NO_TARGET}", "upkeep-age-ms{chore=mirror}");
    }

    @Test
    void countsMessagesWhenTheyAreDueAndWhenTheyAreWrittenAndHowLateThatWas() {
        start();
        arrive(message(0, "target_topic", "out", "delay", "5s"));
        poll();
        clock.advance(5_003);

        SourceRecord delivered = poll().get(0);
        assertThat(value("due-total")).isEqualTo(1);
        assertThat(value("delivered-total")).isZero();
        assertThat(value("lateness-max-ms")).isNaN();

        clock.advance(7);
        running().commitRecord(delivered, WRITTEN);
        assertThat(value("delivered-total")).isEqualTo(1);
        assertThat(value("delivered-rate")).isPositive();
        assertThat(value("lateness-p50-ms")).isEqualTo(10);
        assertThat(value("lateness-p99-ms")).isEqualTo(10);
        assertThat(value("lateness-max-ms")).isEqualTo(10);
    }

    @Test
    void doesNotCountMessagesThatATransformDroppedAsDelivered() {
        start();
        arrive(message(0, "target_topic", "out"));

        running().commitRecord(poll().get(0), null);

        assertThat(value("due-total")).isEqualTo(1);
        assertThat(value("delivered-total")).isZero();
    }

    @Test
    void knowsNoLatenessOfAMessageWithoutADelay() {
        start();
        clock.advance(1_000);
        arrive(message(0, "target_topic", "out"));

        running().commitRecord(poll().get(0), WRITTEN);

        assertThat(value("delivered-total")).isEqualTo(1);
        assertThat(value("lateness-max-ms")).isNaN();
    }

    @Test
    void countsLatenessFromTheTimestampIfTheDueTimeIsBeforeIt() {
        start();
        clock.advance(9);
        arrive(message(0, "target_topic", "out", "deliver_at", "1"));

        running().commitRecord(poll().get(0), WRITTEN);

        assertThat(value("lateness-max-ms")).isEqualTo(9);
    }

    @Test
    void reportsHeldMessagesAndTheirFirstAndLastDueTimes() {
        start();
        assertThat(value("next-due-time-ms")).isNaN();
        assertThat(value("furthest-due-time-ms")).isNaN();
        arrive(
                message(0, "target_topic", "out", "delay", "5s"),
                message(1, "target_topic", "out", "delay", "3s"),
                message(2, "target_topic", "out", "delay", "4s"));
        clock.advance(1_000);
        poll();

        assertThat(value("held-count")).isEqualTo(3);
        assertThat(value("held-bytes")).isGreaterThan(3 * "keyvalue".length());
        assertThat(value("buffer-used-ratio")).isEqualTo(value("held-bytes") / 67_108_864);
        assertThat(value("next-due-time-ms")).isEqualTo(NOW + 3_000);
        assertThat(value("furthest-due-time-ms")).isEqualTo(NOW + 5_000);
        assertThat(value("overdue-ms")).isZero();

        clock.advance(2_500);
        assertThat(value("overdue-ms")).isEqualTo(500);
        poll();
        assertThat(value("overdue-ms")).isZero();
        assertThat(value("held-count")).isEqualTo(2);
        clock.advance(2_000);
        poll();
        assertThat(value("held-count")).isZero();
        assertThat(value("furthest-due-time-ms")).isNaN();
    }

    @Test
    void countsHopsAndKnowsWhenTheFurthestMessageInATierIsDue() {
        start();
        arrive(message(0, "target_topic", "out", "delay", "30s"), message(1, "target_topic", "out", "delay", "28s"));

        List<SourceRecord> hops = poll();
        hops.forEach(hop -> running().commitRecord(hop, WRITTEN));

        assertThat(hops).extracting(SourceRecord::topic).containsOnly("delay.delay.32s");
        assertThat(value("hop-total")).isEqualTo(2);
        assertThat(value("hop-rate")).isPositive();
        assertThat(value("delivered-total")).isZero();
        assertThat(value("furthest-due-time-ms")).isEqualTo(NOW + 30_000);
        clock.advance(30_001);
        assertThat(value("furthest-due-time-ms")).isNaN();
    }

    @Test
    void countsRefusedMessagesByReason() {
        start();
        arrive(message(0), message(1, "target_topic", "out", "delay", "soon"), message(2));

        poll().forEach(refused -> running().commitRecord(refused, WRITTEN));

        assertThat(value("invalid-total{reason=NO_TARGET}")).isEqualTo(2);
        assertThat(value("invalid-total{reason=UNREADABLE_DUE_TIME}")).isEqualTo(1);
        assertThat(value("invalid-total{reason=TOO_LARGE}")).isZero();
        assertThat(value("due-total")).isZero();
    }

    @Test
    void reportsHowLongAMessageThatCannotBeHandedOutIsOverdue() {
        cluster.put("out_late", new CompletableFuture<>());
        start();
        arrive(message(0, "target_topic", "out_late", "delay", "1s"));
        clock.advance(1_000);

        assertThatExceptionOfType(RetriableException.class).isThrownBy(this::poll);
        clock.advance(60_000);

        assertThat(value("overdue-ms")).isEqualTo(60_000);
    }

    @Test
    void countsRecordsThatItReadsAgainAfterAStop() {
        stored = Map.of("next", 2L, "low", 0L, "topic.id", "id");
        start();
        arrive(message(0, "target_topic", "out", "delay", "5s"), message(1, "target_topic", "out", "delay", "4s"));
        clock.advance(1_000);
        poll();

        assertThat(value("reread-total")).isEqualTo(2);
        assertThat(value("held-count")).isEqualTo(2);
    }

    @Test
    void reportsAnInputThatWaitsForAClockThatSteppedBack() {
        start();
        arrive(message(0, "target_topic", "out", "delay", "5s"));
        poll();
        clock.advance(5_000);
        poll();
        clock.advance(-4_000);
        arrive(message(1, "target_topic", "out", "delay", "4s"));
        poll();

        assertThat(value("waiting-input-count")).isEqualTo(1);
        clock.advance(4_000);
        poll();
        assertThat(value("waiting-input-count")).isZero();
    }

    @Test
    void reportsProgressFromItsStartToWrittenAndThenStoredOffsets() {
        stored = Map.of("next", 0L, "low", 0L, "topic.id", "id");
        start();
        assertThat(completed().acknowledged()).isEqualTo(Map.of(ORDERS, 0L, TIER, 0L));
        arrive(message(0, "target_topic", "out", "delay", "5s"), message(1, "target_topic", "out"));

        running().commitRecord(poll().get(0), WRITTEN);
        assertThat(completed().acknowledged()).containsEntry(ORDERS, 0L);
        clock.advance(5_000);
        running().commitRecord(poll().get(0), WRITTEN);
        running().commit();
        assertThat(completed().acknowledged()).containsEntry(ORDERS, 2L);

        assertThat(completed().durable()).containsEntry(ORDERS, 0L);
        for (int commits = 0; commits < 3; commits++) {
            poll();
            running().commit();
        }
        assertThat(completed().durable()).containsEntry(ORDERS, 2L);
    }

    @Test
    void isDurableBeyondATruncationOnceTheNewRecordsAre() {
        properties.put("on.missing", "skip");
        start();
        arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out"), message(2, "target_topic", "out"));
        write(3);
        becomeDurable();
        assertThat(completed().durable()).containsEntry(ORDERS, 3L);

        consumer.schedulePollTask(() -> consumer.setPollException(
                new LogTruncationException(Map.of(ORDERS, 3L), Map.of(ORDERS, new OffsetAndMetadata(1)))));
        becomeDurable();
        assertThat(completed().durable()).containsEntry(ORDERS, 1L);

        arrive(message(1, "target_topic", "out"), message(2, "target_topic", "out"), message(3, "target_topic", "out"));
        write(3);
        assertThat(completed().durable()).containsEntry(ORDERS, 1L);
        becomeDurable();
        assertThat(completed().durable()).containsEntry(ORDERS, 4L);
        assertThat(value("missing-total")).isEqualTo(2);
    }

    /** The new topic has a record at the position, so the broker reports no error. */
    @Test
    void readsATopicAnewOnceMaintenanceFindsThatItIsAnotherOne() {
        properties.put("on.missing", "skip");
        foundByMaintenance = Map.of("orders", "anew", "delay.delay.32s", "id");
        start();
        arrive(message(0, "target_topic", "out"));
        List<SourceRecord> once = poll();
        assertThat(once).hasSize(1);
        running().commitRecord(once.get(0), WRITTEN);

        ids = foundByMaintenance;
        arrive(message(0, "target_topic", "out"));
        List<SourceRecord> again = await().until(this::poll, batch -> !batch.isEmpty());
        assertThat(again).hasSize(1);
        running().commitRecord(again.get(0), WRITTEN);
        assertThat(again.get(0).sourceOffset().get("topic.id")).isEqualTo("anew");
    }

    /** Hands records out and confirms them. A first look at a target may take longer than a poll waits for it. */
    private void write(int records) {
        AtomicInteger written = new AtomicInteger();
        await().until(() -> {
            poll().forEach(record -> {
                running().commitRecord(record, WRITTEN);
                written.incrementAndGet();
            });
            return written.get() >= records;
        });
        assertThat(written).hasValue(records);
    }

    private void becomeDurable() {
        for (int commits = 0; commits < 4; commits++) {
            clock.advance(1_000);
            assertThat(poll()).isEmpty();
            running().commit();
        }
    }

    private void start() {
        consumer.updateBeginningOffsets(Map.of(ORDERS, 0L, TIER, 0L));
        consumer.updateEndOffsets(Map.of(ORDERS, 5L, TIER, 5L));
        Behaviour config = DelaySourceConfig.read(properties);
        Assignment assignment = Assignment.deal(
                        List.of(new InputTopic("orders", "id", 1), new InputTopic("delay.delay.32s", "id", 1)),
                        config.config().tierNames()::isTier,
                        1)
                .get(0);
        RunningSource starting = new RunningSource(
                SourceAssembly.of(config, assignment, consumer, new Lookup(), clock),
                new SourceMetrics(config, clock),
                published,
                clock);
        running = starting;
        starting.start(assignment, new StoredOffsets(), progress -> {
            completed = progress;
            if (!foundByMaintenance.isEmpty()) {
                return QuickMaintenance.start(assignment, progress, foundByMaintenance);
            }
            return Maintenance.start(
                    "test", admin.progress(), config.config().progressGroup(), assignment, progress, clock);
        });
    }

    private final class Lookup implements TopicLookup {

        @Override
        public CompletableFuture<TargetTopic> look(String topic) {
            return cluster.getOrDefault(topic, CompletableFuture.completedFuture(new TargetTopic.Absent()));
        }

        @Override
        public CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
            return CompletableFuture.completedFuture(ids);
        }
    }

    private RunningSource running() {
        return Objects.requireNonNull(running);
    }

    private CompletedOffsets completed() {
        return Objects.requireNonNull(completed);
    }

    private List<SourceRecord> poll() {
        List<SourceRecord> batch = running().poll();
        return batch == null ? List.of() : batch;
    }

    private double value(String metric) {
        return published.value(metric);
    }

    @SafeVarargs
    private void arrive(ConsumerRecord<byte[], byte[]>... messages) {
        for (ConsumerRecord<byte[], byte[]> message : messages) {
            consumer.addRecord(message);
        }
    }

    private static ConsumerRecord<byte[], byte[]> message(long offset, String... headers) {
        return Messages.message("orders", offset, NOW, "key", "value", headers);
    }

    private final class StoredOffsets implements OffsetStorageReader {

        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            throw new UnsupportedOperationException("all offsets are read with one call");
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            Map<Map<String, T>, Map<String, Object>> found = new LinkedHashMap<>();
            partitions.forEach(partition -> found.put(
                    partition, Objects.equals(partition.get("topic"), "orders") && !stored.isEmpty() ? stored : null));
            return found;
        }
    }
}
