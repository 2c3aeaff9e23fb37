/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReminderTest {

    private static final long MINUTE_MS = 60_000;

    private final MutableClock clock = new MutableClock(1_000_000);
    private final Reminder reminder = new Reminder(Duration.ofMinutes(1), clock);

    @Test
    void isDueWhenAProblemBeginsAndThenOncePerInterval() {
        assertThat(reminder.isDue("a")).isTrue();
        assertThat(reminder.isDue("a")).isFalse();
        clock.advance(MINUTE_MS - 1);
        assertThat(reminder.isDue("a")).isFalse();
        clock.advance(1);
        assertThat(reminder.isDue("a")).isTrue();
        assertThat(reminder.isDue("a")).isFalse();
    }

    @Test
    void remembersEachProblemSeparately() {
        reminder.isDue("a");
        clock.advance(MINUTE_MS / 2);

        assertThat(reminder.isDue("b")).isTrue();
        clock.advance(MINUTE_MS / 2);
        assertThat(reminder.isDue("a")).isTrue();
        assertThat(reminder.isDue("b")).isFalse();
    }

    @Test
    void isDueAtOnceForAProblemThatWasSolved() {
        reminder.isDue("a");
        reminder.forget("a");

        assertThat(reminder.isDue("a")).isTrue();
    }

    @Test
    void isNotSilencedByAClockThatStepsBack() {
        reminder.isDue("a");
        clock.advance(-MINUTE_MS);

        assertThat(reminder.isDue("a")).isTrue();
    }

    @Test
    void forgetsTheOldestProblemBeyondItsCapacity() {
        IntStream.range(0, Reminder.CAPACITY).forEach(number -> reminder.isDue("matter" + number));
        clock.advance(MINUTE_MS);
        reminder.isDue("matter0");
        reminder.isDue("one more");

        assertThat(reminder.isDue("matter0")).isFalse();
        assertThat(reminder.isDue("matter1")).isTrue();
    }
}
