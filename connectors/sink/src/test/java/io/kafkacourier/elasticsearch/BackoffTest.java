/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofMillis(1_000), new Random(3));

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
        Backoff capped = new Backoff(Duration.ofMinutes(1), Duration.ofMillis(10), new Random(3));
        assertThat(capped.nextMs()).isBetween(5L, 10L);
    }

    @Test
    void waitsAtLeastWhatCanBeMeasured() {
        Backoff least = new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(3));
        assertThat(least.nextMs()).isEqualTo(1);
    }

    @Test
    void halvesRequestsOnOverloadAndRecoversOneByOne() {
        Concurrency concurrency = new Concurrency(5);
        assertThat(concurrency.permitted()).isEqualTo(5);
        concurrency.overloaded();
        assertThat(concurrency.permitted()).isEqualTo(2);
        concurrency.overloaded();
        concurrency.overloaded();
        assertThat(concurrency.permitted()).isEqualTo(1);
        for (int i = 0; i < 9; i++) {
            concurrency.succeeded();
        }
        assertThat(concurrency.permitted()).isEqualTo(5);
    }
}
