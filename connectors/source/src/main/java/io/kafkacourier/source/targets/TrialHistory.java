/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.source.targets.Trials.Ruling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * This worker's knowledge about the topics that messages of one connector name. All tasks of the connector share it, and it
 * outlives them. Safe for use by several threads.
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
     * The histories of connectors. A history that no task has used for {@link Standing#LONGEST_REFUSAL} is dropped when the
     * next one is asked for, because a task does not learn that its connector was deleted. Safe for use by several threads.
     */
    public static final class OfConnectors {

        private final Map<String, TrialHistory> byName = new HashMap<>();

        /** The history of a connector, for a task that begins. */
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

    /** Ends the use by a task. */
    synchronized void end(long nowMs) {
        tasks--;
        usedMs = nowMs;
    }

    /** Whether no task has used it for so long that it refuses nothing any more, for example after its connector was deleted. */
    private synchronized boolean isAbandoned(long nowMs) {
        return tasks == 0 && Math.abs(nowMs - usedMs) >= Standing.LONGEST_REFUSAL.toMillis();
    }

    /** The ruling for a record of that size. */
    synchronized Ruling rule(String topic, long bytes, long nowMs) {
        Standing standing = of(topic);
        Standing asked = standing.asked(bytes, nowMs);
        if (!asked.equals(standing)) {
            topics.put(topic, asked);
        }
        return asked.rule(bytes, nowMs);
    }

    /** Whether no earlier record proves that one of that size can be written. */
    synchronized boolean isTrial(String topic, long bytes, long nowMs) {
        return !of(topic).isProven(bytes, nowMs);
    }

    /** Notes that a trial was written. */
    synchronized void written(String topic, long bytes, long nowMs) {
        topics.put(topic, of(topic).written(bytes, nowMs));
    }

    /**
     * Notes that a task ended before a trial was written.
     *
     * @param isPrompt whether it did so at once, and not after a time-out
     * @return how long such records will be refused, in milliseconds; 0 if they will not be
     */
    synchronized long failed(String topic, long bytes, boolean isAlone, boolean isPrompt, long nowMs) {
        Standing standing = of(topic).failed(bytes, isAlone, isPrompt, nowMs);
        topics.put(topic, standing);
        return standing.refusalToComeMs();
    }

    /** Notes that other records are written: the tasks failed at the records that are now refused. */
    synchronized void confirm() {
        topics.replaceAll((topic, standing) -> standing.confirmed());
    }

    /**
     * Notes that a task failed without a trial, and wrote no record: the records refused since the last write may not be
     * the cause of the failures.
     *
     * @return the topics whose records are no longer refused
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
