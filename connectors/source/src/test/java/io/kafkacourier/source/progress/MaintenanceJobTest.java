/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MaintenanceJobTest {

    private final MutableClock clock = new MutableClock(1_800_000_000_000L);
    private final Queue<Throwable> failures = new ArrayDeque<>();
    private final MaintenanceJob job = new MaintenanceJob(
            "test",
            "do it",
            () -> {
                @Nullable Throwable failure = failures.poll();
                if (failure instanceof Error error) {
                    throw error;
                } else if (failure != null) {
                    throw (RuntimeException) failure;
                }
            },
            clock);

    @Test
    void countsFailuresAndSaysHowLongAgoItLastSucceeded() {
        clock.advance(5_000);
        assertThat(job.ageMs()).isEqualTo(5_000);
        failures.add(new TimeoutException("no answer"));

        job.run();
        assertThat(job.failures()).isOne();
        assertThat(job.ageMs()).isEqualTo(5_000);

        job.run();
        assertThat(job.failures()).isOne();
        assertThat(job.ageMs()).isZero();
    }

    @Test
    void goesOnAfterAnErrorAndCountsIt() {
        failures.add(new OutOfMemoryError("of another connector"));

        job.run();
        job.run();

        assertThat(job.failures()).isOne();
        assertThat(job.ageMs()).isZero();
    }

    @Test
    void logsEachKindOfFailureAtOnceAndAgainAfterTenMinutes() {
        assertThat(job.isToBeLogged(TimeoutException.class)).isTrue();
        assertThat(job.isToBeLogged(GroupAuthorizationException.class)).isTrue();

        clock.advance(MaintenanceJob.REMIND.toMillis() - 1);
        assertThat(job.isToBeLogged(TimeoutException.class)).isFalse();
        clock.advance(1);
        assertThat(job.isToBeLogged(TimeoutException.class)).isTrue();
        assertThat(job.isToBeLogged(TimeoutException.class)).isFalse();
    }

    @Test
    void doesNotCountThatItsThreadIsToEnd() {
        failures.add(new InterruptException("closing"));

        assertThatExceptionOfType(InterruptException.class).isThrownBy(job::run);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(job.failures()).isZero();
    }
}
