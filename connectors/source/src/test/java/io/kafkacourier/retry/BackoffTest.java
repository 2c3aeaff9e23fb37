/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafkacourier.failure.Origin;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {

    private static final int FAILURES = 10_000;
    private static final int SLICES = 20;

    @ParameterizedTest
    @CsvSource({
        "1000, 2, 3600000, 1, 1000",
        "1000, 2, 3600000, 2, 2000",
        "1000, 2, 3600000, 5, 16000",
        "1000, 2, 3600000, 13, 3600000",
        "1000, 2, 3600000, 10000, 3600000",
        "1000, 1.1, 3600000, 3, 1210",
        "1000, 1.5, 3600000, 6, 7594",
        "1000, 1, 1000, 9, 1000",
        "1, 1, 1, 1, 1"
    })
    void growsUpToTheLongestWait(long initialMs, double multiplier, long maxMs, int attempt, long waitMs) {
        assertThat(new Backoff(initialMs, multiplier, maxMs, 0).waitMs(origin(1), attempt))
                .isEqualTo(waitMs);
    }

    @Property
    void isShortenedByNoMoreThanTheJitterAndNeverToNothing(
            @ForAll @LongRange(min = 0) long offset,
            @ForAll @IntRange(min = 1, max = 30) int attempt,
            @ForAll @IntRange(min = 0, max = 100) int percent) {
        double jitter = percent / 100.0;
        long waitMs = new Backoff(1_000, 2, 3_600_000, jitter).waitMs(origin(offset), attempt);
        double whole = Math.min(1_000 * Math.pow(2, attempt - 1), 3_600_000);

        assertThat(waitMs).isPositive().isBetween((long) (whole * (1 - jitter)), (long) whole);
    }

    @Test
    void isTheSameForTheSameOriginAndAttempt() {
        Backoff backoff = new Backoff(1_000, 2, 3_600_000, 1);

        assertThat(backoff.waitMs(new Origin("orders", 1, 2, 3), 4))
                .isEqualTo(new Backoff(1_000, 2, 3_600_000, 1).waitMs(new Origin("orders", 1, 2, 99), 4))
                .isNotEqualTo(backoff.waitMs(new Origin("orders", 1, 3, 3), 4));
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "4", "5"})
    void spreadsThousandsOfSimultaneousFailuresEvenly(int attempt) {
        Backoff backoff = new Backoff(100_000, 1, 100_000, 1);
        int[] slices = new int[SLICES];
        IntStream.range(0, FAILURES).forEach(failure -> {
            long waitMs = backoff.waitMs(new Origin("orders", failure % 6, failure / 6, 0), attempt);
            slices[(int) ((waitMs - 1) * SLICES / 100_000)]++;
        });

        double expected = (double) FAILURES / SLICES;
        double chiSquare = IntStream.of(slices)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        // 19 degrees of freedom: a flat spread exceeds it once in a thousand times
        assertThat(chiSquare).as("slices %s", slices).isLessThan(43.8);
    }

    @ParameterizedTest
    @CsvSource({"0, 2, 10, 0", "11, 2, 10, 0", "1, 0.9, 10, 0", "1, NaN, 10, 0", "1, 2, 10, -0.1", "1, 2, 10, 1.1"})
    void refusesAnInvalidBackOff(long initialMs, double multiplier, long maxMs, double jitter) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Backoff(initialMs, multiplier, maxMs, jitter));
    }

    private static Origin origin(long offset) {
        return new Origin("orders", 0, offset, 0);
    }
}
