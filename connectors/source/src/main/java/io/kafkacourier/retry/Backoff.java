/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.Origin;

/**
 * The wait of a message before attempt n: {@code min(initial x multiplier^(n-1), max) x (1 - jitter x u)}. Here u, from 0
 * to below 1, depends only on the message's origin and n, so that a re-read after a stop gives the same result.
 *
 * @param initialMs the wait before the first retry, at least 1
 * @param multiplier at least 1
 * @param maxMs at least {@code initialMs}
 * @param jitter the part of a wait that may be taken away at random, from 0 to 1
 */
record Backoff(long initialMs, double multiplier, long maxMs, double jitter) {

    /** The largest error of floating point in a whole number of milliseconds. */
    private static final double ROUNDING_MS = 1e-4;

    /** 2^-53: turns the upper bits of a long into a fraction. */
    private static final double UNIT = 0x1.0p-53;

    private static final int FRACTION_SHIFT = 11;

    Backoff {
        if (initialMs < 1 || maxMs < initialMs || !(multiplier >= 1) || !(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("initial " + initialMs + " must be at least 1 and at most max " + maxMs
                    + ", multiplier " + multiplier + " at least 1, jitter " + jitter + " from 0 to 1");
        }
    }

    /**
     * The wait before an attempt, in milliseconds, at least 1; fractions are rounded up.
     *
     * @param attempt from 1
     */
    long waitMs(Origin origin, int attempt) {
        double whole = Math.min(initialMs * Math.pow(multiplier, attempt - 1.0), (double) maxMs);
        double waitMs = whole * (1 - jitter * fraction(origin, attempt));
        return Math.max(1, (long) Math.ceil(waitMs - ROUNDING_MS));
    }

    /** A fraction from 0 to below 1 that is spread evenly over origins and attempts. */
    private static double fraction(Origin origin, int attempt) {
        long hash = origin.topic().hashCode();
        hash = mixed(hash + origin.partition());
        hash = mixed(hash + origin.offset());
        hash = mixed(hash + attempt);
        return (hash >>> FRACTION_SHIFT) * UNIT;
    }

    /** A step of SplitMix64. */
    private static long mixed(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
