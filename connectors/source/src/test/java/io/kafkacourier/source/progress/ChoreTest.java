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

class ChoreTest {

    private final MutableClock clock = new MutableClock(1_800_000_000_000L);
    private final Queue<Throwable> failures = new ArrayDeque<>();
    private final Chore chore = new Chore(
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
        assertThat(chore.ageMs()).isEqualTo(5_000);
        failures.add(new TimeoutException("no answer"));

        chore.run();
        assertThat(chore.failures()).isOne();
        assertThat(chore.ageMs()).isEqualTo(5_000);

        chore.run();
        assertThat(chore.failures()).isOne();
        assertThat(chore.ageMs()).isZero();
    }

    @Test
    void goesOnAfterAnErrorAndCountsIt() {
        failures.add(new OutOfMemoryError("of another connector"));

        chore.run();
        chore.run();

        assertThat(chore.failures()).isOne();
        assertThat(chore.ageMs()).isZero();
    }

    @Test
    void logsEachKindOfFailureAtOnceAndAgainAfterTenMinutes() {
        assertThat(chore.isToBeLogged(TimeoutException.class)).isTrue();
        assertThat(chore.isToBeLogged(GroupAuthorizationException.class)).isTrue();

        clock.advance(Chore.REMIND.toMillis() - 1);
        assertThat(chore.isToBeLogged(TimeoutException.class)).isFalse();
        clock.advance(1);
        assertThat(chore.isToBeLogged(TimeoutException.class)).isTrue();
        assertThat(chore.isToBeLogged(TimeoutException.class)).isFalse();
    }

    @Test
    void doesNotCountThatItsThreadIsToEnd() {
        failures.add(new InterruptException("closing"));

        assertThatExceptionOfType(InterruptException.class).isThrownBy(chore::run);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(chore.failures()).isZero();
    }
}
