/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DueTimeTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1769860800000, 1769860800000",
        "2026-01-31T12:00:00Z, 1769860800000",
        "2026-01-31t12:00:00z, 1769860800000",
        "2026-01-31T13:30:00+01:30, 1769860800000",
        "2026-01-31T12:00:00-00:00, 1769860800000",
        "2026-01-31T12:00:00.250Z, 1769860800250",
        "2026-01-31T12:00:00.0001Z, 1769860800001",
        "2026-01-31T12:00:00.999999999Z, 1769860801000"
    })
    void readsPointsInTime(String text, long epochMs) {
        assertThat(DueTime.at(text)).isEqualTo(epochMs);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "tomorrow",
                "2026-01-31",
                "2026-01-31T12:00:00",
                "2026-01-31T12:00Z",
                "2026-02-30T12:00:00Z",
                "2026-01-31T24:00:00Z",
                "2026-01-31T12:00:00.Z",
                "12:00:00Z",
                "1e12",
                "1769860800000ms"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DueTime.at(text))
                .withMessageContaining("is not a point in time; allowed: epoch milliseconds, or RFC 3339");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1969-12-31T23:59:59.999Z"})
    void refusesTimesBelowZero(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DueTime.at(text)).withMessage("is below zero");
    }

    @Test
    void refusesTimesBeyondTheRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DueTime.at("9223372036854775808"))
                .withMessageContaining("beyond the range");
    }

    @Test
    void countsADelayFromTheGivenTime() {
        assertThat(DueTime.after("5s", 1_000)).isEqualTo(6_000);
    }

    @Test
    void refusesADelayBelowZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DueTime.after("-1ms", 1_000))
                .withMessage("is below zero");
    }

    @Test
    void refusesADelayThatEndsBeyondTheRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DueTime.after(Long.toString(Long.MAX_VALUE), 1))
                .withMessageContaining("beyond the range");
    }

    @Property
    void readsRfc3339AsTheJdkWritesItAndIsNeverEarly(
            @ForAll @LongRange(min = 0, max = 253_402_300_799L) long seconds,
            @ForAll @LongRange(min = 0, max = 999_999_999) long nanos) {
        Instant instant = Instant.ofEpochSecond(seconds, nanos);

        Instant due = Instant.ofEpochMilli(DueTime.at(instant.toString()));

        assertThat(due).isAfterOrEqualTo(instant).isBefore(instant.plusMillis(1));
    }
}
