/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.metrics.Lateness;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.source.metrics.Throughput;
import io.kafkacourier.source.outgoing.TrackedRecord;
import io.kafkacourier.source.progress.Maintenance;
import io.kafkacourier.source.progress.MaintenanceJob;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;

/** The metrics of one task. The task's thread and the threads of producers update them; any thread may read them. */
public final class SourceMetrics {

    private final long bufferMaxBytes;
    private final SourceMetric.Of of;
    private final int countedAttempts;
    private final Clock clock;
    private final Throughput due;
    private final Throughput delivered;
    private final Throughput hops;
    private final Lateness lateness;
    private final Map<Reason, LongAdder> refused = new EnumMap<>(Reason.class);
    private volatile SourceStatus status = SourceStatus.NONE;
    private volatile long nextDueMs = PartitionSchedule.NEVER;
    private volatile long furthestHopMs = -1;

    /** Starts at zero. */
    public SourceMetrics(Behaviour behaviour, Clock clock) {
        this.bufferMaxBytes = behaviour.config().bufferMaxBytes();
        this.of = behaviour.kind().metrics();
        this.countedAttempts = behaviour.waiting().countedAttempts();
        this.clock = clock;
        this.due = new Throughput(clock);
        this.delivered = new Throughput(clock);
        this.hops = new Throughput(clock);
        this.lateness = new Lateness(clock);
        for (Reason reason : of.reasons()) {
            refused.put(reason, new LongAdder());
        }
    }

    /** Publishes all metrics. */
    void publish(MetricPublisher publisher, Maintenance maintenance, List<TopicPartition> partitions) {
        partitions.stream().map(TopicPartition::topic).distinct().forEach(topic -> {
            publisher.publish(SourceMetric.PENDING.metric(), topic, () -> status.pending(topic, maintenance.ends()));
            publisher.publish(SourceMetric.BLOCKED_BY_TRANSACTION.metric(), topic, () -> maintenance.blockedMs(topic));
        });
        publisher.publish(SourceMetric.HELD.metric(), () -> status.held());
        publisher.publish(SourceMetric.HELD_BYTES.metric(), () -> status.heldBytes());
        publisher.publish(SourceMetric.BUFFER_USED.metric(), () -> (double) status.usedBytes() / bufferMaxBytes);
        publisher.publish(SourceMetric.DUE_RATE.metric(), due::perSecond);
        publisher.publish(SourceMetric.DUE_TOTAL.metric(), due::total);
        publisher.publish(SourceMetric.DELIVERED_RATE.metric(), delivered::perSecond);
        publisher.publish(SourceMetric.DELIVERED_TOTAL.metric(), delivered::total);
        publisher.publish(SourceMetric.LATENESS_P50.metric(), () -> lateness.percentileMs(50));
        publisher.publish(SourceMetric.LATENESS_P99.metric(), () -> lateness.percentileMs(99));
        publisher.publish(SourceMetric.LATENESS_MAX.metric(), () -> lateness.percentileMs(100));
        publisher.publish(SourceMetric.OVERDUE.metric(), () -> Math.max(0, clock.millis() - nextDueMs));
        publisher.publish(SourceMetric.NEXT_DUE.metric(), this::nextDue);
        publisher.publish(SourceMetric.FURTHEST_DUE.metric(), this::furthestDue);
        publisher.publish(SourceMetric.HOP_RATE.metric(), hops::perSecond);
        publisher.publish(SourceMetric.HOP_TOTAL.metric(), hops::total);
        refused.forEach((reason, count) -> publisher.publish(of.refusals().metric(), reason.name(), count::sum));
        if (of == SourceMetric.Of.RETRY) {
            publishWaiting(publisher);
        }
        publisher.publish(SourceMetric.MISSING.metric(), () -> status.missing());
        publisher.publish(SourceMetric.REREAD.metric(), () -> status.reread());
        publisher.publish(SourceMetric.WAITING_INPUTS.metric(), () -> status.waitingInputs());
        for (MaintenanceJob job : maintenance.jobs()) {
            publisher.publish(SourceMetric.UPKEEP_FAILURES.metric(), job.name(), job::failures);
            publisher.publish(SourceMetric.UPKEEP_AGE.metric(), job.name(), job::ageMs);
        }
    }

    private void publishWaiting(MetricPublisher publisher) {
        for (int attempt = 1; attempt <= countedAttempts; attempt++) {
            int counted = attempt;
            publisher.publish(SourceMetric.WAITING.metric(), Integer.toString(attempt), () -> status.waiting(counted));
        }
        publisher.publish(SourceMetric.WAITING.metric(), "more", () -> status.waitingBeyond(countedAttempts));
        publisher.publish(SourceMetric.OLDEST_WAITING.metric(), () -> status.oldestWaitingMs(clock.millis()));
    }

    /** Sets the current status of the task; to be called every second or so. */
    void status(SourceStatus now) {
        status = now;
        due.sample();
        delivered.sample();
        hops.sample();
    }

    /** Sets when the next action is due, epoch ms; {@link PartitionSchedule#NEVER} if none is. */
    void nextDue(long ms) {
        nextDueMs = ms;
    }

    /** Counts records that are handed to Connect; called by one thread only. */
    void handedOut(List<SourceRecord> records) {
        int messages = 0;
        long furthestMs = furthestHopMs;
        for (SourceRecord record : records) {
            if (record instanceof TrackedRecord tracked) {
                switch (tracked.recordKind()) {
                    case MESSAGE -> messages++;
                    case HOP -> furthestMs = Math.max(furthestMs, tracked.dueMs());
                    case REFUSED, EVENT -> {}
                }
            }
        }
        furthestHopMs = furthestMs;
        due.add(messages);
    }

    /** Counts a record that Connect has written. */
    void written(TrackedRecord record) {
        switch (record.recordKind()) {
            case MESSAGE -> {
                delivered.add(1);
                if (record.dueMs() != TrackedRecord.AT_ONCE) {
                    lateness.came(record.dueMs());
                }
            }
            case HOP -> hops.add(1);
            case REFUSED -> {
                LongAdder count = record.reason() == null ? null : refused.get(record.reason());
                if (count != null) {
                    count.increment();
                }
            }
            case EVENT -> {}
        }
    }

    private double nextDue() {
        long ms = nextDueMs;
        return ms == PartitionSchedule.NEVER ? Double.NaN : ms;
    }

    private double furthestDue() {
        long ms = Math.max(furthestHopMs, status.furthestDueMs());
        return ms < clock.millis() ? Double.NaN : ms;
    }
}
