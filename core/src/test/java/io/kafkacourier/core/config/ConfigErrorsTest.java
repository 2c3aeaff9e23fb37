/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class ConfigErrorsTest {

    private final ConfigErrors errors = new ConfigErrors();

    @Test
    void throwsNothingWithoutErrors() {
        errors.collect(() -> "a value");
        errors.check(() -> {});

        assertThatCode(errors::throwIfAny).doesNotThrowAnyException();
        assertThatCode(() -> errors.throwIfAny(IllegalStateException::new)).doesNotThrowAnyException();
        assertThat(errors.all()).isEmpty();
    }

    @Test
    void namesKeyValueAndWhatIsAllowedOfOneError() {
        errors.add("retries", "-1", "must be at least 0");

        assertThatThrownBy(errors::throwIfAny)
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessage("Invalid value -1 for configuration retries: must be at least 0");
    }

    @Test
    void countsSeveralErrorsAndGivesEachALine() {
        errors.add("retries", "-1", "must be at least 0");
        errors.add("topic", null, "is required");

        assertThatThrownBy(errors::throwIfAny).hasMessage("""
                        2 mistakes in the configuration:
                        Invalid value -1 for configuration retries: must be at least 0
                        Invalid value null for configuration topic: is required""");
    }

    @Test
    void throwsTheExceptionOfTheCallerWithTheSameMessage() {
        errors.add("topic", null, "is required");

        assertThatThrownBy(() -> errors.throwIfAny(IllegalStateException::new))
                .isExactlyInstanceOf(IllegalStateException.class)
                .hasMessage("Invalid value null for configuration topic: is required");
    }

    @Test
    void goesOnAfterAStepThatFails() {
        String failed = errors.collect(() -> {
            throw new InvalidConfigurationException("a", 1, "must be 2");
        });
        String succeeded = errors.collect(() -> "b");
        errors.check(() -> {
            throw new InvalidConfigurationException("c", 3, "must be 4");
        });

        assertThat(failed).isNull();
        assertThat(succeeded).isEqualTo("b");
        assertThat(errors.all()).extracting(ConfigError::key).containsExactly("a", "c");
    }

    @Test
    void letsOtherExceptionsOfAStepThrough() {
        assertThatThrownBy(() -> errors.check(() -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Adds errors in all ways, some of them twice. */
    @Property
    void reportsEveryErrorOnceInTheOrderInWhichItWasAdded(
            @ForAll @NotEmpty List<@IntRange(max = 9) Integer> values, @ForAll Random random) {
        ConfigErrors collected = new ConfigErrors();
        for (int value : values) {
            add(value, random.nextInt(3), collected);
        }

        List<String> expected = values.stream()
                .distinct()
                .map(value -> "Invalid value " + value + " for configuration key" + value % 3 + ": must be another")
                .toList();
        assertThat(collected.all()).extracting(ConfigError::message).isEqualTo(expected);
        assertThatThrownBy(collected::throwIfAny)
                .extracting(thrown -> String.valueOf(thrown.getMessage())
                        .lines()
                        .filter(line -> line.startsWith("Invalid value"))
                        .toList())
                .isEqualTo(expected);
    }

    private static void add(int value, int way, ConfigErrors collected) {
        String key = "key" + value % 3;
        ConfigErrors others = new ConfigErrors();
        others.add(key, value, "must be another");
        switch (way) {
            case 0 -> collected.add(key, value, "must be another");
            case 1 -> collected.check(others::throwIfAny);
            default ->
                collected.collect(() -> {
                    throw new InvalidConfigurationException(key, value, "must be another");
                });
        }
    }
}
