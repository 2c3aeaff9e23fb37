/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.services;

import java.util.Arrays;

/** Latencies of many messages, in milliseconds. */
public final class Latencies {

    private final long[] sortedMicros;

    private Latencies(long[] sortedMicros) {
        this.sortedMicros = sortedMicros;
    }

    /**
     * The latencies of a run.
     *
     * @param micros latencies in microseconds, in any order
     */
    public static Latencies ofMicros(long[] micros) {
        long[] sorted = micros.clone();
        Arrays.sort(sorted);
        return new Latencies(sorted);
    }

    public double min() {
        return sortedMicros[0] / 1e3;
    }

    public double max() {
        return sortedMicros[sortedMicros.length - 1] / 1e3;
    }

    /** The smallest latency in milliseconds that the given percentage of messages does not exceed. */
    public double percentile(double percent) {
        int rank = (int) Math.ceil(percent / 100 * sortedMicros.length);
        return sortedMicros[Math.max(0, rank - 1)] / 1e3;
    }
}
