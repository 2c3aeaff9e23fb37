/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that double from {@code initial} to {@code max}, each shortened by up to a half at random so that tasks do not
 * return in step. Not safe for use by several threads.
 */
final class Backoff {

    private final long initialMs;
    private final long maxMs;
    private final RandomGenerator random;
    private long ceilingMs;

    /** An {@code initial} above {@code max} counts as {@code max}. */
    Backoff(Duration initial, Duration max, RandomGenerator random) {
        this.maxMs = max.toMillis();
        this.initialMs = Math.min(initial.toMillis(), maxMs);
        this.random = random;
    }

    /** The next wait in milliseconds. */
    long nextMs() {
        ceilingMs = ceilingMs == 0 ? initialMs : Math.min(maxMs, 2 * ceilingMs);
        return ceilingMs - random.nextLong(ceilingMs / 2 + 1);
    }

    /** Whether a wait was asked for since the last {@link #reset}. */
    boolean isActive() {
        return ceilingMs > 0;
    }

    /** Begins again with {@code initial}. */
    void reset() {
        ceilingMs = 0;
    }
}
