/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.util.stream.LongStream;

/** The latenesses of messages, in milliseconds. */
final class Latenesses {

    private final long[] sortedMs;

    Latenesses(LongStream milliseconds) {
        sortedMs = milliseconds.sorted().toArray();
    }

    /**
     * The lateness that at least {@code percent} percent of the messages did not exceed; -1 if there were no messages.
     */
    long percentileMs(double percent) {
        if (sortedMs.length == 0) {
            return -1;
        }
        int rank = (int) Math.ceil(percent / 100 * sortedMs.length);
        return sortedMs[Math.max(0, rank - 1)];
    }

    @Override
    public String toString() {
        return sortedMs.length + " messages, p50 " + percentileMs(50) + " ms, p99 " + percentileMs(99) + " ms, max "
                + percentileMs(100) + " ms";
    }
}
