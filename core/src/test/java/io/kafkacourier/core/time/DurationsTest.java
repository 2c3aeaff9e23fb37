/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1500, 1500",
        "250ms, 250",
        "5s, 5000",
        "30m, 1800000",
        "1h, 3600000",
        "7d, 604800000",
        "-5s, -5000",
        "PT30M, 1800000",
        "pt0.5s, 500",
        "P1DT1H, 90000000",
        "-PT1S, -1000",
        "PT0.0000001S, 1",
        "PT1.0001S, 1001",
        "PT-1.0001S, -1000",
        "9223372036854775807, 9223372036854775807",
        "-9223372036854775808, -9223372036854775808",
        "00000000000000000000000000000005s, 5000"
    })
    void readsEveryForm(String text, long millis) {
        assertThat(Durations.parseMillis(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "s", "ms", "5 s", "5S", "1.5s", "+5s", "5s5", "1w", "five", "P", "PT", "P1Y", "0x10", "٥s",
                "NaN"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parseMillis(text))
                .withMessageContaining("is not a duration; allowed: " + Durations.ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "9223372036854775807s",
                "106751991168d",
                "PT9223372036854775807S"
            })
    void refusesValuesThatDoNotFit(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parseMillis(text))
                .withMessageContaining("beyond the range");
    }

    @Property
    void readsEveryNumberOfMilliseconds(@ForAll long millis) {
        assertThat(Durations.parseMillis(Long.toString(millis))).isEqualTo(millis);
    }

    @Property
    void readsIsoAsTheJdkWritesIt(@ForAll @LongRange(min = -1L << 50, max = 1L << 50) long millis) {
        assertThat(Durations.parseMillis(java.time.Duration.ofMillis(millis).toString()))
                .isEqualTo(millis);
    }
}
