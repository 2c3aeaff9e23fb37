/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.source.intake.BatchLimit;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.Intake;
import io.kafkacourier.source.intake.Pacer;
import io.kafkacourier.source.intake.Partitions;
import io.kafkacourier.source.intake.Step;
import io.kafkacourier.source.intake.Steps;
import io.kafkacourier.source.outgoing.SourceRecords;
import io.kafkacourier.source.outgoing.TraceEvents;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.Truncation;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;

/**
 * The main loop of a task: reads its partitions, offers the records to their schedules, and makes a source record for each
 * action. For one thread at a time, except {@link #wakeup}.
 */
public final class ScheduledSource implements AutoCloseable {

    /** Connect waits for a poll to return before it stops a task. */
    static final Duration MAX_WAIT = Duration.ofMillis(500);

    /** Orders partitions by their next release; each must have one. */
    private static final Comparator<InputPartition> BY_NEXT_RELEASE = Comparator.comparing(
            ScheduledSource::nextRelease,
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::sequence));

    private final InputReader reader;
    private final Partitions partitions;
    private final Intake intake;
    private final SourceRecords records;
    private final @Nullable TraceEvents events;
    private final BatchLimit limit;
    private final Pacer pacer;
    private final Clock clock;
    private final Steps steps;

    /** @param events makes trace events; null if there are none */
    ScheduledSource(
            InputReader reader,
            Partitions partitions,
            Intake intake,
            SourceRecords records,
            @Nullable TraceEvents events,
            BatchLimit limit,
            Pacer pacer,
            Clock clock) {
        this.reader = reader;
        this.partitions = partitions;
        this.intake = intake;
        this.records = records;
        this.events = events;
        this.limit = limit;
        this.pacer = pacer;
        this.clock = clock;
        this.steps = new Steps(limit, events != null);
        records.expect(consumer -> steps.forEachReady(step -> consumer.accept(step.input(), step.action())));
    }

    /**
     * Continues the partitions where they were left.
     *
     * @return the lowest pending offset of each partition
     * @throws ConnectException if records are missing, or the stored progress cannot be read
     */
    public Map<TopicPartition, Long> start(Assignment assignment, OffsetStorageReader offsets) {
        return partitions.start(assignment, offsets);
    }

    /**
     * Takes Kafka's ids of the topics, which were looked up elsewhere. If they differ from those of the topics that are
     * read, the next {@link #poll} checks whether a topic was created anew.
     */
    public void tellTopicIds(Map<String, String> found) {
        reader.tellTopicIds(found);
    }

    /**
     * The records that carry out the next actions. If there are none, waits until the next is due, but no longer than
     * {@link #MAX_WAIT}.
     *
     * @return null if there are none
     * @throws RetriableException if the cluster has not answered yet. It is thrown at once, so the caller has to wait
     * @throws ConnectException if records are missing, or a message is refused and the task has to stop
     */
    public @Nullable List<SourceRecord> poll() {
        pacer.asked();
        limit.asked();
        if (steps.next() == null) {
            plan();
        }
        List<SourceRecord> batch = new ArrayList<>();
        long batchBytes = 0;
        records.begin();
        long endMs = clock.millis() + MAX_WAIT.toMillis();
        for (Step step = steps.next(); step != null && batchBytes < limit.bytes(); step = steps.next()) {
            if (!batch.isEmpty() && clock.millis() > endMs) {
                // each new target is looked up, and the answer may be slow: records that are already made go out
                break;
            }
            try {
                carryOut(step, batch);
            } catch (RuntimeException e) {
                // Records before it go out first; the step stays, so the next poll fails at it.
                if (batch.isEmpty()) {
                    throw e;
                }
                break;
            }
            batchBytes += step.payloadBytes();
            steps.done();
        }
        if (batch.isEmpty()) {
            return null;
        }
        pacer.handedOut(steps.isEmpty());
        limit.handedOut(batchBytes);
        return batch;
    }

    /** Adds all records of a step, or none if it fails. */
    private void carryOut(Step step, List<SourceRecord> batch) {
        SourceRecord record =
                step.action() instanceof Action.Hold ? null : records.carryOut(step.input(), step.action());
        SourceRecord event = events == null ? null : event(events, step, record);
        addIfAny(batch, record);
        addIfAny(batch, event);
    }

    /** A message is reported as scheduled once, when it is held or leaves its input, and not for each stay in a tier. */
    private static @Nullable SourceRecord event(TraceEvents events, Step step, @Nullable SourceRecord record) {
        RecordKind kind = record == null ? RecordKind.HOP : RecordKind.of(record);
        return switch (kind) {
            case HOP -> step.input().isTier() ? null : events.scheduled(step.input(), step.action(), record);
            case MESSAGE -> events.delivered(step.input(), step.action(), Objects.requireNonNull(record));
            case REFUSED -> events.refused(step.input(), step.action(), Objects.requireNonNull(record));
            case EVENT -> null;
        };
    }

    private static void addIfAny(List<SourceRecord> batch, @Nullable SourceRecord record) {
        if (record != null) {
            batch.add(record);
        }
    }

    /** Finds the next actions; waits for some, but no longer than {@link #MAX_WAIT}. */
    private void plan() {
        do {
            pacer.awaitRound();
            advance();
            if (steps.isFull() || pacer.untilWholeNanos() == 0 || intake.isFull(steps.heldBytes())) {
                steps.makeAllReady();
            } else {
                steps.makeUrgentReady();
            }
        } while (steps.next() == null && steps.isWaiting());
    }

    /** If there is an action, keeps reading records that are at hand, so that one transaction covers many. */
    private void advance() {
        int last = intake.fetch(untilNext(), steps.heldBytes());
        long nowMs = clock.millis();
        release(nowMs);
        intake.take(nowMs, steps);
        int fetched = last;
        while (last > 0 && fetched < Steps.MAX && !steps.isEmpty() && !steps.isFull()) {
            last = intake.fetch(Duration.ZERO, steps.heldBytes());
            fetched += last;
            intake.take(nowMs, steps);
        }
        intake.tellPositions();
        partitions.rotate();
        if (steps.isEmpty()) {
            pacer.foundNothing();
        } else {
            pacer.found(steps.isFull());
        }
    }

    /** How long to wait for records: until the next action is due. */
    private Duration untilNext() {
        if (pacer.isFull()) {
            return Duration.ZERO;
        }
        long nowMs = clock.millis();
        long waitMs = Math.max(0, Math.min(intake.nextMs(nowMs) - nowMs, MAX_WAIT.toMillis()));
        Duration wait = Duration.ofMillis(waitMs);
        Duration untilWhole = Duration.ofNanos(pacer.untilWholeNanos());
        return steps.isWaiting() && untilWhole.compareTo(wait) < 0 ? untilWhole : wait;
    }

    /** Releases due messages of all partitions in one order, regardless of the way they came. */
    private void release(long nowMs) {
        Queue<InputPartition> due = new PriorityQueue<>(BY_NEXT_RELEASE);
        for (InputPartition input : partitions.inTurn()) {
            if (isDue(input, nowMs)) {
                due.add(input);
            }
        }
        while (!due.isEmpty() && !steps.isFull()) {
            InputPartition input = due.remove();
            steps.add(input, Objects.requireNonNull(input.schedule().release(nowMs)), nowMs);
            if (isDue(input, nowMs)) {
                due.add(input);
            }
        }
    }

    private static boolean isDue(InputPartition input, long nowMs) {
        Entry<?> release = input.schedule().nextRelease();
        return release != null && release.dueMs() <= nowMs;
    }

    private static Entry<?> nextRelease(InputPartition input) {
        return Objects.requireNonNull(input.schedule().nextRelease());
    }

    /** The current status of the source. */
    SourceStatus status() {
        return SourceStatus.of(partitions, intake, steps, reader);
    }

    /**
     * When a message is next due, next leaves a tier, or was due and could not be handed out, epoch ms; {@link
     * PartitionSchedule#NEVER} if no message waits for a point in time.
     */
    long nextDueMs() {
        return SourceStatus.nextDueMs(partitions, steps);
    }

    /** The truncations of logs since the last call, by partition. */
    Map<TopicPartition, Truncation> truncations() {
        return partitions.truncations();
    }

    /** Ends the wait of a poll that another thread is in, or else the wait of the next poll. */
    public void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        reader.close();
    }
}
