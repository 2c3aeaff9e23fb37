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
 * Remembers which of the topics that messages name have taken a record, and which made a task fail.
 *
 * <p>What a topic takes cannot always be known beforehand: the permission that the cluster tells is that of the connector's
 * admin client, and not that of the worker's producer, and settings may not be readable. A record that the topic does not
 * take makes the task fail, with all other records of its batch, and again after each restart. So the first record for a
 * topic is a trial, as is one after {@link Standing#PROVEN_FOR}, and one that is larger than any before where the settings
 * are not known. If the task ends before a trial is written, the next record for that topic goes out in a batch of its own.
 * If the task ends at that too, such records are refused, for {@link Standing#FIRST_REFUSAL} and later for {@link
 * Standing#LONGEST_REFUSAL}, and the line goes on. If it does not, and the task ends with nothing written, it was something
 * else that it failed at: the refusal is revoked, and more failures are needed for the next.
 *
 * <p>A plugin is not told why a task fails, nor can it store that it did, as the offsets of a failed batch are lost. So what
 * is remembered is kept in the memory of the worker, by connector ({@link TrialHistory}). On another worker it has to be
 * learned anew.
 *
 * <p>Safe for use by several threads.
 */
public final class Trials {

    /**
     * A topic refuses a record at once. What takes longer is rather a cluster that does not answer, or a worker that waits for
     * acknowledgements before it ends the task.
     */
    static final Duration PROMPT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Trials.class);

    private static final TrialHistory.OfConnectors OF_WORKER = new TrialHistory.OfConnectors();

    private final TrialHistory history;
    private final Clock clock;
    private boolean isEnded;
    /** The largest trial for each topic that is on its way. */
    private final Map<String, Trial> trials = new ConcurrentHashMap<>();

    /** The records that were made for a batch that was not handed out yet. For the thread of the task alone. */
    private final List<Trial> made = new ArrayList<>();

    /** Whether Connect was handed a record. For the thread of the task alone. */
    private boolean hasHandedOut;

    private volatile boolean hasWritten;

    private record Trial(SourceRecord record, long bytes, boolean isAlone, long sentMs) {}

    /** What is to be done with a record. */
    public enum Ruling {
        /** Send it. */
        SEND,
        /** Send it alone. */
        SEND_ALONE,
        /** Refuse it. */
        REFUSE
    }

    /**
     * Those of one task, which is to end them.
     *
     * @param histories what is known, which outlives a task
     */
    public Trials(TrialHistory.OfConnectors histories, String connector, Clock clock) {
        this.history = histories.begin(connector, clock.millis());
        this.clock = clock;
    }

    /** Those of a task in this worker. */
    public static Trials ofConnector(String name, Clock clock) {
        return new Trials(OF_WORKER, name, clock);
    }

    /** What a record takes, as far as it is in doubt whether its topic takes that: 1 if the settings of the topic are known. */
    public static long bytes(Draft draft, TargetTopic.Present topic) {
        return topic.isTold() ? 1 : RecordSize.sent(draft);
    }

    /**
     * Says what is to be done with a record for a topic.
     *
     * @param bytes as {@link #bytes} says
     */
    public Ruling rule(String topic, long bytes) {
        return history.rule(topic, bytes, clock.millis());
    }

    /** A record was made that is going to be sent, if it is handed out. */
    public void made(SourceRecord record, long bytes, boolean isAlone) {
        long nowMs = clock.millis();
        if (history.isTrial(record.topic(), bytes, nowMs)) {
            made.add(new Trial(record, bytes, isAlone, nowMs));
        }
    }

    /** Connect is handed a batch; what was made and is not in it was given up. */
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

    /** Connect is done with a record: has written it, or a transform has dropped it. */
    public void done(SourceRecord sent, boolean isWritten) {
        if (isWritten && !hasWritten) {
            hasWritten = true;
            history.confirm();
        }
        Trial trial = trials.isEmpty() ? null : trials.get(sent.topic());
        if (trial == null || !trial.record.equals(sent)) {
            return;
        }
        // a larger one may have taken its place by now
        trials.remove(sent.topic(), trial);
        if (isWritten) {
            history.written(sent.topic(), trial.bytes, clock.millis());
        }
    }

    /** The task ends; what was not written by now is suspected, or known to fail. */
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
                        "The task ended with nothing written, though it sent nothing to {}: their messages are not refused"
                                + " any more, as something else makes the task fail",
                        revoked);
            }
        }
    }

    private static String message(String topic, long refusedMs) {
        return "The task ended before a record for the topic " + topic
                + " was written that is the first or the largest one"
                + " for some time. If it failed with TopicAuthorizationException, grant WRITE on the topic to the principal of the"
                + " worker's producer (producer.override.* or the worker's producer.*), which may be another than that of"
                + " the connector's admin client; with RecordTooLargeException, grant DESCRIBE_CONFIGS on it to"
                + " the latter. Or take the topic out of target.topics.allow, which refuses its messages. "
                + (refusedMs > 0
                        ? "Once the task is restarted, such records are refused as TARGET_NOT_ALLOWED for "
                                + TimeUnit.MILLISECONDS.toMinutes(refusedMs) + " min, or until the worker starts again"
                        : "Once the task is restarted, the record is tried in a batch of its own");
    }

    /** Why a record is refused, as the end of a sentence whose subject is the record; null if it may be sent. */
    public static @Nullable String refusal(Ruling ruling) {
        return ruling == Ruling.REFUSE
                ? "names a target that a task has failed at: it may not be written to by the principal of the worker's"
                        + " producer (WRITE), or is too large for a topic whose settings may not be read (DESCRIBE_CONFIGS)"
                : null;
    }
}
