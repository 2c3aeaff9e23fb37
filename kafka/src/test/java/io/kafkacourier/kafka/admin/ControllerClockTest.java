/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ControllerClockTest {

    private static final long NOW = 1_800_000_000_000L;

    private final MutableClock clock = new MutableClock(NOW);
    private final List<CompletableFuture<OptionalLong>> questions = new ArrayList<>();
    private CompletableFuture<OptionalLong> answer = CompletableFuture.completedFuture(OptionalLong.of(NOW));
    private long nanos;
    private final ClusterClock cluster = new ControllerClock(
            () -> {
                questions.add(answer);
                return answer;
            },
            clock,
            () -> nanos);

    @Test
    void returnsHowFarTheWorkerIsAhead() {
        says(NOW - 7_200_000);

        assertThat(cluster.aheadMs()).isEqualTo(7_200_000);
    }

    @Test
    void returnsZeroForAWorkerThatIsBehind() {
        says(NOW + 1);

        assertThat(cluster.aheadMs()).isZero();
    }

    @Test
    void asksOnceAMinuteAndWaitsOnlyForTheFirstAnswer() {
        says(NOW - 5_000);
        cluster.aheadMs();
        passes(59_999);
        assertThat(cluster.aheadMs()).isEqualTo(5_000);
        assertThat(questions).hasSize(1);

        answer = new CompletableFuture<>();
        passes(1);
        assertThat(cluster.aheadMs()).isEqualTo(5_000);
        assertThat(cluster.aheadMs()).isEqualTo(5_000);
        assertThat(questions).hasSize(2);

        passes(100);
        answer.complete(OptionalLong.of(NOW + 60_000 - 2_000));
        assertThat(cluster.aheadMs()).isEqualTo(2_000);
        assertThat(questions).hasSize(2);
    }

    @Test
    void asksAgainWhenTheClockHasSteppedAhead() {
        cluster.aheadMs();
        passes(1_000);

        clock.advance(3_700_000);
        says(NOW + 1_000);

        assertThat(cluster.aheadMs()).isEqualTo(3_700_000);
        assertThat(questions).hasSize(2);
    }

    @Test
    void discardsAComparisonFromBeforeTheClockWasCorrected() {
        says(NOW - 7_200_000);
        cluster.aheadMs();

        clock.set(NOW - 7_200_000);
        answer = CompletableFuture.failedFuture(new TimeoutException("late"));

        assertThat(cluster.aheadMs()).isZero();
        assertThat(questions).hasSize(2);
    }

    @Test
    void asksOnceAnHourWithoutPermission() {
        answer = CompletableFuture.failedFuture(new ClusterAuthorizationException("denied"));
        assertThat(cluster.aheadMs()).isZero();

        passes(3_599_999);
        assertThat(cluster.aheadMs()).isZero();
        assertThat(questions).hasSize(1);
        passes(1);
        says(NOW);
        assertThat(cluster.aheadMs()).isEqualTo(3_600_000);
    }

    @Test
    void returnsZeroIfTheClusterDoesNotReportItsTime() {
        answer = CompletableFuture.completedFuture(OptionalLong.empty());

        assertThat(cluster.aheadMs()).isZero();
    }

    @Test
    void discardsAnEarlierAnswerWhenTheClusterStopsAnswering() {
        says(NOW - 7_200_000);
        assertThat(cluster.aheadMs()).isEqualTo(7_200_000);

        answer = CompletableFuture.failedFuture(new TimeoutException("late"));
        passes(60_000);

        assertThat(cluster.aheadMs()).isZero();
    }

    private void says(long ms) {
        answer = CompletableFuture.completedFuture(OptionalLong.of(ms));
    }

    private void passes(long ms) {
        clock.advance(ms);
        nanos += TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
