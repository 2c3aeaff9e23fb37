/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

/**
 * Decides where a trace starts whether it is sampled: by the last 7 bytes of its id against a ratio, so that everybody
 * with the same ratio decides alike, and whoever asks for more samples all that others do. A trace is sampled when those
 * bytes are not below {@code (1 - ratio) x 2^56} (OpenTelemetry's consistent probability sampling).
 */
public final class Sampler {

    private static final double RANDOM_RANGE = 0x1p56;
    private static final long RANDOM_MASK = (1L << 56) - 1;

    private final long threshold;

    /**
     * @param ratio the part of traces to sample, 0 none to 1 all
     * @throws IllegalArgumentException unless {@code 0 <= ratio <= 1}
     */
    public Sampler(double ratio) {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("a sampling ratio must be 0 <= ratio <= 1, and is " + ratio);
        }
        this.threshold = (long) Math.ceil((1 - ratio) * RANDOM_RANGE);
    }

    /** Whether the trace is sampled whose id ends in these 64 bits. */
    boolean sampled(long traceLow) {
        return (traceLow & RANDOM_MASK) >= threshold;
    }
}
