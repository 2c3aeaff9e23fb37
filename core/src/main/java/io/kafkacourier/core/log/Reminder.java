/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.log;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Decides whether a matter is to be logged, so that a problem that lasts is logged when it begins and then once per interval.
 * Remembers the last {@value #CAPACITY} matters. Safe for use by several threads.
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

    /** @param interval for how long a matter is not logged again */
    public Reminder(Duration interval, Clock clock) {
        this(interval, clock::millis);
    }

    /**
     * For those that measure time by other means than a clock.
     *
     * @param nowMs milliseconds from any start
     */
    public Reminder(Duration interval, LongSupplier nowMs) {
        this.intervalMs = interval.toMillis();
        this.nowMs = nowMs;
    }

    /** Whether the matter is to be logged now; if so, it counts as logged. A clock that steps back makes it due. */
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

    /** The matter is settled: if it comes again, it is due at once. */
    public synchronized void forget(String matter) {
        loggedMs.remove(matter);
    }
}
