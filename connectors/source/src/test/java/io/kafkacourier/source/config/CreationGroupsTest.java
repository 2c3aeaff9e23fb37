/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.config.CheckedConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares which topics are created, and how, with Connect's own reading of the same keys. */
class CreationGroupsTest {

    private final Map<String, String> properties = new HashMap<>(Map.of("name", "delay"));

    @Test
    void createsNothingWithoutKeys() {
        assertThat(new CreationGroups(properties).newTopic("orders")).isNull();
        assertThat(errors()).isEmpty();
    }

    @Test
    void createsWithTheDefaultGroup() {
        withDefaultGroup();
        properties.put("topic.creation.default.cleanup.policy", "compact");
        properties.put("topic.creation.default.include", "ignored");

        assertThat(new CreationGroups(properties).newTopic("orders"))
                .isEqualTo(new NewTopic("orders", Optional.of(3), Optional.of((short) -1))
                        .configs(Map.of("cleanup.policy", "compact")));
    }

    @Test
    void createsWithTheFirstGroupThatMatchesTheWholeName() {
        withDefaultGroup();
        properties.put("topic.creation.groups", "vip, all , default");
        properties.put("topic.creation.vip.include", "vip_.*,gold");
        properties.put("topic.creation.vip.exclude", "vip_x");
        properties.put("topic.creation.vip.partitions", "9");
        properties.put("topic.creation.all.include", "all|vip_x");
        properties.put("topic.creation.all.replication.factor", "2");
        properties.put("topic.creation.all.retention.ms", "7");

        CreationGroups groups = new CreationGroups(properties);

        assertThat(groups.newTopic("vip_a")).isEqualTo(topic("vip_a", 9, -1));
        assertThat(groups.newTopic("gold")).isEqualTo(topic("gold", 9, -1));
        assertThat(groups.newTopic("vip_x")).isEqualTo(topic("vip_x", 3, 2).configs(Map.of("retention.ms", "7")));
        assertThat(groups.newTopic("golden")).isEqualTo(topic("golden", 3, -1));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            default.partitions,         0,   'must be at least 1, or -1'
            default.partitions,         -2,  'must be at least 1, or -1'
            default.partitions,         x,   Not a number
            default.replication.factor, 0,   'must be at least 1, or -1'
            a.partitions,               0,   'must be at least 1, or -1'
            a.include,                  (,   must be regular expressions
            a.exclude,                  'b,[', must be regular expressions
            """)
    void reportsProblemsByKey(String key, String value, String message) {
        withDefaultGroup();
        properties.put("topic.creation.groups", "a");
        properties.put("topic.creation." + key, value);

        assertThat(errors()).containsOnlyKeys("topic.creation." + key);
        assertThat(errors().get("topic.creation." + key))
                .singleElement()
                .asString()
                .contains(key, message);
        assertThatExceptionOfType(ConfigException.class)
                .isThrownBy(() -> new CreationGroups(properties))
                .withMessageContaining(key);
    }

    @Test
    void needsTheWholeDefaultGroupIfThereIsAKey() {
        properties.put("topic.creation.groups", "a");
        assertThat(errors())
                .containsOnlyKeys("topic.creation.default.partitions", "topic.creation.default.replication.factor");

        properties.put("topic.creation.default.partitions", "1");
        assertThat(errors()).containsOnlyKeys("topic.creation.default.replication.factor");
    }

    private void withDefaultGroup() {
        properties.put("topic.creation.default.partitions", "3");
        properties.put("topic.creation.default.replication.factor", "-1");
    }

    private static NewTopic topic(String name, int partitions, int replicationFactor) {
        return new NewTopic(name, Optional.of(partitions), Optional.of((short) replicationFactor)).configs(Map.of());
    }

    private Map<String, List<String>> errors() {
        CheckedConfig checked = new CheckedConfig(new ConfigDef(), properties);
        CreationGroups.check(checked);
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : checked.toConfig().configValues()) {
            errors.put(value.name(), value.errorMessages());
        }
        return errors;
    }
}
