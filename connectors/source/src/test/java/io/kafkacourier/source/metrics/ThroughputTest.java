/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kafkacourier.MutableClock;
import org.junit.jupiter.api.Test;

class ThroughputTest {

    private final MutableClock clock = new MutableClock(1_800_000_000_000L);
    private final Throughput throughput = new Throughput(clock);

    @Test
    void reportsTheTotalAndTheRateOfTheLastMinute() {
        assertThat(throughput.total()).isZero();
        assertThat(throughput.perSecond()).isZero();

        for (int second = 0; second < 120; second++) {
            throughput.add(20);
            throughput.add(30);
            throughput.sample();
            clock.advance(1_000);
        }
        assertThat(throughput.total()).isEqualTo(6_000);
        assertThat(throughput.perSecond()).isCloseTo(50, within(2.0));

        clock.advance(120_000);
        assertThat(throughput.total()).isEqualTo(6_000);
        assertThat(throughput.perSecond()).isZero();
    }
}
