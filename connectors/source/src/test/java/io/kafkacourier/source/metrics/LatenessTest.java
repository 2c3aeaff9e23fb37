/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kafkacourier.MutableClock;
import org.junit.jupiter.api.Test;

class LatenessTest {

    private static final long NOW = 1_800_000_000_000L;

    private final MutableClock clock = new MutableClock(NOW);
    private final Lateness lateness = new Lateness(clock);

    @Test
    void isUnknownBeforeAnyMessageCame() {
        assertThat(lateness.percentileMs(50)).isNaN();
    }

    @Test
    void reportsPercentilesToThePercent() {
        for (int ms = 1; ms <= 1_000; ms++) {
            lateness.came(NOW - ms);
        }

        assertThat(lateness.percentileMs(50)).isCloseTo(500, within(5.0));
        assertThat(lateness.percentileMs(99)).isCloseTo(990, within(10.0));
        assertThat(lateness.percentileMs(100)).isCloseTo(1_000, within(10.0));
    }

    @Test
    void takesALatenessOfYearsAndOneBelowZeroThatAClockSteppingBackMakes() {
        lateness.came(1);
        lateness.came(NOW + 5);

        assertThat(lateness.percentileMs(50)).isZero();
        assertThat(lateness.percentileMs(100)).isCloseTo(NOW, within(NOW / 100.0));
    }

    @Test
    void forgetsAfterAMinuteAndNotBeforeFiftySeconds() {
        lateness.came(NOW - 7);
        clock.advance(49_999);
        lateness.came(NOW + 49_998);
        assertThat(lateness.percentileMs(100)).isEqualTo(7);

        clock.advance(10_001);
        assertThat(lateness.percentileMs(100)).isEqualTo(1);
        clock.advance(600_000);
        assertThat(lateness.percentileMs(100)).isNaN();
    }

    @Test
    void beginsAnewWhenTheClockStepsBack() {
        lateness.came(NOW - 7);
        clock.advance(-3_600_000);
        lateness.came(NOW - 3_600_000 - 1);

        assertThat(lateness.percentileMs(100)).isEqualTo(1);
    }
}
