/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.log;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decides whether to log a problem, so that a lasting problem is logged when it begins and then once per interval.
 * Remembers the last {@value #CAPACITY} problems. Safe for use by several threads.
 */
public final class Reminder {

    static final int CAPACITY = 1_000;

    private final long intervalMs;
    private final LongSupplier nowMs;
    private final Map<String, Long> loggedMs = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > CAPACITY;
        }
    };

    /** @param interval for how long a problem is not logged again */
    public Reminder(Duration interval, Clock clock) {
        this(interval, clock::millis);
    }

    /**
     * For callers that measure time without a {@link Clock}.
     *
     * @param nowMs milliseconds from any start
     */
    public Reminder(Duration interval, LongSupplier nowMs) {
        this.intervalMs = interval.toMillis();
        this.nowMs = nowMs;
    }

    /**
     * Whether the problem must be logged now; if so, it counts as logged. If the clock steps back, it must be logged.
     */
    public synchronized boolean isDue(String matter) {
        long now = nowMs.getAsLong();
        Long lastMs = loggedMs.get(matter);
        if (lastMs != null && Math.abs(now - lastMs) < intervalMs) {
            return false;
        }
        loggedMs.remove(matter);
        loggedMs.put(matter, now);
        return true;
    }

    /** Forgets a solved problem: if it returns, it is logged at once. */
    public synchronized void forget(String matter) {
        loggedMs.remove(matter);
    }
}
