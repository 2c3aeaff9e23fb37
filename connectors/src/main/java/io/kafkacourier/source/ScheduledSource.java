/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.record.RecordKind;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.Assignment;
import io.kafkacourier.kafka.InputReader;
import io.kafkacourier.kafka.MissingRecords;
import io.kafkacourier.kafka.TopicLookup;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a task does: reads its partitions, keeps their schedules, and hands out a source record for whatever is to be
 * done. For one thread at a time, except {@link #wakeup}.
 */
public final class ScheduledSource implements AutoCloseable {

    /** The most records in a batch: large enough that a transaction for each costs little. */
    static final int MAX_BATCH = 10_000;

    /**
     * The shortest time from one batch to the next, unless the former was full. Each is a transaction, and one that begins
     * before the broker has written the markers of the last waits 20 ms and more there, so that a task with little to do
     * would make all of it late by its many transactions.
     */
    static final Duration BATCH_INTERVAL = Duration.ofMillis(10);

    /** The shortest time from when Connect is done with a batch to the next: about what the broker needs for its markers. */
    static final Duration BATCH_REST = Duration.ofMillis(5);

    /** Connect waits for a poll to return before it stops a task. */
    static final Duration MAX_WAIT = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(ScheduledSource.class);

    /** Of partitions that have something to release. */
    private static final Comparator<InputPartition> BY_NEXT_RELEASE = Comparator.comparing(
            ScheduledSource::nextRelease,
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::sequence));

    private final InputReader reader;
    private final SourceRecords records;
    private final @Nullable TraceEvents events;
    private final long bufferMaxBytes;
    private final MissingRecords missing;
    private final Ladder ladder;
    private final Ladder ladderOfTiers;
    private final Clock clock;
    private final Map<TopicPartition, InputPartition> inputs = new LinkedHashMap<>();
    /** The partitions in the order in which they get their turn. */
    private final List<InputPartition> turns = new ArrayList<>();

    private Function<String, Policies<ConsumerRecord<byte[], byte[]>>> policies = topic -> {
        throw new IllegalStateException("not started");
    };
    /** What the schedules have said and was not handed out yet. */
    private final Queue<Step> steps = new ArrayDeque<>();

    private boolean isBatchFull;
    private boolean isBatchOut;
    private long nextBatchNanos = System.nanoTime();

    private record Step(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action) {}

    /**
     * The source that a configuration asks for.
     *
     * @param consumer closed with it
     * @param lookup what is known of topics; creates those that may be
     */
    public static ScheduledSource of(
            SourceConfig config,
            Assignment assignment,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Clock clock) {
        TargetRules rules = TargetRules.of(config, lookup, clock);
        SourceRecords records = new SourceRecords(
                config.dispatch(),
                rules,
                new TierPlaces(config.tierNames(), assignment.tiers()),
                config.invalidBehavior(),
                config.refusedTopic(),
                config.stampsDueTime(),
                clock);
        MissingRecords missing = new MissingRecords(config.onMissing(), assignment.tiers()::containsKey);
        InputReader reader = new InputReader(consumer, missing, lookup::ids);
        TraceEvents events = config.traceTopic().isEmpty() ? null : new TraceEvents(config, rules, Ids.system(), clock);
        return new ScheduledSource(
                reader,
                records,
                events,
                missing,
                config.ladder(),
                config.ladder()
                        .andLonger(assignment.tiers().keySet().stream()
                                .map(config.tierNames()::seconds)
                                .toList()),
                config.bufferMaxBytes(),
                clock);
    }

    /**
     * @param events tells what becomes of messages; null where nobody wants to know
     * @param missing what to do where records are missing
     * @param ladder where long waits are spent
     * @param ladderOfTiers where those of messages are spent that are in a tier already
     * @param bufferMaxBytes how much is held before reading pauses
     */
    private ScheduledSource(
            InputReader reader,
            SourceRecords records,
            @Nullable TraceEvents events,
            MissingRecords missing,
            Ladder ladder,
            Ladder ladderOfTiers,
            long bufferMaxBytes,
            Clock clock) {
        this.reader = reader;
        this.records = records;
        this.events = events;
        this.missing = missing;
        this.ladder = ladder;
        this.ladderOfTiers = ladderOfTiers;
        this.bufferMaxBytes = bufferMaxBytes;
        this.clock = clock;
    }

    /**
     * Goes on with the partitions where they were left.
     *
     * @param policies of each topic
     * @return the lowest offset of each partition that is not done with
     * @throws ConnectException where records are missing, or the stored progress cannot be read
     */
    public Map<TopicPartition, Long> start(
            Assignment assignment,
            Function<String, Policies<ConsumerRecord<byte[], byte[]>>> policies,
            OffsetStorageReader offsets) {
        this.policies = policies;
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(assignment.partitions());
        Map<String, String> topicIds = reader.topicIds(assignment.topicIds());
        Map<Map<String, Object>, Map<String, Object>> stored = offsets.offsets(
                assignment.partitions().stream().map(SourceOffset::partition).toList());
        Resumption resumption = new Resumption(reader, missing, ranges, topicIds);
        for (TopicPartition partition : assignment.partitions()) {
            String settings = policies.apply(partition.topic()).current().settings();
            resumption.add(partition, stored.get(SourceOffset.partition(partition)), settings);
        }
        Map<TopicPartition, Progress> progresses = resumption.progress();
        Map<TopicPartition, Long> lows = new HashMap<>();
        for (TopicPartition partition : assignment.partitions()) {
            Progress progress = Objects.requireNonNull(progresses.get(partition));
            InputReader.Range range = Objects.requireNonNull(ranges.get(partition));
            boolean isTier = assignment.tiers().containsKey(partition.topic());
            InputPartition input =
                    input(partition, Objects.requireNonNull(topicIds.get(partition.topic())), isTier, progress);
            reader.start(partition, progress.low(), range);
            inputs.put(partition, input);
            turns.add(input);
            lows.put(partition, Math.max(progress.low(), range.first()));
            log.info("Starting {} from {}", partition, progress);
        }
        return lows;
    }

    /**
     * The records that carry out what is to be done now; waits for some, until the next is due, but no longer than {@link
     * #MAX_WAIT}.
     *
     * @return null where there are none
     * @throws RetriableException where the cluster has not answered yet
     * @throws ConnectException where records are missing, or one is refused and the task is to stop then
     */
    public @Nullable List<SourceRecord> poll() {
        if (steps.isEmpty()) {
            keepInterval();
            advance();
        }
        List<SourceRecord> batch = new ArrayList<>(steps.size());
        long endMs = clock.millis() + MAX_WAIT.toMillis();
        for (Step step = steps.peek(); step != null; step = steps.peek()) {
            if (!batch.isEmpty() && clock.millis() > endMs) {
                // each target that is new is asked for, and may be slow to be answered: what is made goes out
                break;
            }
            try {
                carryOut(step, batch);
            } catch (ConnectException e) {
                // What comes before goes out first; the step is still there for the next poll to fail on.
                if (batch.isEmpty()) {
                    pause();
                    throw e;
                }
                return batch;
            }
            steps.remove();
        }
        if (batch.isEmpty()) {
            return null;
        }
        isBatchOut = true;
        nextBatchNanos = System.nanoTime() + BATCH_INTERVAL.toNanos();
        return batch;
    }

    /** Adds all that comes of a step, or nothing where it fails. */
    private void carryOut(Step step, List<SourceRecord> batch) {
        SourceRecord record = step.action instanceof Action.Hold ? null : records.carryOut(step.input, step.action);
        SourceRecord event = events == null ? null : event(events, step, record);
        addIfAny(batch, record);
        addIfAny(batch, event);
    }

    /** That a message was scheduled is told once, when it leaves or waits in its input, not of each stay in a tier. */
    private static @Nullable SourceRecord event(TraceEvents events, Step step, @Nullable SourceRecord record) {
        RecordKind kind = record == null ? RecordKind.HOP : RecordKind.of(record);
        return switch (kind) {
            case HOP -> step.input.isTier() ? null : events.scheduled(step.input, step.action, record);
            case MESSAGE -> events.delivered(step.input, step.action, Objects.requireNonNull(record));
            case REFUSED -> events.refused(step.input, step.action, Objects.requireNonNull(record));
            case EVENT -> null;
        };
    }

    private static void addIfAny(List<SourceRecord> batch, @Nullable SourceRecord record) {
        if (record != null) {
            batch.add(record);
        }
    }

    /**
     * When what is next is due, has a stay that ends, or was due and could not be handed out, epoch ms; {@link
     * PartitionSchedule#NEVER} where nothing waits for a point in time.
     */
    long nextDueMs() {
        long nextMs = PartitionSchedule.NEVER;
        Step step = steps.peek();
        if (step != null) {
            Entry<?> entry = step.action.entry();
            long dueMs = Math.max(entry.dueMs(), entry.enteredMs());
            nextMs = dueMs > 0 ? dueMs : nextMs;
        }
        for (InputPartition input : turns) {
            Entry<?> release = input.schedule().nextRelease();
            nextMs = Math.min(nextMs, release == null ? PartitionSchedule.NEVER : release.dueMs());
            nextMs = Math.min(nextMs, input.schedule().headWaitsUntilMs());
        }
        return nextMs;
    }

    /** What is being done, as of now. */
    SourceStatus status() {
        Map<TopicPartition, SourceStatus.Place> places = new HashMap<>();
        long furthestDueMs = -1;
        int waitingInputs = 0;
        long reread = 0;
        long oldestMs = Long.MAX_VALUE;
        Map<Integer, Integer> waiting = new HashMap<>();
        for (InputPartition input : turns) {
            PartitionSchedule<?> schedule = input.schedule();
            places.put(input.topicPartition(), new SourceStatus.Place(schedule.next(), schedule.held()));
            furthestDueMs = Math.max(furthestDueMs, schedule.furthestDueMs());
            waitingInputs += !input.isTier() && schedule.headWaitsUntilMs() != PartitionSchedule.NEVER ? 1 : 0;
            reread += schedule.reread();
            schedule.waiting().forEach((attempt, count) -> waiting.merge(attempt, count, Integer::sum));
            long failureMs = input.oldestFailureMs();
            oldestMs = failureMs < 0 ? oldestMs : Math.min(oldestMs, failureMs);
        }
        return new SourceStatus(
                places,
                heldBytes(),
                waiting,
                oldestMs == Long.MAX_VALUE ? -1 : oldestMs,
                furthestDueMs,
                waitingInputs,
                reader.missing(),
                reread);
    }

    /** Ends the wait of a poll that another thread is in, or else that of the next. */
    public void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        reader.close();
    }

    private InputPartition input(TopicPartition partition, String topicId, boolean isTier, Progress progress) {
        try {
            return new InputPartition(
                    partition,
                    topicId,
                    isTier,
                    new PartitionSchedule<>(
                            policies.apply(partition.topic()), isTier ? ladderOfTiers : ladder, progress));
        } catch (IllegalArgumentException e) {
            throw new ConnectException("The stored settings of " + partition + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Gives up what is held of records that are gone; what was made of them goes out. */
    private void giveUp(InputReader.Break gone) {
        InputPartition input = Objects.requireNonNull(inputs.get(gone.partition()));
        if (gone instanceof InputReader.Break.Truncated truncated) {
            input.cutOff(truncated.from());
        } else if (gone instanceof InputReader.Break.Recreated recreated) {
            missing.alsoGone(input.schedule().held());
            String settings = policies.apply(gone.partition().topic()).current().settings();
            InputPartition anew = input(
                    gone.partition(), recreated.topicId(), input.isTier(), Progress.from(recreated.first(), settings));
            inputs.put(gone.partition(), anew);
            turns.set(turns.indexOf(input), anew);
        }
    }

    private void keepInterval() {
        long nowNanos = System.nanoTime();
        if (isBatchOut) {
            isBatchOut = false;
            long restedNanos = nowNanos + BATCH_REST.toNanos();
            nextBatchNanos = restedNanos - nextBatchNanos > 0 ? restedNanos : nextBatchNanos;
        }
        if (!isBatchFull) {
            LockSupport.parkNanos(nextBatchNanos - nowNanos);
        }
    }

    /** Where there is something to do, goes on reading what is at hand, so that one transaction does for much of it. */
    private void advance() {
        int last = fetch(isBatchFull ? Duration.ZERO : untilNext());
        long nowMs = clock.millis();
        release(nowMs);
        take(nowMs);
        int fetched = last;
        while (last > 0 && fetched < MAX_BATCH && !steps.isEmpty() && steps.size() < MAX_BATCH) {
            last = fetch(Duration.ZERO);
            fetched += last;
            take(nowMs);
        }
        isBatchFull = steps.size() >= MAX_BATCH;
        Collections.rotate(turns, -1);
    }

    /** Reads of the partitions that have nothing left of what was read before, and says how many records. */
    private int fetch(Duration wait) {
        boolean isBufferFull = isBufferFull();
        for (InputPartition input : turns) {
            reader.pause(
                    input.topicPartition(),
                    input.hasFetched() || (isBufferFull && !input.schedule().isReplaying()));
        }
        ConsumerRecords<byte[], byte[]> fetched = reader.poll(wait);
        reader.breaks().forEach(this::giveUp);
        for (TopicPartition partition : fetched.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> ofPartition = fetched.records(partition);
            long next = ofPartition.get(ofPartition.size() - 1).offset() + 1;
            Objects.requireNonNull(inputs.get(partition))
                    .fetched(ofPartition, reader.position(partition).orElse(next));
        }
        return fetched.count();
    }

    /** Waits without reading, since Connect asks again at once after a failure that may pass. */
    private void pause() {
        for (InputPartition input : turns) {
            reader.pause(input.topicPartition(), true);
        }
        reader.poll(MAX_WAIT);
        reader.breaks().forEach(this::giveUp);
    }

    private Duration untilNext() {
        boolean isBufferFull = isBufferFull();
        long nextMs = PartitionSchedule.NEVER;
        for (InputPartition input : turns) {
            Entry<?> release = input.schedule().nextRelease();
            nextMs = Math.min(nextMs, release == null ? PartitionSchedule.NEVER : release.dueMs());
            if (!isBufferFull) {
                nextMs = Math.min(nextMs, input.schedule().headWaitsUntilMs());
            }
        }
        long waitMs = nextMs - clock.millis();
        return Duration.ofMillis(Math.max(0, Math.min(waitMs, MAX_WAIT.toMillis())));
    }

    /** Releases what is due, of all partitions in one order, whichever way it came. */
    private void release(long nowMs) {
        Queue<InputPartition> due = new PriorityQueue<>(BY_NEXT_RELEASE);
        for (InputPartition input : turns) {
            if (isDue(input, nowMs)) {
                due.add(input);
            }
        }
        while (!due.isEmpty() && steps.size() < MAX_BATCH) {
            InputPartition input = due.remove();
            addStep(input, Objects.requireNonNull(input.schedule().release(nowMs)));
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

    private void addStep(InputPartition input, Action<ConsumerRecord<byte[], byte[]>> action) {
        if (!(action instanceof Action.Hold) || (events != null && !input.isTier())) {
            steps.add(new Step(input, action));
        }
    }

    /** Has each schedule take what was fetched. */
    private void take(long nowMs) {
        long heldBytes = heldBytes();
        for (InputPartition input : turns) {
            long heldByOthers = heldBytes - input.schedule().heldBytes();
            take(input, nowMs, heldByOthers);
            heldBytes = heldByOthers + input.schedule().heldBytes();
        }
    }

    /**
     * Has the schedule take what was fetched, as far as it does and there is room. What is taken up again after a stop
     * always finds room: it did before, and nothing is released while it is incomplete.
     */
    private void take(InputPartition input, long nowMs, long heldByOthers) {
        PartitionSchedule<ConsumerRecord<byte[], byte[]>> schedule = input.schedule();
        boolean taken = true;
        while (taken
                && input.hasFetched()
                && steps.size() < MAX_BATCH
                && (schedule.isReplaying() || heldByOthers + schedule.heldBytes() < bufferMaxBytes)) {
            taken = input.offerFirst(nowMs, action -> addStep(input, action));
        }
        if (!input.hasFetched()) {
            reader.position(input.topicPartition()).ifPresent(schedule::readUpTo);
        }
    }

    private boolean isBufferFull() {
        return heldBytes() >= bufferMaxBytes;
    }

    private long heldBytes() {
        long bytes = 0;
        for (InputPartition input : turns) {
            bytes += input.schedule().heldBytes();
        }
        return bytes;
    }
}
