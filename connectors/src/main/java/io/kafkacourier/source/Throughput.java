/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import java.time.Clock;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.stats.Rate;

/** How many of something there were, and how many a second: over the last 30 to 60 s. Safe for use by several threads. */
final class Throughput {

    private final MetricConfig config = new MetricConfig();
    private final Rate rate = new Rate();
    private final Clock clock;
    private long total;

    Throughput(Clock clock) {
        this.clock = clock;
    }

    synchronized void add(int count) {
        total += count;
        rate.record(config, count, clock.millis());
    }

    synchronized long total() {
        return total;
    }

    synchronized double perSecond() {
        return rate.measure(config, clock.millis());
    }
}
