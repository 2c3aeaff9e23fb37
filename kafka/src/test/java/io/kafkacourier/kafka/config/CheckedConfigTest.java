/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.core.config.ConfigErrors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;

class CheckedConfigTest {

    private static final String SECRET = "xyzzy";

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define("count", ConfigDef.Type.INT, 1, Range.atLeast(1), HIGH, "")
            .define("topic", ConfigDef.Type.STRING, "", HIGH, "")
            .define("topics", ConfigDef.Type.LIST, List.of("a", "b"), HIGH, "")
            .define("password", ConfigDef.Type.PASSWORD, "", HIGH, "");

    @Test
    void readsGivenValuesAndDefaults() {
        CheckedConfig config = with("count", "2", "other", "x");

        assertThat(config.text("count")).isEqualTo("2");
        assertThat(config.text("topic")).isEmpty();
        assertThat(config.items("topics")).containsExactly("a", "b");
        assertThat(config.items("topic")).isEmpty();
        assertThat(config.texts("topic", "count")).isEqualTo(Map.of("count", "2"));
        assertThat(config.property("other")).isEqualTo("x");
        assertThat(config.property("topic")).isNull();
        assertThat(config.isValid()).isTrue();
        assertThatCode(config::throwIfAny).doesNotThrowAnyException();
    }

    @Test
    void reportsTheErrorsThatTheDefinitionFinds() {
        CheckedConfig config = with("count", "0");

        assertThat(config.isValid("count")).isFalse();
        assertThat(config.hasError("count")).isTrue();
        assertThat(config.isValid("topic")).isTrue();
        assertThat(config.isValid()).isFalse();
        assertThatThrownBy(config::throwIfAny)
                .isInstanceOf(ConfigException.class)
                .hasMessage("Invalid value 0 for configuration count: Value must be at least 1");
    }

    @Test
    void showsTheGivenValueOrElseTheDefault() {
        CheckedConfig config = with("topic", "a b", "connect", "c");
        config.addError("topic", "must be legal");
        config.addError("count", "must be 2");
        config.addError("connect", "must be left out");
        config.addError("converter", "must be set");

        assertThat(messages(config, "topic"))
                .containsExactly("Invalid value a b for configuration topic: must be legal");
        assertThat(messages(config, "count")).containsExactly("Invalid value 1 for configuration count: must be 2");
        assertThat(messages(config, "connect"))
                .containsExactly("Invalid value c for configuration connect: must be left out");
        assertThat(messages(config, "converter"))
                .containsExactly("Invalid value null for configuration converter: must be set");
    }

    @Test
    void neverShowsASecret() {
        CheckedConfig config = with("password", SECRET, "consumer.override.sasl.jaas.config", SECRET);
        config.addError("password", "must be set together with user");
        config.addErrorWithoutValue("consumer.override.sasl.jaas.config", "must not be set alone");

        assertThat(messages(config, "password"))
                .containsExactly("Invalid value [hidden] for configuration password: must be set together with user");
        assertThatThrownBy(config::throwIfAny)
                .hasMessageContaining("Invalid configuration consumer.override.sasl.jaas.config: must not be set alone")
                .hasMessageNotContaining(SECRET);
        assertThat(config.toConfig().configValues())
                .noneMatch(value -> value.toString().contains(SECRET));
    }

    @Test
    void addsOnlyTheErrorsOfFurtherKeys() {
        CheckedConfig config = with("group.count", "0");
        config.checkFurther(new ConfigDef()
                .define("group.count", ConfigDef.Type.INT, 1, Range.atLeast(1), HIGH, "")
                .define("group.name", ConfigDef.Type.STRING, "", HIGH, ""));

        assertThat(messages(config, "group.count"))
                .containsExactly("Invalid value 0 for configuration group.count: Value must be at least 1");
        assertThat(config.toConfig().configValues())
                .extracting(ConfigValue::name)
                .doesNotContain("group.name");
    }

    /** Adds errors in every way, some of them twice, to defined and undefined keys. */
    @Property
    void reportsEveryErrorOnceAtItsKey(
            @ForAll @NotEmpty List<@IntRange(max = 9) Integer> values, @ForAll Random random) {
        List<String> keys = List.of("count", "topic", "other");
        CheckedConfig config = with("count", "0", "topic", "x", "other", "y");
        for (int value : values) {
            ConfigErrors errors = new ConfigErrors();
            errors.add(keys.get(value % 3), value, "no");
            if (random.nextBoolean()) {
                config.addErrors(errors);
            } else {
                config.addMessage(keys.get(value % 3), errors.all().get(0).message());
            }
        }

        for (String key : keys) {
            assertThat(messages(config, key).stream().filter(message -> message.endsWith(": no")))
                    .containsExactlyElementsOf(values.stream()
                            .distinct()
                            .filter(value -> keys.get(value % 3).equals(key))
                            .map(value -> "Invalid value " + value + " for configuration " + key + ": no")
                            .toList());
        }
        assertThatThrownBy(config::throwIfAny)
                .satisfies(
                        thrown -> assertThat(String.valueOf(thrown.getMessage()).split("; "))
                                .hasSize(1 + (int) values.stream().distinct().count())
                                .doesNotHaveDuplicates());
    }

    private static CheckedConfig with(String... properties) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < properties.length; i += 2) {
            all.put(properties[i], properties[i + 1]);
        }
        return new CheckedConfig(DEFINITION, all);
    }

    private static List<String> messages(CheckedConfig config, String key) {
        return config.toConfig().configValues().stream()
                .filter(value -> value.name().equals(key))
                .flatMap(value -> value.errorMessages().stream())
                .toList();
    }
}
