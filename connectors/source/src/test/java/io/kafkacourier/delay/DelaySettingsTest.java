/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DelaySettingsTest {

    @Property
    void readsWhatItWrites(
            @ForAll @LongRange(min = 0) long horizon,
            @ForAll @LongRange(min = 0) long max,
            @ForAll @AlphaChars @Chars({'&', '=', '%', '+', ' ', 'ü'}) String at,
            @ForAll @AlphaChars @Chars({'&', '=', '%', '+', ' ', 'ü'}) String delay,
            @ForAll @LongRange(min = -1) long fixed) {
        DelaySettings settings = new DelaySettings(horizon, max, at, delay, fixed < 0 ? null : fixed);

        assertThat(DelaySettings.parse(settings.text())).isEqualTo(settings);
    }

    @Test
    void isOneLine() {
        assertThat(new DelaySettings(16_000, 60_000, "deliver_at", "delay", 5_000L).text())
                .isEqualTo("horizon=16000&max=60000&at=deliver_at&delay=delay&fixed=5000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "horizon",
                "horizon=1&max=2&at=a",
                "horizon=x&max=2&at=a&delay=d",
                "horizon=-1&max=2&at=a&delay=d"
            })
    void refusesAnythingElse(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DelaySettings.parse(text));
    }
}
