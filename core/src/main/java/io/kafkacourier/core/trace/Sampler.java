/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

/**
 * Decides whether a new trace is sampled, by comparing the last 7 bytes of its id with a ratio. So all samplers with
 * the same ratio decide the same, and a sampler with a larger ratio samples all traces that the others sample. A trace
 * is sampled if those bytes are at least {@code (1 - ratio) x 2^56} (OpenTelemetry's consistent probability sampling).
 */
public final class Sampler {

    private static final double RANDOM_RANGE = 0x1p56;
    private static final long RANDOM_MASK = (1L << 56) - 1;

    private final long threshold;

    /**
     * @param ratio the fraction of traces to sample, from 0 (none) to 1 (all)
     * @throws IllegalArgumentException unless {@code 0 <= ratio <= 1}
     */
    public Sampler(double ratio) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("a sampling ratio must be 0 <= ratio <= 1, and is " + ratio);
        }
        this.threshold = (long) Math.ceil((1 - ratio) * RANDOM_RANGE);
    }

    /** Whether a trace is sampled whose id ends in these 64 bits. */
    boolean sampled(long traceLow) {
        return (traceLow & RANDOM_MASK) >= threshold;
    }
}
