/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.FakeElasticsearch.error;
import static io.kafkacourier.elasticsearch.FakeElasticsearch.item;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.sink.FakeSinkTaskContext;
import java.lang.management.ManagementFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A task on a fake server, called as a worker calls it. Whatever a test of the task starts is stopped after it.
 */
abstract class TaskOnFakeServer {

    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    static final TopicPartition TRACES = new TopicPartition("message-trace", 0);
    static final TopicPartition OTHERS = new TopicPartition("message-trace", 1);
    static final String INDEX = "kafka-traces-2026.11.22/";
    static final String BAD = item(400, "document_parsing_exception", "failed to parse");

    final FakeElasticsearch elasticsearch = new FakeElasticsearch();
    final FakeSinkTaskContext context = new FakeSinkTaskContext();
    final Map<TopicPartition, Long> read = new HashMap<>();
    long aheadMs;
    final ElasticsearchTraceSinkTask task = new ElasticsearchTraceSinkTask(
            Clock.fixed(NOW, ZoneOffset.UTC),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) + aheadMs,
            new Random(7));

    @BeforeEach
    void initialize() {
        task.initialize(context);
    }

    @AfterEach
    void stop() {
        task.stop();
        elasticsearch.close();
    }

    void start() {
        start(Map.of());
    }

    void start(Map<String, String> overrides) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name", "traces",
                "elasticsearch.hosts", elasticsearch.url(),
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "dead",
                "linger", "5ms",
                "retry.backoff.initial", "5ms",
                "retry.backoff.max", "20ms"));
        properties.putAll(overrides);
        task.start(properties);
        assign(TRACES);
    }

    void assign(TopicPartition partition) {
        context.assign(partition);
        task.open(List.of(partition));
        read.put(partition, 0L);
    }

    void revoke(TopicPartition partition) {
        task.preCommit(current());
        task.close(List.of(partition));
        context.revoke(partition);
        context.paused.remove(partition);
        read.remove(partition);
    }

    void put(List<SinkRecord> records) {
        records.forEach(record -> read.merge(
                new TopicPartition(record.originalTopic(), record.originalKafkaPartition()),
                record.originalKafkaOffset() + 1,
                Math::max));
        task.put(records);
    }

    Map<TopicPartition, OffsetAndMetadata> current() {
        Map<TopicPartition, OffsetAndMetadata> current = new HashMap<>();
        read.forEach((partition, offset) -> current.put(partition, new OffsetAndMetadata(offset)));
        return current;
    }

    long committable(TopicPartition partition) {
        return Objects.requireNonNull(task.preCommit(current()).get(partition)).offset();
    }

    /** Goes on as a worker would, without new records, until that offset can be committed. */
    void awaitCommittable(TopicPartition partition, long offset) {
        await().pollInterval(Duration.ofMillis(2)).untilAsserted(() -> {
            put(List.of());
            assertThat(committable(partition)).isEqualTo(offset);
        });
        put(List.of());
    }

    void awaitTemplate() {
        await().until(() -> {
            put(List.of());
            return !elasticsearch.template().isEmpty();
        });
        await().pollDelay(Duration.ofMillis(20)).until(() -> {
            put(List.of());
            return true;
        });
    }

    /** The first of so many records of a topic that is neither indexed nor reported. */
    long settledUpTo(int end) {
        Set<String> ids = new HashSet<>();
        elasticsearch.documents().keySet().forEach(key -> ids.add(key.substring(key.indexOf('/') + 1)));
        context.reports.forEach(report -> ids.add(TRACES + "-" + report.record().kafkaOffset()));
        long offset = 0;
        while (offset < end && ids.contains(TRACES + "-" + offset)) {
            offset++;
        }
        return offset;
    }

    void awaitError(String error) {
        await().pollInterval(Duration.ofMillis(2)).untilAsserted(() -> {
            put(List.of());
            assertThat(attribute("LastError")).isEqualTo(error);
        });
    }

    long bufferedBytes() {
        return (Long) attribute("BufferedBytes");
    }

    static Object attribute(String name) {
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(
                            new ObjectName(
                                    "io.kafkacourier:type=elasticsearch-trace-sink,connector=\"traces\",task=\"0\""),
                            name);
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    static boolean isOfTheDay(FakeElasticsearch.Operation operation, int day) {
        return operation.index().endsWith("." + day);
    }

    /** A trace event of November, with an id of its own. */
    static SinkRecord ofTheDay(TopicPartition partition, int offset, int day) {
        return record(
                partition,
                offset,
                "{\"schema\":1,\"event\":\"send\",\"event_id\":\"" + partition + "-" + offset
                        + "\",\"@timestamp\":\"2026-11-" + day + "T11:00:00.000Z\"}");
    }

    static List<SinkRecord> records(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> record(TRACES, i, value(i)))
                .toList();
    }

    static String value(int i) {
        return "{\"schema\":1,\"event\":\"send\",\"event_id\":\"e" + i
                + "\",\"@timestamp\":\"2026-11-22T11:00:00.000Z\"}";
    }

    static SinkRecord record(TopicPartition partition, long offset, @Nullable String value) {
        return new SinkRecord(
                partition.topic(),
                partition.partition(),
                null,
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                value == null ? null : bytes(value),
                offset,
                NOW.toEpochMilli(),
                TimestampType.CREATE_TIME);
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
