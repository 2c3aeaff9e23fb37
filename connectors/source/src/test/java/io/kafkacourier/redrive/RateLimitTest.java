/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private long nanos;

    @Test
    void allowsAsManyAsTheTimeThatHasPassedIsWorth() {
        RateLimit limit = new RateLimit(500, () -> nanos);
        limit.allowed();
        int came = 0;
        for (int tick = 0; tick < 200; tick++) {
            nanos += TimeUnit.MILLISECONDS.toNanos(50) + tick % 7;
            for (int allowed = limit.allowed(); allowed > 0; allowed--) {
                limit.spend();
                came++;
            }
        }

        assertThat(came).isBetween(4_999, 5_000);
    }

    @Test
    void savesNoMoreThanHalfASecond() {
        RateLimit limit = new RateLimit(500, () -> nanos);
        limit.allowed();
        nanos += TimeUnit.MINUTES.toNanos(1);

        assertThat(limit.allowed()).isEqualTo(250);
    }

    @Test
    void savesNothingBeforeItIsAskedFirst() {
        RateLimit limit = new RateLimit(500, () -> nanos);
        nanos += TimeUnit.MINUTES.toNanos(1);

        assertThat(limit.allowed()).isZero();
    }

    @Test
    void comesToOneInTheEndHoweverSlowItIs() {
        RateLimit limit = new RateLimit(1, () -> nanos);
        assertThat(limit.allowed()).isZero();
        nanos += TimeUnit.SECONDS.toNanos(1);

        assertThat(limit.allowed()).isEqualTo(1);
    }

    @Test
    void hasNoLimitAtZero() {
        assertThat(new RateLimit(0, () -> nanos).allowed()).isEqualTo(Integer.MAX_VALUE);
    }
}
