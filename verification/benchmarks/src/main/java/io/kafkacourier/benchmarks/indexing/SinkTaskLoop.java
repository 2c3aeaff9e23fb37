/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.indexing;

import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/** Calls the sink task as a worker does, with records that are already converted. */
final class SinkTaskLoop implements Runnable, SinkTaskContext {

    /** The default of a consumer's {@code max.poll.records}. */
    private static final int POLL = 500;

    private static final TopicPartition PARTITION = new TopicPartition("message-trace", 0);

    private final Map<String, String> config;
    private final List<List<SinkRecord>> polls = new ArrayList<>();
    private boolean paused;
    private long timeoutMs;

    SinkTaskLoop(Workload workload) {
        config = Map.of(
                "name", "benchmark",
                "elasticsearch.hosts", workload.server().toString(),
                "index.prefix", Workload.PREFIX,
                "bulk.max.records", String.valueOf(Workload.BULK_EVENTS),
                "bulk.max.bytes", String.valueOf(Workload.BULK_BYTES),
                "max.in.flight", String.valueOf(Workload.IN_FLIGHT),
                "on.malformed", "fail");
        List<SinkRecord> poll = new ArrayList<>();
        for (Workload.Event event : workload.events()) {
            if (poll.size() == POLL) {
                polls.add(poll);
                poll = new ArrayList<>();
            }
            long offset = (long) polls.size() * POLL + poll.size();
            poll.add(new SinkRecord(
                    PARTITION.topic(),
                    PARTITION.partition(),
                    null,
                    null,
                    null,
                    event.json(),
                    offset,
                    workload.time().toEpochMilli(),
                    TimestampType.CREATE_TIME));
        }
        polls.add(poll);
    }

    @Override
    public void run() {
        ElasticsearchTraceSinkTask task = new ElasticsearchTraceSinkTask();
        task.initialize(this);
        task.start(config);
        task.open(List.of(PARTITION));
        for (List<SinkRecord> poll : polls) {
            while (paused) {
                poll();
                task.put(List.of());
            }
            task.put(poll);
        }
        OffsetAndMetadata end = new OffsetAndMetadata(Workload.EVENTS);
        while (!end.equals(task.preCommit(Map.of(PARTITION, end)).get(PARTITION))) {
            poll();
            task.put(List.of());
        }
        task.stop();
    }

    /** Waits for the timeout that the task requested, as a consumer without records does. */
    private void poll() {
        try {
            TimeUnit.MILLISECONDS.sleep(timeoutMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void timeout(long timeoutMs) {
        this.timeoutMs = timeoutMs;
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
    public Set<TopicPartition> assignment() {
        return Set.of(PARTITION);
    }

    @Override
    public Map<String, String> configs() {
        return config;
    }

    @Override
    public void offset(Map<TopicPartition, Long> offsets) {
        throw new UnsupportedOperationException("the sink never rewinds");
    }

    @Override
    public void offset(TopicPartition partition, long offset) {
        throw new UnsupportedOperationException("the sink never rewinds");
    }

    @Override
    public void requestCommit() {}

    @Override
    public @Nullable ErrantRecordReporter errantRecordReporter() {
        return null;
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException("there is no worker");
    }
}
