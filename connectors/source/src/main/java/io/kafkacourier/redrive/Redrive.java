/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.Running;
import io.kafkacourier.source.TaskClients;
import io.kafkacourier.source.Work;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.intake.MissingRecords;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.source.targets.BatchWatch;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Trials;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends dead letters back, from the first one up to where their topics end when the redrive begins. Invariants:
 *
 * <ol>
 *   <li>The end of the redrive is written once to the control topic, with the first record. Later letters are left for
 *       another redrive, so it ends even if the letters that it sends come back.
 *   <li>Every record carries the progress up to itself, so that Connect may commit any prefix of a batch. The progress of
 *       letters that are not sent is stored with the next record, or, every {@link #TOLD_EVERY}, with a record to the
 *       control topic.
 *   <li>Letters whose topic accepts none keep no others waiting: see {@link RedriveInput}.
 *   <li>After its end record the redrive is idle, also after a restart, until its settings change or its offsets are
 *       deleted.
 * </ol>
 */
final class Redrive implements Running {

    private static final Logger log = LoggerFactory.getLogger(Redrive.class);

    /** How often progress is written to the control topic. */
    static final Duration TOLD_EVERY = Duration.ofSeconds(5);

    /** The time from one batch to the next. Each batch is a transaction. */
    private static final Duration BATCH_INTERVAL = Duration.ofMillis(50);

    private static final int MAX_BATCH = 10_000;

    private final RedrivePlan plan;
    private final RedriveInput input;
    private final RedriveLetters letters;
    private final RateLimit rate;
    private final BatchWatch watch;
    private final Trials trials;
    private final MetricPublisher publisher;
    private final Clock clock;

    private boolean isToldOf;
    private long toldMs;

    private volatile Shown shown = new Shown(Map.of(), 0, 0, false);

    private record Shown(Map<Outcome, Long> counts, long remaining, int waitingTopics, boolean isDone) {}

    /**
     * Creates it; {@link #start} begins the redrive.
     *
     * @param input closed with this object
     * @param watch watches whether records that are handed out get written; closed with this object
     * @param trials remembers which records the topics that letters name have accepted
     * @param publisher closed with this
     */
    Redrive(
            RedrivePlan plan,
            RedriveInput input,
            RedriveLetters letters,
            RateLimit rate,
            BatchWatch watch,
            Trials trials,
            MetricPublisher publisher,
            Clock clock) {
        this.plan = plan;
        this.input = input;
        this.letters = letters;
        this.rate = rate;
        this.watch = watch;
        this.trials = trials;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Begins a redrive: see {@link Work#begin}.
     *
     * @param target the topic that letters go to
     * @param story writes their headers
     * @param failures reads them
     */
    static void begin(
            RedrivePlan plan,
            RetryTarget target,
            StoryHeaders story,
            FailureReader failures,
            Work.Start start,
            Consumer<Running> begun) {
        Clock clock = start.clock();
        TaskClients clients = start.clients();
        SourceConfig config = start.behaviour().config();
        Trials trials = Trials.ofConnector(plan.connector(), clock);
        RedriveLetters letters = new RedriveLetters(
                plan,
                target,
                story,
                failures,
                start.behaviour().targetRules(clients.lookup(), clock),
                config.fitting(),
                trials);
        InputReader reader = new InputReader(
                clients.consumer(),
                config.consumerIdentity(),
                new MissingRecords(config.onMissing(), topic -> false),
                topics -> CompletableFuture.completedFuture(Map.of()),
                System::nanoTime);
        Redrive redrive = new Redrive(
                plan,
                new RedriveInput(reader, letters),
                letters,
                new RateLimit(plan.rate(), System::nanoTime),
                new BatchWatch(
                        clients.id(), clients.lookup(), config.adminIdentity(), config.transactionTimeout(), clock),
                trials,
                start.publisher(),
                clock);
        begun.accept(redrive);
        redrive.start(start.assignment().partitions(), start.offsets());
    }

    /** Continues where it was left, or else determines where it ends. */
    void start(List<TopicPartition> found, OffsetStorageReader offsets) {
        Map<String, Object> stored = offsets.offset(RedriveProgress.sourcePartition(plan.connector()));
        RedriveProgress restored = stored == null ? null : RedriveProgress.restore(stored, plan.settings());
        isToldOf = restored != null;
        input.start(found, restored, plan.settings());
        show();
        publish();
        watch.start(publisher);
        log.info(
                "{} with {} offsets to process",
                restored == null ? "Beginning" : "Going on",
                input.progress().remaining());
    }

    @Override
    public @Nullable List<SourceRecord> poll() {
        watch.polling();
        try {
            List<SourceRecord> batch = next();
            trials.handedOut(batch);
            if (batch.isEmpty()) {
                watch.handedOutNothing(null);
                return null;
            }
            watch.handedOut(batch);
            return batch;
        } catch (RetriableException e) {
            trials.handedOut(List.of());
            watch.handedOutNothing(e);
            throw e;
        }
    }

    private List<SourceRecord> next() {
        List<SourceRecord> batch = new ArrayList<>();
        if (!isToldOf) {
            letters.requireControlTopic();
            batch.add(told("start"));
            isToldOf = true;
        } else if (input.progress().isDone()) {
            input.idle();
        } else {
            LockSupport.parkNanos(BATCH_INTERVAL.toNanos());
            input.fetch();
            if (!goOn(batch)) {
                tell(batch);
            }
        }
        show();
        return batch;
    }

    /** Fills the batch; returns whether nothing may be added to it. */
    private boolean goOn(List<SourceRecord> batch) {
        int allowed = Math.min(rate.allowed(), MAX_BATCH);
        for (int examined = 0; examined < MAX_BATCH && batch.size() < allowed && input.hasNext(); examined++) {
            RedriveLetters.Letter letter = input.next();
            if (letter instanceof RedriveLetters.Decided decided) {
                input.done(letter, decided.outcome());
                continue;
            }
            RedriveLetters.Addressed addressed = (RedriveLetters.Addressed) letter;
            if (input.isToWait(addressed)) {
                input.defer(addressed);
                continue;
            }
            RedriveLetters.Answer answer;
            try {
                answer = letters.send(addressed, batch.isEmpty(), clock.millis());
                if (answer instanceof RedriveLetters.Blocked blocked) {
                    mayWait(addressed, blocked.reason());
                }
            } catch (RetriableException e) {
                // Records before it go out first; the letter stays for the next poll.
                if (batch.isEmpty()) {
                    throw e;
                }
                return true;
            }
            if (answer instanceof RedriveLetters.Blocked) {
                input.defer(addressed);
            } else if (answer instanceof RedriveLetters.Refused) {
                input.done(letter, Outcome.REFUSED);
            } else if (answer instanceof RedriveLetters.Sent sent) {
                input.done(letter, Outcome.REDRIVEN);
                batch.add(counted(sent));
                if (sent.isAlone()) {
                    return true;
                }
            } else {
                return true;
            }
        }
        return false;
    }

    /** The record to hand out, counted for the rate and, if it is a trial, as a trial. */
    private SourceRecord counted(RedriveLetters.Sent sent) {
        rate.spend();
        SourceRecord record = withProgress(sent);
        if (sent.trialBytes() > 0) {
            trials.made(record, sent.trialBytes(), sent.isAlone());
        }
        return record;
    }

    /**
     * Decides whether letters for a topic can wait alone, without stopping the redrive.
     *
     * @throws BlockedException if all letters have to wait: for the only topic, or because more may be known in a moment
     */
    private static void mayWait(RedriveLetters.Addressed letter, BlockedException reason) {
        if (!letter.target().byMessage()
                || reason.obstacle() == Obstacle.UNCONFIRMED
                || reason.obstacle() == Obstacle.NO_ANSWER) {
            throw reason;
        }
        log.warn(
                "Dead letters for the topic {} wait, because it {}; all others go on",
                letter.target().topic(),
                reason.obstacle().text());
    }

    /**
     * Writes the progress to the control topic.
     *
     * @throws RetriableException if the redrive is done and that topic accepts no records
     */
    private void tell(List<SourceRecord> batch) {
        if (input.isThrough()) {
            if (batch.isEmpty()) {
                tellEnd(batch);
            }
        } else if (clock.millis() - toldMs >= TOLD_EVERY.toMillis() || input.isToBeTold()) {
            tellProgress(batch);
        }
    }

    private void tellEnd(List<SourceRecord> batch) {
        letters.requireControlTopic();
        input.finish();
        batch.add(told("end"));
        log.info("Done: {}", input.progress().counts());
    }

    /** Adds a record with the progress, if possible; otherwise the next record carries it. */
    private void tellProgress(List<SourceRecord> batch) {
        try {
            letters.requireControlTopic();
            batch.add(told("progress"));
        } catch (RetriableException e) {
            log.debug("The progress cannot be written at the moment", e);
            toldMs = clock.millis();
            input.told();
        }
    }

    private SourceRecord withProgress(RedriveLetters.Sent sent) {
        return new SourceRecord(
                RedriveProgress.sourcePartition(plan.connector()),
                input.progress().sourceOffset(RecordKind.MESSAGE),
                sent.topic(),
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                sent.draft().key(),
                Schema.OPTIONAL_BYTES_SCHEMA,
                sent.draft().value(),
                null,
                sent.draft().headers());
    }

    private SourceRecord told(String event) {
        toldMs = clock.millis();
        input.told();
        return new SourceRecord(
                RedriveProgress.sourcePartition(plan.connector()),
                input.progress().sourceOffset(RecordKind.EVENT),
                plan.controlTopic(),
                null,
                Schema.OPTIONAL_BYTES_SCHEMA,
                plan.connector().getBytes(UTF_8),
                Schema.OPTIONAL_BYTES_SCHEMA,
                input.progress().json(event, plan.connector(), plan.isDryRun(), toldMs));
    }

    private void publish() {
        publishCount(SourceMetric.REDRIVEN, Outcome.REDRIVEN);
        publishCount(SourceMetric.LEFT, Outcome.LEFT);
        publishCount(SourceMetric.LOOPING, Outcome.LOOP);
        publishCount(SourceMetric.REFUSED, Outcome.REFUSED);
        publisher.publish(SourceMetric.REMAINING.metric(), () -> shown.remaining());
        publisher.publish(SourceMetric.WAITING_TOPICS.metric(), () -> shown.waitingTopics());
        publisher.publish(SourceMetric.DONE.metric(), () -> shown.isDone() ? 1 : 0);
    }

    private void publishCount(SourceMetric metric, Outcome outcome) {
        publisher.publish(
                metric.metric(), () -> Objects.requireNonNull(shown.counts().get(outcome)));
    }

    private void show() {
        RedriveProgress progress = input.progress();
        shown = new Shown(
                progress.counts(),
                progress.remaining(),
                progress.deferred().topics().size(),
                progress.isDone());
    }

    /** Notes that Connect is done with a record. Progress needs no note, because the offsets carry it. */
    @Override
    public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {
        watch.done(record);
        trials.done(record, metadata != null);
    }

    @Override
    public void commit() {}

    @Override
    public void wakeup() {
        input.wakeup();
    }

    @Override
    public void close() {
        watch.close();
        trials.end();
        publisher.close();
        input.close();
    }
}
