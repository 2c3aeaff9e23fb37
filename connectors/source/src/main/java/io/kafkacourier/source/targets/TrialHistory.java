/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.source.targets.Trials.Ruling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known in this worker of the topics that the messages of one connector name. All tasks of the connector share it,
 * and it outlives them. Safe for use by several threads.
 */
public final class TrialHistory {

    private static final int CAPACITY = 10_000;

    private int tasks;
    private long usedMs;

    private final Map<String, Standing> topics = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Standing> eldest) {
            return size() > CAPACITY;
        }
    };

    /**
     * The histories of connectors. One that no task has used for {@link Standing#LONGEST_REFUSAL} is forgotten when the next
     * is asked for, as nobody tells a task that its connector was deleted. Safe for use by several threads.
     */
    public static final class OfConnectors {

        private final Map<String, TrialHistory> byName = new HashMap<>();

        /** That of a connector, for a task that begins. */
        synchronized TrialHistory begin(String connector, long nowMs) {
            byName.values().removeIf(history -> history.isAbandoned(nowMs));
            TrialHistory history = byName.computeIfAbsent(connector, name -> new TrialHistory());
            history.begin();
            return history;
        }

        synchronized int count() {
            return byName.size();
        }
    }

    private synchronized void begin() {
        tasks++;
    }

    /** A task does not use it any more. */
    synchronized void end(long nowMs) {
        tasks--;
        usedMs = nowMs;
    }

    /** Whether no task has used it for so long that it refuses nothing any more: as after its connector was deleted. */
    private synchronized boolean isAbandoned(long nowMs) {
        return tasks == 0 && Math.abs(nowMs - usedMs) >= Standing.LONGEST_REFUSAL.toMillis();
    }

    /** What is to be done with a record of that size. */
    synchronized Ruling rule(String topic, long bytes, long nowMs) {
        Standing standing = of(topic);
        Standing asked = standing.asked(bytes, nowMs);
        if (!asked.equals(standing)) {
            topics.put(topic, asked);
        }
        return asked.rule(bytes, nowMs);
    }

    /** Whether nothing is proven by a record of that size that was written before. */
    synchronized boolean isTrial(String topic, long bytes, long nowMs) {
        return !of(topic).isProven(bytes, nowMs);
    }

    /** A trial was written. */
    synchronized void written(String topic, long bytes, long nowMs) {
        topics.put(topic, of(topic).written(bytes, nowMs));
    }

    /**
     * A task ended before a trial was written.
     *
     * @param isPrompt whether it did so at once, and not after a time-out
     * @return for how long such records will be refused, in milliseconds; 0 if they will not
     */
    synchronized long failed(String topic, long bytes, boolean isAlone, boolean isPrompt, long nowMs) {
        Standing standing = of(topic).failed(bytes, isAlone, isPrompt, nowMs);
        topics.put(topic, standing);
        return standing.refusalToComeMs();
    }

    /** Records are written: what is refused was what the tasks failed at. */
    synchronized void confirm() {
        topics.replaceAll((topic, standing) -> standing.confirmed());
    }

    /**
     * A task failed at records that are no trials, and wrote none: what was refused since records were last written may not
     * be what the tasks failed at.
     *
     * @return the topics whose records are not refused any more
     */
    synchronized List<String> revoke() {
        List<String> revoked = new ArrayList<>();
        topics.replaceAll((topic, standing) -> {
            Standing after = standing.revoked();
            if (!after.equals(standing)) {
                revoked.add(topic);
            }
            return after;
        });
        return revoked;
    }

    private Standing of(String topic) {
        return topics.getOrDefault(topic, Standing.UNKNOWN);
    }
}
