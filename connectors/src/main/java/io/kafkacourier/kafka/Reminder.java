/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says of each matter whether it was not mentioned lately. Knows the last thousand. Safe for use by several threads. */
public final class Reminder {

    private static final int CAPACITY = 1_000;

    private final long intervalNanos;
    private final Map<String, Long> mentioned = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > CAPACITY;
        }
    };

    /** @param interval how long a matter is not mentioned again */
    public Reminder(Duration interval) {
        this.intervalNanos = interval.toNanos();
    }

    /** Whether the matter is to be mentioned now; if so, it counts as mentioned. */
    public synchronized boolean isDue(String matter) {
        return isDue(matter, System.nanoTime());
    }

    synchronized boolean isDue(String matter, long nowNanos) {
        Long last = mentioned.get(matter);
        if (last != null && nowNanos - last < intervalNanos) {
            return false;
        }
        mentioned.remove(matter);
        mentioned.put(matter, nowNanos);
        return true;
    }
}
