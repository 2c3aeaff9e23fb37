/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import java.time.Clock;
import org.HdrHistogram.Histogram;

/** The lateness of messages over the last 50 to 60 s, with an accuracy of one percent. Safe for use by several threads. */
public final class Lateness {

    private static final int SLICES = 6;
    private static final long SLICE_MS = 10_000;
    private static final int DIGITS = 2;

    private final Clock clock;
    private final Histogram[] slices = new Histogram[SLICES];
    private final Histogram sum = new Histogram(DIGITS);
    private long slice;

    public Lateness(Clock clock) {
        this.clock = clock;
        this.slice = clock.millis() / SLICE_MS;
        for (int i = 0; i < SLICES; i++) {
            slices[i] = new Histogram(DIGITS);
        }
    }

    /** Counts a message that was due at a time, epoch ms, and was delivered now. */
    public synchronized void came(long dueMs) {
        long nowMs = clock.millis();
        goTo(nowMs / SLICE_MS);
        slices[index(slice)].recordValue(Math.max(0, nowMs - dueMs));
    }

    /** A percentile of the lateness, in milliseconds; NaN if there were no messages. */
    public synchronized double percentileMs(double percent) {
        goTo(clock.millis() / SLICE_MS);
        sum.reset();
        for (Histogram each : slices) {
            sum.add(each);
        }
        return sum.getTotalCount() == 0 ? Double.NaN : sum.getValueAtPercentile(percent);
    }

    /** Clears the slices that are too old; all of them if the clock stepped back. */
    private void goTo(long now) {
        long left = now < slice ? SLICES : Math.min(SLICES, now - slice);
        for (long i = 0; i < left; i++) {
            slices[index(now - i)].reset();
        }
        slice = now;
    }

    private static int index(long slice) {
        return Math.floorMod(slice, SLICES);
    }
}
