/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.log;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Says of each matter whether it was not mentioned lately: trouble that lasts is logged when it first comes, and then every
 * so often. Knows the last {@value #CAPACITY}. Safe for use by several threads.
 */
public final class Reminder {

    static final int CAPACITY = 1_000;

    private final long intervalMs;
    private final Clock clock;
    private final Map<String, Long> mentionedMs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > CAPACITY;
        }
    };

    /** @param interval how long a matter is not mentioned again */
    public Reminder(Duration interval, Clock clock) {
        this.intervalMs = interval.toMillis();
        this.clock = clock;
    }

    /** Whether the matter is to be mentioned now; if so, it counts as mentioned. A clock that steps back makes it due. */
    public synchronized boolean isDue(String matter) {
        long nowMs = clock.millis();
        Long lastMs = mentionedMs.get(matter);
        if (lastMs != null && Math.abs(nowMs - lastMs) < intervalMs) {
            return false;
        }
        mentionedMs.remove(matter);
        mentionedMs.put(matter, nowMs);
        return true;
    }

    /** The matter is settled: should it come again, it is mentioned at once. */
    public synchronized void forget(String matter) {
        mentionedMs.remove(matter);
    }
}
