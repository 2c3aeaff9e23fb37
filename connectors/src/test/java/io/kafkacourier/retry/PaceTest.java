/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {

    private long nanos;

    @Test
    void allowsAsManyAsTheTimeThatHasPassedIsWorth() {
        Pace pace = new Pace(500, () -> nanos);
        pace.allowed();
        int came = 0;
        for (int tick = 0; tick < 200; tick++) {
            nanos += TimeUnit.MILLISECONDS.toNanos(50) + tick % 7;
            for (int allowed = pace.allowed(); allowed > 0; allowed--) {
                pace.spend();
                came++;
            }
        }

        assertThat(came).isBetween(4_999, 5_000);
    }

    @Test
    void savesNoMoreThanHalfASecond() {
        Pace pace = new Pace(500, () -> nanos);
        pace.allowed();
        nanos += TimeUnit.MINUTES.toNanos(1);

        assertThat(pace.allowed()).isEqualTo(250);
    }

    @Test
    void savesNothingBeforeItIsAskedFirst() {
        Pace pace = new Pace(500, () -> nanos);
        nanos += TimeUnit.MINUTES.toNanos(1);

        assertThat(pace.allowed()).isZero();
    }

    @Test
    void comesToOneInTheEndHoweverSlowItIs() {
        Pace pace = new Pace(1, () -> nanos);
        assertThat(pace.allowed()).isZero();
        nanos += TimeUnit.SECONDS.toNanos(1);

        assertThat(pace.allowed()).isEqualTo(1);
    }

    @Test
    void hasNoLimitAtZero() {
        assertThat(new Pace(0, () -> nanos).allowed()).isEqualTo(Integer.MAX_VALUE);
    }
}
