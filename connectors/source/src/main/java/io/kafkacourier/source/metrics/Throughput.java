/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import java.time.Clock;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.stats.Rate;

/** Counts events, and their rate per second over the last 30 to 60 s. Safe for use by several threads, and cheap. */
public final class Throughput {

    private final MetricConfig config = new MetricConfig();
    private final Rate rate = new Rate();
    private final Clock clock;
    private final LongAdder total = new LongAdder();
    private long sampled;

    public Throughput(Clock clock) {
        this.clock = clock;
    }

    public void add(int count) {
        total.add(count);
    }

    public long total() {
        return total.sum();
    }

    /** Updates the rate; to be called every second or so. */
    public synchronized void sample() {
        long now = total.sum();
        rate.record(config, (double) (now - sampled), clock.millis());
        sampled = now;
    }

    public synchronized double perSecond() {
        sample();
        return rate.measure(config, clock.millis());
    }
}
