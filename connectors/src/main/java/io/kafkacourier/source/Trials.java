/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.TargetTopic;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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
 * topic is a trial, as is one that is larger than any before where the settings are not known. If the task ends before a
 * trial is written, the next record for that topic goes out in a batch of its own; if the task ends at that too, such
 * records are refused for {@link #REFUSED_FOR}, and the line goes on.
 *
 * <p>A plugin is not told why a task fails, nor can it store that it did, as the offsets of a failed batch are lost. So what
 * is remembered is kept in the memory of the worker, by connector ({@link Histories}). On another worker it has to be learned
 * anew.
 *
 * <p>Safe for use by several threads.
 */
public final class Trials {

    static final Duration REFUSED_FOR = Duration.ofHours(1);

    /** A topic refuses a record at once; what takes longer is a cluster that does not answer, and says nothing of the topic. */
    static final Duration PROMPT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Trials.class);

    private static final int CAPACITY = 10_000;
    private static final Histories OF_WORKER = new Histories();

    private final History history;
    private final Clock clock;
    private boolean isEnded;
    /** The largest trial for each topic that is on its way. */
    private final Map<String, Trial> trials = new ConcurrentHashMap<>();

    /** The records that were made for a batch that was not handed out yet. For the thread of the task alone. */
    private final List<Trial> made = new ArrayList<>();

    private record Trial(SourceRecord record, long bytes, boolean isAlone, long sentMs) {}

    /** What is known of the topics of one connector, and used by its tasks. */
    static final class History {

        private int tasks;
        private long usedMs;

        private final Map<String, Taken> topics = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Taken> eldest) {
                return size() > CAPACITY;
            }
        };

        synchronized Taken of(String topic) {
            return topics.getOrDefault(topic, Taken.UNKNOWN);
        }

        synchronized void put(String topic, Taken taken) {
            topics.put(topic, taken);
        }

        private synchronized void begin() {
            tasks++;
        }

        private synchronized void end(long nowMs) {
            tasks--;
            usedMs = nowMs;
        }

        /** Whether no task has used it for so long that it refuses nothing any more: as after its connector was deleted. */
        private synchronized boolean isAbandoned(long nowMs) {
            return tasks == 0 && Math.abs(nowMs - usedMs) >= REFUSED_FOR.toMillis();
        }
    }

    /**
     * The histories of connectors. One that no task has used for {@link #REFUSED_FOR} is forgotten when the next is asked for,
     * as nobody tells a task that its connector was deleted. Safe for use by several threads.
     */
    public static final class Histories {

        private final Map<String, History> byConnector = new HashMap<>();

        /** That of a connector, for a task that begins. */
        synchronized History of(String connector, long nowMs) {
            byConnector.values().removeIf(history -> history.isAbandoned(nowMs));
            History history = byConnector.computeIfAbsent(connector, name -> new History());
            history.begin();
            return history;
        }

        synchronized int count() {
            return byConnector.size();
        }
    }

    /**
     * What a topic has taken.
     *
     * @param writtenBytes the largest record it took; 0 if none
     * @param isSuspected whether a task ended before a larger one was written
     * @param failedBytes the smallest record that a task ended at; the largest value if there is none
     * @param failedMs when that was, epoch ms
     */
    private record Taken(long writtenBytes, boolean isSuspected, long failedBytes, long failedMs) {

        static final Taken UNKNOWN = new Taken(0, false, Long.MAX_VALUE, 0);
    }

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
    public Trials(Histories histories, String connector, Clock clock) {
        this.history = histories.of(connector, clock.millis());
        this.clock = clock;
    }

    /** Those of a task in this worker. */
    public static Trials ofConnector(String name, Clock clock) {
        return new Trials(OF_WORKER, name, clock);
    }

    /** What a record takes, as far as it is in doubt whether its topic takes that: 1 if the settings of the topic are known. */
    public static long bytes(SourceRecord record, TargetTopic.Present topic) {
        return topic.isTold() ? 1 : RecordSize.sent(record);
    }

    /**
     * Says what is to be done with a record for a topic.
     *
     * @param bytes as {@link #bytes} says
     */
    public Ruling rule(String topic, long bytes) {
        Taken taken = history.of(topic);
        if (bytes <= taken.writtenBytes) {
            return Ruling.SEND;
        } else if (bytes >= taken.failedBytes && Math.abs(clock.millis() - taken.failedMs) < REFUSED_FOR.toMillis()) {
            return Ruling.REFUSE;
        }
        return taken.isSuspected ? Ruling.SEND_ALONE : Ruling.SEND;
    }

    /** A record was made that is going to be sent, if it is handed out. */
    public void made(SourceRecord record, long bytes, boolean isAlone) {
        if (bytes > history.of(record.topic()).writtenBytes) {
            made.add(new Trial(record, bytes, isAlone, clock.millis()));
        }
    }

    /** Connect is handed a batch; what was made and is not in it was given up. */
    public void handedOut(List<SourceRecord> batch) {
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
        Trial trial = trials.isEmpty() ? null : trials.get(sent.topic());
        if (trial == null || !trial.record.equals(sent)) {
            return;
        }
        trials.remove(sent.topic());
        if (isWritten) {
            Taken before = history.of(sent.topic());
            boolean isBeyondFailure = trial.bytes >= before.failedBytes;
            history.put(
                    sent.topic(),
                    new Taken(
                            trial.bytes,
                            before.isSuspected && !isBeyondFailure && before.failedBytes != Long.MAX_VALUE,
                            isBeyondFailure ? Long.MAX_VALUE : before.failedBytes,
                            before.failedMs));
        }
    }

    /** The task ends; what was not written by now, and was sent just before, is suspected, or known to fail. */
    public void end() {
        made.clear();
        if (isEnded) {
            return;
        }
        isEnded = true;
        history.end(clock.millis());
        Map<String, Trial> ended = new TreeMap<>(trials);
        trials.clear();
        ended.values().removeIf(trial -> Math.abs(clock.millis() - trial.sentMs) > PROMPT.toMillis());
        ended.forEach((topic, trial) -> {
            Taken before = history.of(topic);
            history.put(
                    topic,
                    trial.isAlone
                            ? new Taken(before.writtenBytes, true, trial.bytes, clock.millis())
                            : new Taken(before.writtenBytes, true, before.failedBytes, before.failedMs));
            log.error("{}", message(topic, trial.isAlone));
        });
    }

    private static String message(String topic, boolean isAlone) {
        return "The task ended before a record for the topic " + topic
                + " was written that is the first or the largest one"
                + " so far. If it failed with TopicAuthorizationException, grant WRITE on the topic to the principal of the"
                + " worker's producer (producer.override.* or the worker's producer.*), which may be another than that of"
                + " the connector's admin client; with RecordTooLargeException, grant DESCRIBE_CONFIGS on it to"
                + " the latter. Or take the topic out of target.topics.allow, which refuses its messages. "
                + (isAlone
                        ? "Such records are refused as TARGET_NOT_ALLOWED for an hour, or until the worker starts again"
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
