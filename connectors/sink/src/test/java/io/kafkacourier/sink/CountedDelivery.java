/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/** Metrics in which every value is another one, so that a test notices if two are mixed up. */
public final class CountedDelivery {

    private CountedDelivery() {}

    /** 1 written, 2 duplicates, 3 retries, 2 requests of 42 bytes, 7 refused, 8 skipped, 1 fault, and gauges of 6 to 14. */
    public static void count(DeliveryMetrics metrics) {
        metrics.wrote();
        metrics.duplicate();
        metrics.duplicate();
        metrics.retried(3);
        metrics.replied(40, 5);
        metrics.replied(2, 6);
        for (int i = 0; i < 7; i++) {
            metrics.refused();
        }
        for (int i = 0; i < 8; i++) {
            metrics.skipped();
        }
        metrics.holding(10, 11, 12);
        metrics.faultyDestinations(13);
        metrics.pausedPartitions(14);
        metrics.failed("503 unavailable");
        metrics.fault("a", true);
    }
}
