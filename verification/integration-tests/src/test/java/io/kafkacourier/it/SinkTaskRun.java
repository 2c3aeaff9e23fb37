/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkTask;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.awaitility.Awaitility;

/** Calls a task of the sink as a worker would, but without a worker. The task has one partition. */
final class SinkTaskRun implements SinkTaskContext, AutoCloseable {

    private static final TopicPartition PARTITION = new TopicPartition("events", 0);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);

    private final String name;
    private final Map<Long, String> reports = new LinkedHashMap<>();
    private final ElasticsearchTraceSinkTask task = new ElasticsearchTraceSinkTask();
    private long end;
    private boolean paused;

    /** Starts a task with short waits, which reports refused records. */
    SinkTaskRun(String name, Map<String, String> config) {
        this.name = name;
        Map<String, String> all = new HashMap<>(Map.of(
                "name", name,
                "index.prefix", name,
                "linger", "5ms",
                "retry.backoff.initial", "20ms",
                "retry.backoff.max", "200ms",
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "dead"));
        all.putAll(config);
        task.initialize(this);
        task.start(all);
        task.open(List.of(PARTITION));
    }

    /** Passes records with these values to the task. */
    SinkTaskRun put(List<String> values) {
        List<SinkRecord> records = new ArrayList<>();
        for (String value : values) {
            records.add(new SinkRecord(
                    PARTITION.topic(),
                    PARTITION.partition(),
                    null,
                    null,
                    null,
                    value.getBytes(UTF_8),
                    end++,
                    System.currentTimeMillis(),
                    TimestampType.CREATE_TIME));
        }
        task.put(records);
        return this;
    }

    /** Calls the task until all its records are settled. */
    void awaitAllCommitted() {
        Awaitility.await().atMost(LIMIT).pollInterval(POLL).untilAsserted(() -> {
            task.put(List.of());
            assertThat(committable())
                    .as("committable offset; last error: %s", lastError())
                    .isEqualTo(end);
        });
    }

    /** Calls the task until the last error contains that text. Only the records settled before can be committed. */
    void awaitHeld(String error) {
        long before = committable();
        awaitError(error);
        assertThat(committable()).isEqualTo(before).isLessThan(end);
    }

    /** Calls the task until the last error contains that text. */
    void awaitError(String error) {
        Awaitility.await().atMost(LIMIT).pollInterval(POLL).untilAsserted(() -> {
            task.put(List.of());
            assertThat(lastError()).contains(error);
        });
    }

    /** Calls the task until {@code count} returns the expected number. */
    void await(Callable<Long> count, long expected) {
        Awaitility.await().atMost(LIMIT).pollInterval(POLL).untilAsserted(() -> {
            task.put(List.of());
            assertThat(count.call()).isEqualTo(expected);
        });
    }

    /** The memory that the task uses for records. */
    long bufferedBytes() {
        task.put(List.of());
        return (Long) attribute("BufferedBytes");
    }

    /** The reasons of reported records by offset. */
    Map<Long, String> reports() {
        return reports;
    }

    boolean isPaused() {
        return paused;
    }

    private long committable() {
        OffsetAndMetadata offset =
                task.preCommit(Map.of(PARTITION, new OffsetAndMetadata(end))).get(PARTITION);
        return offset == null ? -1 : offset.offset();
    }

    private String lastError() {
        return String.valueOf(attribute("LastError"));
    }

    private Object attribute(String attribute) {
        try {
            return ManagementFactory.getPlatformMBeanServer()
                    .getAttribute(
                            new ObjectName("io.kafkacourier:type=elasticsearch-trace-sink,connector="
                                    + ObjectName.quote(name) + ",task=\"0\""),
                            attribute);
        } catch (JMException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        task.stop();
    }

    @Override
    public Map<String, String> configs() {
        return Map.of();
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        throw new AssertionError("the sink never rewinds");
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        throw new AssertionError("the sink never rewinds");
    }

    @Override
    public void timeout(long timeoutMs) {}

    @Override
    public Set<TopicPartition> assignment() {
        return Set.of(PARTITION);
    }

    @Override
    public void pause(TopicPartition... partitions) {
        paused = true;
    }

    @Override
    public void resume(TopicPartition... partitions) {
        paused = false;
    }

    @Override
    public void requestCommit() {}

    @Override
    public ErrantRecordReporter errantRecordReporter() {
        return (record, error) -> {
            reports.put(record.originalKafkaOffset(), String.valueOf(error.getMessage()));
            return CompletableFuture.completedFuture(null);
        };
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException("the test reads JMX");
    }
}
