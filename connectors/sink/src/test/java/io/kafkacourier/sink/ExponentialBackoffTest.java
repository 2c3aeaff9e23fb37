/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentialBackoffTest {

    private final ExponentialBackoff backoff =
            new ExponentialBackoff(Duration.ofMillis(200), Duration.ofMillis(1_000), new Random(3));

    @Test
    void doublesUpToTheMaximumAndShortensByHalfAtMost() {
        assertThat(backoff.nextMs()).isBetween(100L, 200L);
        assertThat(backoff.nextMs()).isBetween(200L, 400L);
        assertThat(backoff.nextMs()).isBetween(400L, 800L);
        for (int i = 0; i < 1_000; i++) {
            assertThat(backoff.nextMs()).isBetween(500L, 1_000L);
        }
    }

    @Test
    void beginsAgainAfterSuccess() {
        assertThat(backoff.isActive()).isFalse();
        backoff.nextMs();
        backoff.nextMs();
        assertThat(backoff.isActive()).isTrue();
        backoff.reset();
        assertThat(backoff.isActive()).isFalse();
        assertThat(backoff.nextMs()).isBetween(100L, 200L);
    }

    @Test
    void takesAnInitialWaitAboveTheMaximumForTheMaximum() {
        ExponentialBackoff capped = new ExponentialBackoff(Duration.ofMinutes(1), Duration.ofMillis(10), new Random(3));
        assertThat(capped.nextMs()).isBetween(5L, 10L);
    }

    @Test
    void waitsAtLeastWhatCanBeMeasured() {
        ExponentialBackoff least = new ExponentialBackoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(3));
        assertThat(least.nextMs()).isEqualTo(1);
    }
}
