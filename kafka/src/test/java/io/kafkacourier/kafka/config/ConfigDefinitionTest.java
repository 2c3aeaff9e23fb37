/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.NonEmptyString;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class ConfigDefinitionTest {

    private final ConfigDefinition definition = new ConfigDefinition();

    @Test
    void definesAKeyWithAllItsProperties() {
        NonEmptyString validator = new NonEmptyString();
        definition.group("Inputs").key("topic", ConfigDef.Type.STRING, "orders", validator, HIGH, "The topic.");

        ConfigKey key = key("topic");
        assertThat(key.type).isEqualTo(ConfigDef.Type.STRING);
        assertThat(key.defaultValue).isEqualTo("orders");
        assertThat(key.validator).isSameAs(validator);
        assertThat(key.importance).isEqualTo(HIGH);
        assertThat(key.documentation).isEqualTo("The topic.");
        assertThat(key.group).isEqualTo("Inputs");
        assertThat(key.orderInGroup).isEqualTo(1);
        assertThat(key.width).isEqualTo(Width.MEDIUM);
        assertThat(key.displayName).isEqualTo("topic");
    }

    @Test
    void showsAKeyUnderAnotherName() {
        definition.group("Inputs").key("topic", ConfigDef.Type.STRING, "", null, LOW, "", Width.LONG, "Topic");

        assertThat(key("topic").displayName).isEqualTo("Topic");
        assertThat(key("topic").width).isEqualTo(Width.LONG);
        assertThat(key("topic").orderInGroup).isEqualTo(1);
    }

    @Test
    void requiresAKeyWithoutADefault() {
        define(definition, "topic", NO_DEFAULT_VALUE);

        assertThat(key("topic").hasDefault()).isFalse();
    }

    @Test
    void definesKeysWithoutAGroupAsKafkaDoes() {
        ConfigKey expected = new ConfigDef()
                .define("topic", ConfigDef.Type.STRING, "", null, LOW, "The topic.")
                .configKeys()
                .get("topic");
        definition.key("topic", ConfigDef.Type.STRING, "", null, LOW, "The topic.");

        assertThat(key("topic")).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void addsTheKeysThatAnotherClassDefines() {
        definition.group("Inputs").keys(group -> define(group, "a", "")).keys(group -> define(group, "b", ""));

        assertThat(key("b").group).isEqualTo("Inputs");
        assertThat(key("b").orderInGroup).isEqualTo(2);
    }

    @Test
    void rejectsAGroupOrKeyThatExistsAlready() {
        define(definition.group("Inputs"), "topic", "");

        assertThatThrownBy(() -> definition.group("Inputs"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There is a group Inputs already");
        assertThatThrownBy(() -> define(definition.group("Outputs"), "topic", ""))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Configuration topic is defined twice.");
    }

    /** {@code groups} has the number of each key's group, in the order in which the keys are defined. */
    @Property
    void keepsTheOrderOfKeysInEachGroupHoweverGroupsAlternate(@ForAll List<@IntRange(max = 3) Integer> groups) {
        ConfigDefinition all = new ConfigDefinition();
        List<ConfigDefinition> begun = List.of(all.group("0"), all.group("1"), all.group("2"), all.group("3"));
        Map<Integer, List<String>> expected = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            define(begun.get(groups.get(i)), "key" + i, "");
            expected.computeIfAbsent(groups.get(i), group -> new ArrayList<>()).add("key" + i);
        }

        ConfigDef built = all.toConfigDef();
        assertThat(built.groups())
                .isEqualTo(groups.stream().distinct().map(String::valueOf).toList());
        expected.forEach((group, names) -> {
            for (String name : names) {
                ConfigKey key = Objects.requireNonNull(built.configKeys().get(name));
                assertThat(key.group).isEqualTo(String.valueOf(group));
                assertThat(key.orderInGroup).isEqualTo(names.indexOf(name) + 1);
            }
        });
    }

    private ConfigKey key(String name) {
        return Objects.requireNonNull(definition.toConfigDef().configKeys().get(name));
    }

    private static void define(ConfigDefinition group, String name, Object defaultValue) {
        group.key(name, ConfigDef.Type.STRING, defaultValue, null, LOW, "");
    }
}
