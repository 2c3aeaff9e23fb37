/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.kafka.background.BackgroundExecutor;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.source.metrics.SourceMetric;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches, on a thread of its own, whether Connect writes the records that a task hands to it. Connect's producers have no
 * time limit: a record for a topic that was deleted meanwhile is never written and never fails. With exactly-once support
 * the task then waits forever, with all its other messages, and stays RUNNING.
 *
 * <p>If records are not written within {@link #STALLED_AFTER}, their topics are checked. Missing topics are created again
 * if the configuration allows it, which lets the batch end. Other problems are logged as errors, once a minute, with the
 * remedy. If the thread of the task does not come back from Connect, and no remedy is expected in time, the thread is
 * interrupted: its wait ends with an exception, and the task is FAILED. After a restart, the task finds the topic missing,
 * or without a leader, and goes on with all other messages.
 *
 * <p>Safe for use by several threads.
 */
public final class BatchWatch implements AutoCloseable {

    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final Duration STALLED_AFTER = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(BatchWatch.class);

    private static final String PRODUCER_PACKAGE = "org.apache.kafka.clients.producer.";

    /** How long the cluster may take to answer, and to create topics. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** How long after its time-out a transaction has certainly ended. */
    private static final Duration MARGIN = Duration.ofSeconds(15);

    private final String name;
    private final TopicLookup lookup;
    private final String writer;
    private final Duration transactionTimeout;
    private final Clock clock;
    private final Predicate<Thread> isInProducer;
    private final Reminder reminder;
    private final BackgroundExecutor background;
    /** The topics that records are on their way to. */
    private final Map<String, Outstanding> outstanding = new ConcurrentHashMap<>();

    /** The obstacles that the last check found, by topic. */
    private Map<String, Obstacle> found = Map.of();

    private volatile Map<Obstacle, Integer> stalled = Map.of();
    private volatile @Nullable Obstacle waiting;
    private volatile @Nullable String failure;

    private final Object taskLock = new Object();
    /** The thread that was handed a batch and has not asked for the next one; null if it has. */
    private @Nullable Thread taskOut;

    private long taskOutMs;
    private boolean isInterrupted;

    /**
     * Records that are on their way to one topic.
     *
     * @param sinceMs when they began to wait, or when the last of them was written, epoch ms
     */
    private record Outstanding(int count, long sinceMs) {}

    /**
     * @param name of the connector's task, for logs
     * @param lookup looks up topics, and creates missing ones if that is allowed
     * @param writer the admin client and its principal, for messages
     * @param transactionTimeout after which the cluster aborts a transaction
     */
    public BatchWatch(String name, TopicLookup lookup, String writer, Duration transactionTimeout, Clock clock) {
        this(name, lookup, writer, transactionTimeout, clock, BatchWatch::isInProducer);
    }

    /** @param isInProducer whether a thread waits for a producer */
    BatchWatch(
            String name,
            TopicLookup lookup,
            String writer,
            Duration transactionTimeout,
            Clock clock,
            Predicate<Thread> isInProducer) {
        this.isInProducer = isInProducer;
        this.name = name;
        this.lookup = lookup;
        this.writer = writer;
        this.transactionTimeout = transactionTimeout;
        this.clock = clock;
        this.reminder = new Reminder(Duration.ofMinutes(1), clock);
        this.background = new BackgroundExecutor(name + "-watch", Duration.ZERO);
    }

    /** Begins to watch, and publishes what it finds. */
    public void start(MetricPublisher publisher) {
        publisher.publish(SourceMetric.BATCH_AGE.metric(), this::ageMs);
        for (Obstacle obstacle : Obstacle.values()) {
            publisher.publish(SourceMetric.STALLED.metric(), obstacle.tagValue(), () -> stalled(obstacle));
        }
        background.repeat(this::lookSafely, INTERVAL, INTERVAL);
    }

    /**
     * Called by the thread of the task when it asks for records.
     *
     * @throws ConnectException if records that it was given can never be written
     */
    public void polling() {
        synchronized (taskLock) {
            taskOut = null;
            clearInterrupt();
        }
        String fatal = failure;
        if (fatal != null) {
            throw new ConnectException(fatal);
        }
    }

    /** Called by the thread of the task when it returns with records. */
    public void handedOut(List<SourceRecord> records) {
        long nowMs = clock.millis();
        Map<String, Integer> counts = new HashMap<>();
        records.forEach(record -> counts.merge(record.topic(), 1, Integer::sum));
        counts.forEach((topic, count) -> outstanding.merge(
                topic,
                new Outstanding(count, nowMs),
                (before, added) -> new Outstanding(before.count + added.count, before.sinceMs)));
        waiting = null;
        synchronized (taskLock) {
            taskOut = Thread.currentThread();
            taskOutMs = nowMs;
        }
    }

    /** Notes that Connect is done with a record. */
    public void done(SourceRecord record) {
        outstanding.computeIfPresent(
                record.topic(),
                (topic, before) -> before.count == 1 ? null : new Outstanding(before.count - 1, clock.millis()));
    }

    /** Notes that no record could be handed out, for that reason; null if there was none to hand out. */
    public void handedOutNothing(@Nullable RetriableException reason) {
        waiting = reason instanceof BlockedException blocked
                ? blocked.obstacle()
                : reason == null ? null : Obstacle.NO_ANSWER;
    }

    /** Ends the watch. Only the thread of the task may call it, because it clears the interrupt that ended its wait. */
    @Override
    public void close() {
        background.close();
        synchronized (taskLock) {
            taskOut = null;
            clearInterrupt();
        }
    }

    private void clearInterrupt() {
        if (isInterrupted) {
            isInterrupted = false;
            log.debug("Interrupted: {}", Thread.interrupted());
        }
    }

    private long ageMs() {
        long nowMs = clock.millis();
        return outstanding.values().stream()
                .mapToLong(records -> Math.max(0, nowMs - records.sinceMs))
                .max()
                .orElse(0);
    }

    private int stalled(Obstacle obstacle) {
        return Math.max(stalled.getOrDefault(obstacle, 0), obstacle == waiting ? 1 : 0);
    }

    /** Checks; catches everything, because a thrown exception or error would end the checks for good. */
    void lookSafely() {
        try {
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            log.warn("Could not check the topics of a batch that does not end; trying again", e);
        }
    }

    /** Checks the topics of records that have waited for long. */
    void look() throws InterruptedException {
        long nowMs = clock.millis();
        Map<String, Long> ages = new TreeMap<>();
        outstanding.forEach((topic, records) -> {
            if (nowMs - records.sinceMs > STALLED_AFTER.toMillis()) {
                ages.put(topic, nowMs - records.sinceMs);
            }
        });
        Map<String, Obstacle> obstacles = ages.isEmpty() ? Map.of() : obstacles(ages);
        Map<Obstacle, Integer> counts = new EnumMap<>(Obstacle.class);
        obstacles.values().forEach(obstacle -> counts.merge(obstacle, 1, Integer::sum));
        stalled = counts;
        boolean areAllOthers = counts.keySet().stream().allMatch(Obstacle.OTHER::equals);
        obstacles.forEach((topic, obstacle) -> {
            // a topic that was created just now is fine, and its records will be written soon
            boolean isFineAgain = obstacle == Obstacle.OTHER && found.get(topic) != Obstacle.OTHER;
            if (!isFineAgain && (areAllOthers || obstacle != Obstacle.OTHER) && reminder.isDue(topic)) {
                log.error("{}", message(topic, obstacle, ages.getOrDefault(topic, 0L)));
            }
        });
        endWhatCannotEnd(obstacles, ages);
        found = obstacles;
    }

    private Map<String, Obstacle> obstacles(Map<String, Long> ages) throws InterruptedException {
        Map<String, Obstacle> obstacles = new TreeMap<>();
        long endNanos = System.nanoTime() + PATIENCE.toNanos();
        for (Map.Entry<String, CompletableFuture<TargetTopic>> asked :
                lookup.look(ages.keySet()).entrySet()) {
            obstacles.put(asked.getKey(), obstacle(asked.getValue(), endNanos - System.nanoTime()));
        }
        return obstacles;
    }

    private static Obstacle obstacle(CompletableFuture<TargetTopic> asked, long patienceNanos)
            throws InterruptedException {
        TargetTopic topic;
        try {
            topic = asked.get(Math.max(0, patienceNanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException | CompletionException e) {
            log.debug("The cluster does not answer", e);
            return Obstacle.NO_ANSWER;
        }
        if (topic instanceof TargetTopic.Present present) {
            Obstacle obstacle = present.obstacle();
            return obstacle == null ? Obstacle.OTHER : obstacle;
        } else if (topic instanceof TargetTopic.Unsure unsure) {
            return unsure.obstacle();
        }
        return topic instanceof TargetTopic.Denied ? Obstacle.NOT_ALLOWED : Obstacle.MISSING;
    }

    private void endWhatCannotEnd(Map<String, Obstacle> obstacles, Map<String, Long> ages) {
        String fatal = null;
        boolean isOutForGood = false;
        for (Map.Entry<String, Obstacle> entry : obstacles.entrySet()) {
            String topic = entry.getKey();
            Obstacle obstacle = entry.getValue();
            long ageMs = ages.getOrDefault(topic, 0L);
            boolean isAgreed = obstacle == found.get(topic);
            if (isAgreed && (obstacle == Obstacle.MISSING || obstacle == Obstacle.NOT_ALLOWED)) {
                fatal = message(topic, obstacle, ageMs);
            } else if (isAgreed && obstacle != Obstacle.NO_ANSWER) {
                isOutForGood |= ageMs > limitMs(obstacle);
            }
        }
        boolean interrupted = (fatal != null || isOutForGood) && interruptTask();
        if (interrupted) {
            log.error(
                    "The task {} waits in Connect for records that are not written. It is now made to fail, so that"
                            + " it can be restarted. The connector assumes that the cluster aborts a transaction"
                            + " after {} s (producer.override.transaction.timeout.ms, or Kafka's default: it cannot"
                            + " see a setting of the worker)",
                    name,
                    transactionTimeout.toSeconds());
        } else {
            failure = isTaskBack() ? fatal : null;
        }
    }

    /** How long a transaction that waits for the topic may last, in milliseconds; twice as long if no obstacle is known. */
    private long limitMs(Obstacle obstacle) {
        long limitMs = transactionTimeout.plus(MARGIN).toMillis();
        return obstacle == Obstacle.OTHER ? 2 * limitMs : limitMs;
    }

    /** Whether the task asks for records again, or will, so that it can be made to fail then. */
    private boolean isTaskBack() {
        synchronized (taskLock) {
            return taskOut == null
                    || clock.millis() - taskOutMs < STALLED_AFTER.toMillis()
                    || !isInProducer.test(taskOut);
        }
    }

    /**
     * Connect treats an interrupt in a producer as a failure of the task. If the thread waits for a paused connector to be
     * resumed, an interrupt would end the task without a failure and without a restart.
     */
    private static boolean isInProducer(Thread task) {
        return Arrays.stream(task.getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(PRODUCER_PACKAGE));
    }

    /** Interrupts the thread of the task if it waits for a producer; returns whether it did. */
    private boolean interruptTask() {
        synchronized (taskLock) {
            if (taskOut == null
                    || clock.millis() - taskOutMs < STALLED_AFTER.toMillis()
                    || isInterrupted
                    || !isInProducer.test(taskOut)) {
                return false;
            }
            isInterrupted = true;
            taskOut.interrupt();
            return true;
        }
    }

    private String message(String topic, Obstacle obstacle, long ageMs) {
        String wait = "Records that the task " + name + " handed to Connect for the topic " + topic
                + " have waited for " + ageMs / 1_000 + " s to be written: it " + obstacle.text() + ". ";
        return wait
                + switch (obstacle) {
                    case MISSING ->
                        "Create the topic again (kafka-topics.sh --create --topic " + topic
                                + "), let the connector create it (topic.creation.default.*), or restart the task,"
                                + " which then refuses messages to it as TARGET_MISSING";
                    case NOT_ALLOWED ->
                        "Grant WRITE on it to the principals of the worker's producer and of " + writer
                                + ", or remove it from target.topics.allow; then restart the task";
                    case NO_LEADER, UNDER_MIN_ISR ->
                        "Bring its brokers back. If the task fails in the meantime, you can restart it: it holds"
                                + " back the messages for this topic and goes on with the others";
                    case NO_ANSWER, UNCONFIRMED -> "Check the brokers";
                    case OTHER ->
                        "The cluster may be slow or limit the producer (a quota), or a transform of the connector"
                                + " routes to a topic that is missing";
                };
    }
}
