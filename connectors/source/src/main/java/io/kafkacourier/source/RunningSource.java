/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.outgoing.TrackedRecord;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.CommittedProgress;
import io.kafkacourier.source.progress.Lows;
import io.kafkacourier.source.progress.Upkeep;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/** A {@link ScheduledSource} at work, and what surrounds it: metrics, and the upkeep of its partitions. */
public final class RunningSource implements Running {

    private static final long STATUS_INTERVAL_MS = Duration.ofSeconds(1).toMillis();

    private final ScheduledSource source;
    private final SourceMetrics metrics;
    private final MetricPublisher publisher;
    private final Clock clock;
    private volatile CommittedProgress progress = new CommittedProgress(Map.of());
    private @Nullable Upkeep upkeep;
    private long statusMs;

    /**
     * Before it runs.
     *
     * @param source closed with this
     * @param publisher closed with this
     */
    public RunningSource(ScheduledSource source, SourceMetrics metrics, MetricPublisher publisher, Clock clock) {
        this.source = source;
        this.metrics = metrics;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Goes on with the partitions where they were left.
     *
     * @param policies of each topic
     * @param upkeeps begins the upkeep, which is closed with this
     * @throws ConnectException where records are missing, or the stored progress cannot be read
     */
    public void start(
            Assignment assignment,
            Function<String, Policies<ConsumerRecord<byte[], byte[]>, Outgoing>> policies,
            OffsetStorageReader offsets,
            Function<Lows, Upkeep> upkeeps) {
        CommittedProgress starting = new CommittedProgress(source.start(assignment, policies, offsets));
        progress = starting;
        Upkeep beginning = upkeeps.apply(starting);
        upkeep = beginning;
        metrics.publish(publisher, beginning, assignment.partitions());
        source.heldBack().publish(publisher);
        source.watch().start(publisher);
        observe();
    }

    @Override
    public @Nullable List<SourceRecord> poll() {
        source.watch().polling();
        progress.polling();
        if (upkeep != null) {
            source.tellTopicIds(upkeep.topicIds());
        }
        try {
            List<SourceRecord> batch = source.poll();
            source.trials().handedOut(batch == null ? List.of() : batch);
            if (batch == null) {
                source.watch().handedOutNothing(null);
            } else {
                for (SourceRecord record : batch) {
                    if (record instanceof TrackedRecord tracked) {
                        progress.handedOut(tracked.readFrom(), tracked.ticket());
                    }
                }
                metrics.handedOut(batch);
                source.watch().handedOut(batch);
            }
            return batch;
        } catch (RuntimeException e) {
            source.trials().handedOut(List.of());
            if (e instanceof RetriableException waiting) {
                source.watch().handedOutNothing(waiting);
            }
            throw e;
        } finally {
            source.cutOffs().forEach(progress::cutOff);
            observe();
        }
    }

    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        if (!(record instanceof TrackedRecord tracked)) {
            return;
        }
        source.watch().done(record);
        source.trials().done(record, metadata != null);
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
        source.watch().close();
        source.trials().end();
        if (upkeep != null) {
            upkeep.close();
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
