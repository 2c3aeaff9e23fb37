/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.RecordSize;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which of the topics that messages name have accepted a record, and which made a task fail.
 *
 * <p>Whether a topic accepts a record cannot always be known beforehand: the cluster reports the permissions of the
 * connector's admin client, not those of the worker's producer, and the settings of the topic may not be readable. A record
 * that the topic rejects makes the task fail, with all other records of its batch, and again after each restart. So these
 * records are trials: the first record for a topic, the first after {@link Standing#PROVEN_FOR}, and, if the settings are
 * not known, one that is larger than any before. If the task ends before a trial is written, the next record for that topic
 * goes out in a batch of its own. If the task ends at that record too, such records are refused, for {@link
 * Standing#FIRST_REFUSAL} and later for {@link Standing#LONGEST_REFUSAL}, and other messages go on. If the task still ends
 * without writing a record, something else makes it fail: the refusal is revoked, and the next one needs more failures.
 *
 * <p>A plugin does not learn why a task fails, and cannot store the failure, because the offsets of a failed batch are
 * lost. So the history is in the memory of the worker, by connector ({@link TrialHistory}). Another worker has to learn it
 * anew.
 *
 * <p>Safe for use by several threads.
 */
public final class Trials {

    /**
     * A topic refuses a record at once. A later failure rather means that the cluster does not answer, or that the worker
     * waits for acknowledgements before it ends the task.
     */
    static final Duration PROMPT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Trials.class);

    private static final TrialHistory.OfConnectors OF_WORKER = new TrialHistory.OfConnectors();

    private final TrialHistory history;
    private final Clock clock;
    private boolean isEnded;
    /** The largest trial that is on its way, by topic. */
    private final Map<String, Trial> trials = new ConcurrentHashMap<>();

    /** The trials of a batch that was not handed out yet. Used by the thread of the task only. */
    private final List<Trial> made = new ArrayList<>();

    /** Whether Connect was handed a record. Used by the thread of the task only. */
    private boolean hasHandedOut;

    private volatile boolean hasWritten;

    private record Trial(SourceRecord record, long bytes, boolean isAlone, long sentMs) {}

    /** What to do with a record. */
    public enum Ruling {
        /** Send it. */
        SEND,
        /** Send it alone. */
        SEND_ALONE,
        /** Refuse it. */
        REFUSE
    }

    /**
     * The trials of one task, which has to call {@link #end}.
     *
     * @param histories the knowledge that outlives a task
     */
    public Trials(TrialHistory.OfConnectors histories, String connector, Clock clock) {
        this.history = histories.begin(connector, clock.millis());
        this.clock = clock;
    }

    /** The trials of a task in this worker. */
    public static Trials ofConnector(String name, Clock clock) {
        return new Trials(OF_WORKER, name, clock);
    }

    /** The size of a record if it is uncertain whether its topic accepts that size; 1 if the settings of the topic are known. */
    public static long bytes(Draft draft, TargetTopic.Present topic) {
        return topic.isTold() ? 1 : RecordSize.sent(draft);
    }

    /**
     * Decides what to do with a record for a topic.
     *
     * @param bytes the result of {@link #bytes}
     */
    public Ruling rule(String topic, long bytes) {
        return history.rule(topic, bytes, clock.millis());
    }

    /** Notes a record that will be sent if it is handed out. */
    public void made(SourceRecord record, long bytes, boolean isAlone) {
        long nowMs = clock.millis();
        if (history.isTrial(record.topic(), bytes, nowMs)) {
            made.add(new Trial(record, bytes, isAlone, nowMs));
        }
    }

    /** Notes that Connect is handed a batch; trials that are not in it were given up. */
    public void handedOut(List<SourceRecord> batch) {
        hasHandedOut |= !batch.isEmpty();
        if (made.isEmpty()) {
            return;
        }
        Set<SourceRecord> sent = Collections.newSetFromMap(new IdentityHashMap<>());
        sent.addAll(batch);
        for (Trial trial : made) {
            if (sent.contains(trial.record)) {
                trials.merge(trial.record.topic(), trial, (before, next) -> next.bytes > before.bytes ? next : before);
            }
        }
        made.clear();
    }

    /** Notes that Connect has written a record, or that a transform has dropped it. */
    public void done(SourceRecord sent, boolean isWritten) {
        if (isWritten && !hasWritten) {
            hasWritten = true;
            history.confirm();
        }
        Trial trial = trials.isEmpty() ? null : trials.get(sent.topic());
        if (trial == null || !trial.record.equals(sent)) {
            return;
        }
        // a larger trial may have taken its place by now
        trials.remove(sent.topic(), trial);
        if (isWritten) {
            history.written(sent.topic(), trial.bytes, clock.millis());
        }
    }

    /** Ends the trials with the task: a topic whose trial was not written is under suspicion, or refused. */
    public void end() {
        made.clear();
        if (isEnded) {
            return;
        }
        isEnded = true;
        long nowMs = clock.millis();
        history.end(nowMs);
        Map<String, Trial> ended = new TreeMap<>(trials);
        trials.clear();
        ended.forEach((topic, trial) -> {
            boolean isPrompt = Math.abs(nowMs - trial.sentMs) <= PROMPT.toMillis();
            long refusedMs = history.failed(topic, trial.bytes, trial.isAlone, isPrompt, nowMs);
            log.error("{}", message(topic, refusedMs));
        });
        if (ended.isEmpty() && hasHandedOut && !hasWritten) {
            List<String> revoked = history.revoke();
            if (!revoked.isEmpty()) {
                log.warn(
                        "The task ended without writing a record, though it sent nothing to {}: their messages are"
                                + " no longer refused, because something else makes the task fail",
                        revoked);
            }
        }
    }

    private static String message(String topic, long refusedMs) {
        return "The task ended before it could write a record to the topic " + topic
                + " that is the first or the largest one for some time. If the task failed with"
                + " TopicAuthorizationException, grant WRITE on the topic to the principal of the worker's producer"
                + " (producer.override.* or the worker's producer.*), which may differ from the principal of the"
                + " connector's admin client. If it failed with RecordTooLargeException, grant DESCRIBE_CONFIGS on"
                + " the topic to the principal of the admin client. Or remove the topic from target.topics.allow, so"
                + " that its messages are refused. "
                + (refusedMs > 0
                        ? "Once the task is restarted, such records are refused as TARGET_NOT_ALLOWED for "
                                + TimeUnit.MILLISECONDS.toMinutes(refusedMs) + " min, or until the worker starts again"
                        : "Once the task is restarted, the record is tried in a batch of its own");
    }

    /** Why a record is refused, as the end of a sentence whose subject is the record; null if it may be sent. */
    public static @Nullable String refusal(Ruling ruling) {
        return ruling == Ruling.REFUSE
                ? "names a target at which a task failed: the principal of the worker's producer may not write to it"
                        + " (WRITE), or the message is too large for a topic whose settings may not be read"
                        + " (DESCRIBE_CONFIGS)"
                : null;
    }
}
