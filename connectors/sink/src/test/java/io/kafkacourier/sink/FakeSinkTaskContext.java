/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.jspecify.annotations.Nullable;

/** The worker's side of a task, which refuses what the real one refuses. */
public final class FakeSinkTaskContext implements SinkTaskContext {

    public record Report(SinkRecord record, Throwable error, CompletableFuture<Void> done) {}

    private final Set<TopicPartition> assigned = new HashSet<>();
    /** As the real one remembers them, beyond a partition's revocation. */
    public final Set<TopicPartition> paused = new HashSet<>();

    public final List<Report> reports = new ArrayList<>();
    public boolean hasReporter = true;
    public boolean reportsAreDurableAtOnce = true;
    public long timeoutMs = -1;

    /** What comes before the task's {@code open}. */
    public void assign(TopicPartition partition) {
        assigned.add(partition);
        paused.retainAll(assigned);
    }

    public void revoke(TopicPartition partition) {
        assigned.remove(partition);
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
    public void offset(TopicPartition tp, long offset) {
        throw new AssertionError("the sink never rewinds");
    }

    @Override
    public void timeout(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    @Override
    public Set<TopicPartition> assignment() {
        return Set.copyOf(assigned);
    }

    @Override
    public void pause(TopicPartition... partitions) {
        ensureAssigned(partitions);
        paused.addAll(List.of(partitions));
    }

    @Override
    public void resume(TopicPartition... partitions) {
        ensureAssigned(partitions);
        List.of(partitions).forEach(paused::remove);
    }

    @Override
    public void requestCommit() {}

    @Override
    public @Nullable ErrantRecordReporter errantRecordReporter() {
        return hasReporter ? this::report : null;
    }

    @Override
    public PluginMetrics pluginMetrics() {
        throw new UnsupportedOperationException("not before Kafka 4.1");
    }

    private Future<Void> report(SinkRecord record, Throwable error) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (reportsAreDurableAtOnce) {
            done.complete(null);
        }
        reports.add(new Report(record, error, done));
        return done;
    }

    private void ensureAssigned(TopicPartition... partitions) {
        if (!assigned.containsAll(List.of(partitions))) {
            throw new IllegalStateException("not assigned");
        }
    }
}
