/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.intake.BatchLimit;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.Intake;
import io.kafkacourier.source.intake.MissingRecords;
import io.kafkacourier.source.intake.Pacer;
import io.kafkacourier.source.intake.Resumption;
import io.kafkacourier.source.intake.Step;
import io.kafkacourier.source.intake.Steps;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.outgoing.RefusedRecords;
import io.kafkacourier.source.outgoing.SourceRecords;
import io.kafkacourier.source.outgoing.TierPlaces;
import io.kafkacourier.source.outgoing.TierRecords;
import io.kafkacourier.source.outgoing.TraceEvents;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.CutOff;
import io.kafkacourier.source.progress.SourceOffset;
import io.kafkacourier.source.targets.BatchWatch;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.HeldBack;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.Trials;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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

    /** Connect waits for a poll to return before it stops a task. */
    static final Duration MAX_WAIT = Duration.ofMillis(500);

    private static final Logger log = LoggerFactory.getLogger(ScheduledSource.class);

    /** Of partitions that have something to release. */
    private static final Comparator<InputPartition> BY_NEXT_RELEASE = Comparator.comparing(
            ScheduledSource::nextRelease,
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::sequence));

    private final InputReader reader;
    private final SourceRecords records;
    private final HeldBack heldBack;
    private final Trials trials;
    private final BatchWatch watch;
    private final @Nullable TraceEvents events;
    private final MissingRecords missing;
    private final Ladder ladder;
    private final Ladder ladderOfTiers;
    private final Clock clock;
    private final Pacer pacer;
    private final BatchLimit limit;
    private final Steps steps;
    private final Intake intake;
    private final Map<TopicPartition, CutOff> cutOffs = new HashMap<>();

    private Function<String, Policies<ConsumerRecord<byte[], byte[]>, Outgoing>> policies = topic -> {
        throw new IllegalStateException("not started");
    };

    /**
     * The source that a configuration asks for.
     *
     * @param consumer closed with it
     * @param lookup what is known of topics; creates those that may be
     */
    public static ScheduledSource of(
            Behaviour behaviour,
            Assignment assignment,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Clock clock) {
        return of(behaviour, assignment, consumer, lookup, clock, System::nanoTime, LockSupport::parkNanos);
    }

    /**
     * The source that a configuration asks for, with a time of its own.
     *
     * @param ticker nanoseconds from any origin, by which batches are spaced
     * @param sleeper waits for so many nanoseconds, or returns early
     */
    public static ScheduledSource of(
            Behaviour behaviour,
            Assignment assignment,
            Consumer<byte[], byte[]> consumer,
            TopicLookup lookup,
            Clock clock,
            LongSupplier ticker,
            LongConsumer sleeper) {
        SourceConfig config = behaviour.config();
        Ladder ladder = behaviour.waiting().ladder();
        TargetRules rules = behaviour.targetRules(lookup, clock);
        HeldBack heldBack = new HeldBack(clock);
        Trials trials = Trials.ofConnector(config.connectorName(), clock);
        Fitting fitting = config.fitting();
        RefusedRecords refused =
                new RefusedRecords(behaviour.invalidBehavior(), behaviour.refusedTopic(), rules, fitting);
        SourceRecords records = new SourceRecords(
                rules,
                fitting,
                new TierRecords(
                        new TierPlaces(config.tierNames(), assignment.tiers()), ladder, rules, fitting, refused, clock),
                refused,
                heldBack,
                trials,
                config.stampsDueTime(),
                clock);
        MissingRecords missing = new MissingRecords(config.onMissing(), assignment.tiers()::containsKey);
        InputReader reader = new InputReader(consumer, config.consumerIdentity(), missing, lookup::ids, ticker);
        TraceEvents events = config.traceTopic().isEmpty() ? null : new TraceEvents(config, rules, Ids.system(), clock);
        return new ScheduledSource(
                reader,
                records,
                heldBack,
                trials,
                new BatchWatch(
                        config.clientId() + "-" + assignment.partitions().get(0),
                        lookup,
                        config.adminIdentity(),
                        config.transactionTimeout(),
                        clock),
                events,
                missing,
                ladder,
                ladder.andLonger(assignment.tiers().keySet().stream()
                        .map(config.tierNames()::seconds)
                        .toList()),
                config.bufferMaxBytes(),
                new BatchLimit(config.batchMaxBytes(), ticker),
                new Pacer(ticker, sleeper),
                clock);
    }

    /**
     * @param events tells what becomes of messages; null where nobody wants to know
     * @param missing what to do where records are missing
     * @param ladder where long waits are spent
     * @param ladderOfTiers where those of messages are spent that are in a tier already
     * @param bufferMaxBytes how much is kept in memory before reading pauses
     */
    private ScheduledSource(
            InputReader reader,
            SourceRecords records,
            HeldBack heldBack,
            Trials trials,
            BatchWatch watch,
            @Nullable TraceEvents events,
            MissingRecords missing,
            Ladder ladder,
            Ladder ladderOfTiers,
            long bufferMaxBytes,
            BatchLimit limit,
            Pacer pacer,
            Clock clock) {
        this.reader = reader;
        this.records = records;
        this.heldBack = heldBack;
        this.trials = trials;
        this.watch = watch;
        this.events = events;
        this.missing = missing;
        this.ladder = ladder;
        this.ladderOfTiers = ladderOfTiers;
        this.clock = clock;
        this.pacer = pacer;
        this.limit = limit;
        this.steps = new Steps(limit, events != null);
        records.expect(consumer -> steps.forEachReady(step -> consumer.accept(step.input(), step.action())));
        this.intake = new Intake(reader, bufferMaxBytes, clock, this::giveUp);
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
            Function<String, Policies<ConsumerRecord<byte[], byte[]>, Outgoing>> policies,
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
            intake.add(input);
            lows.put(partition, Math.max(progress.low(), range.first()));
            log.info("Starting {} from {}", partition, progress);
        }
        return lows;
    }

    /**
     * Tells Kafka's ids of the topics as somebody else found them; where they are not those that are read, the next {@link
     * #poll} looks whether a topic was created anew.
     */
    public void tellTopicIds(Map<String, String> found) {
        reader.tellTopicIds(found);
    }

    /**
     * The records that carry out what is to be done now; waits for some, until the next is due, but no longer than {@link
     * #MAX_WAIT}.
     *
     * @return null where there are none
     * @throws RetriableException where the cluster has not answered yet; at once, so that the caller has to wait
     * @throws ConnectException where records are missing, or one is refused and the task is to stop then
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
                // each target that is new is asked for, and may be slow to be answered: what is made goes out
                break;
            }
            try {
                carryOut(step, batch);
            } catch (RuntimeException e) {
                // What comes before goes out first; the step is still there for the next poll to fail on.
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

    /** Adds all that comes of a step, or nothing where it fails. */
    private void carryOut(Step step, List<SourceRecord> batch) {
        SourceRecord record =
                step.action() instanceof Action.Hold ? null : records.carryOut(step.input(), step.action());
        SourceRecord event = events == null ? null : event(events, step, record);
        addIfAny(batch, record);
        addIfAny(batch, event);
    }

    /** That a message was scheduled is told once, when it leaves or waits in its input, not of each stay in a tier. */
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

    /**
     * When what is next is due, has a stay that ends, or was due and could not be handed out, epoch ms; {@link
     * PartitionSchedule#NEVER} where nothing waits for a point in time.
     */
    long nextDueMs() {
        long nextMs = PartitionSchedule.NEVER;
        Step step = steps.next();
        if (step != null) {
            Entry<?> entry = step.action().entry();
            long dueMs = Math.max(entry.dueMs(), entry.enteredMs());
            nextMs = dueMs > 0 ? dueMs : nextMs;
        }
        for (InputPartition input : intake.partitions()) {
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
        for (InputPartition input : intake.partitions()) {
            PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule = input.schedule();
            places.put(input.topicPartition(), new SourceStatus.Place(schedule.next(), schedule.held()));
            furthestDueMs = Math.max(furthestDueMs, schedule.furthestDueMs());
            waitingInputs += !input.isTier() && schedule.headWaitsUntilMs() != PartitionSchedule.NEVER ? 1 : 0;
            reread += schedule.reread();
            schedule.forEachHeld(entry -> {
                int attempt = entry.message().attempt();
                if (attempt > 0) {
                    waiting.merge(attempt, 1, Integer::sum);
                }
            });
            long failureMs = input.oldestFailureMs();
            oldestMs = failureMs < 0 ? oldestMs : Math.min(oldestMs, failureMs);
        }
        return new SourceStatus(
                places,
                intake.heldBytes(),
                intake.usedBytes() + steps.heldBytes(),
                waiting,
                oldestMs == Long.MAX_VALUE ? -1 : oldestMs,
                furthestDueMs,
                waitingInputs,
                reader.missing(),
                reread);
    }

    /** Where logs were truncated since the last call, and have other records from then on, by partition. */
    Map<TopicPartition, CutOff> cutOffs() {
        Map<TopicPartition, CutOff> found = Map.copyOf(cutOffs);
        cutOffs.clear();
        return found;
    }

    /** Counts messages whose target takes none at the moment. */
    HeldBack heldBack() {
        return heldBack;
    }

    /** Remembers what targets have taken. */
    Trials trials() {
        return trials;
    }

    /** Watches that what is handed out gets written. */
    BatchWatch watch() {
        return watch;
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
        InputPartition input = intake.partition(gone.partition());
        if (gone instanceof InputReader.Break.Truncated truncated) {
            InputPartition left = input.cutOff(truncated.from());
            intake.replace(input, left);
            cutOffs.merge(gone.partition(), new CutOff(truncated.from(), left.cutOffs()), CutOff::and);
        } else if (gone instanceof InputReader.Break.Recreated recreated) {
            missing.alsoGone(input.schedule().held());
            String settings = policies.apply(gone.partition().topic()).current().settings();
            InputPartition anew = input(
                    gone.partition(), recreated.topicId(), input.isTier(), Progress.from(recreated.first(), settings));
            intake.replace(input, anew);
        }
    }

    /** Finds what is to be done now; waits for it, but no longer than {@link #MAX_WAIT}. */
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

    /** Where there is something to do, goes on reading what is at hand, so that one transaction does for much of it. */
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
        intake.rotate();
        if (steps.isEmpty()) {
            pacer.foundNothing();
        } else {
            pacer.found(steps.isFull());
        }
    }

    /** How long to wait for records: nothing is due before. */
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

    /** Releases what is due, of all partitions in one order, whichever way it came. */
    private void release(long nowMs) {
        Queue<InputPartition> due = new PriorityQueue<>(BY_NEXT_RELEASE);
        for (InputPartition input : intake.partitions()) {
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
}
