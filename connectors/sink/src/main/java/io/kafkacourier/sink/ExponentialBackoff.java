/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double from {@code initial} to {@code max}. Each is shortened by up to a half at random, so that tasks do not
 * return in step. Not safe for use by several threads.
 */
public final class ExponentialBackoff {

    private final long initialMs;
    private final long maxMs;
    private final RandomGenerator random;
    private long ceilingMs;

    /** An {@code initial} above {@code max} counts as {@code max}. */
    public ExponentialBackoff(Duration initial, Duration max, RandomGenerator random) {
        this.maxMs = max.toMillis();
        this.initialMs = Math.min(initial.toMillis(), maxMs);
        this.random = random;
    }

    /** The next wait in milliseconds. */
    public long nextMs() {
        ceilingMs = ceilingMs == 0 ? initialMs : Math.min(maxMs, 2 * ceilingMs);
        return ceilingMs - random.nextLong(ceilingMs / 2 + 1);
    }

    /** Whether there was a wait since the last {@link #reset}. */
    boolean isActive() {
        return ceilingMs > 0;
    }

    /** Starts again with {@code initial}. */
    public void reset() {
        ceilingMs = 0;
    }
}
