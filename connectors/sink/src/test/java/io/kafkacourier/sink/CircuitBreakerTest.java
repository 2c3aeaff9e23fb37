/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {

    private final CircuitBreaker breaker =
            new CircuitBreaker(new ExponentialBackoff(Duration.ofMillis(100), Duration.ofHours(1), new Random(1)));

    @Test
    void isHalfOpenWhenTheWaitIsOver() {
        assertThat(breaker.isOpen(-5)).isFalse();
        assertThat(breaker.permitted(4)).isEqualTo(4);
        breaker.failed(0, 1_000);
        assertThat(breaker.isOpen(1_049)).isTrue();
        assertThat(breaker.openForMs(1_000)).isBetween(50L, 100L);
        assertThat(breaker.isOpen(1_100)).isFalse();
        assertThat(breaker.openForMs(1_100)).isZero();
        assertThat(breaker.permitted(4)).as("requests until one is answered").isEqualTo(1);
    }

    @Test
    void countsRequestsThatWereUnderWayTogetherOnce() {
        assertThat(breaker.failed(900, 1_000)).isTrue();
        assertThat(breaker.failed(950, 1_001)).isFalse();
        assertThat(breaker.failed(999, 1_002)).isFalse();
        assertThat(breaker.openForMs(1_002)).isBetween(48L, 98L);
        assertThat(breaker.failed(1_100, 1_200)).isTrue();
        assertThat(breaker.openForMs(1_200)).isBetween(100L, 200L);
    }

    @Test
    void closesWhenARequestSentAfterwardsIsAnswered() {
        breaker.failed(900, 1_000);
        assertThat(breaker.answered(950)).isFalse();
        assertThat(breaker.permitted(4)).isEqualTo(1);
        assertThat(breaker.answered(1_100)).isTrue();
        assertThat(breaker.permitted(4)).isEqualTo(4);
    }
}
