/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.source.outgoing.TrackedRecord;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.CommittedProgress;
import io.kafkacourier.source.progress.CompletedOffsets;
import io.kafkacourier.source.progress.Maintenance;
import io.kafkacourier.source.targets.TargetHealth;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/** A running {@link ScheduledSource} with its metrics and the maintenance of its partitions. */
public final class RunningSource implements Running {

    private static final long STATUS_INTERVAL_MS = Duration.ofSeconds(1).toMillis();

    private final ScheduledSource source;
    private final TargetHealth targets;
    private final SourceMetrics metrics;
    private final MetricPublisher publisher;
    private final Clock clock;
    private volatile CommittedProgress progress = new CommittedProgress(Map.of());
    private @Nullable Maintenance maintenance;
    private long statusMs;

    /**
     * Creates it; {@link #start} begins the work.
     *
     * @param assembly its source is closed with this
     * @param publisher closed with this
     */
    public RunningSource(SourceAssembly assembly, SourceMetrics metrics, MetricPublisher publisher, Clock clock) {
        this.source = assembly.source();
        this.targets = assembly.targets();
        this.metrics = metrics;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Continues the partitions where they were left.
     *
     * @param startMaintenance begins the maintenance, which is closed with this object
     * @throws ConnectException if records are missing, or the stored progress cannot be read
     */
    public void start(
            Assignment assignment,
            OffsetStorageReader offsets,
            Function<CompletedOffsets, Maintenance> startMaintenance) {
        CommittedProgress starting = new CommittedProgress(source.start(assignment, offsets));
        progress = starting;
        Maintenance beginning = startMaintenance.apply(starting);
        maintenance = beginning;
        metrics.publish(publisher, beginning, assignment.partitions());
        targets.heldBack().publish(publisher);
        targets.watch().start(publisher);
        observe();
    }

    @Override
    public @Nullable List<SourceRecord> poll() {
        targets.watch().polling();
        progress.polling();
        if (maintenance != null) {
            source.tellTopicIds(maintenance.topicIds());
        }
        try {
            List<SourceRecord> batch = source.poll();
            targets.trials().handedOut(batch == null ? List.of() : batch);
            if (batch == null) {
                targets.watch().handedOutNothing(null);
            } else {
                for (SourceRecord record : batch) {
                    if (record instanceof TrackedRecord tracked) {
                        progress.handedOut(tracked.readFrom(), tracked.ticket());
                    }
                }
                metrics.handedOut(batch);
                targets.watch().handedOut(batch);
            }
            return batch;
        } catch (RuntimeException e) {
            targets.trials().handedOut(List.of());
            if (e instanceof RetriableException waiting) {
                targets.watch().handedOutNothing(waiting);
            }
            throw e;
        } finally {
            source.truncations().forEach(progress::truncated);
            observe();
        }
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        if (!(record instanceof TrackedRecord tracked)) {
            return;
        }
        targets.watch().done(record);
        targets.trials().done(record, metadata != null);
        if (metadata == null) {
            tracked.dropped();
        } else {
            tracked.written();
            metrics.written(tracked);
        }
    }

    @Override
    public void commit() {
        progress.committed();
    }

    @Override
    public void wakeup() {
        source.wakeup();
    }

    @Override
    public void close() {
        targets.watch().close();
        targets.trials().end();
        if (maintenance != null) {
            maintenance.close();
        }
        publisher.close();
        source.close();
    }

    private void observe() {
        long nowMs = clock.millis();
        metrics.nextDue(source.nextDueMs());
        if (Math.abs(nowMs - statusMs) >= STATUS_INTERVAL_MS) {
            statusMs = nowMs;
            metrics.status(source.status());
        }
    }
}
