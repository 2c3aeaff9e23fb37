/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Everything that is wrong with a connector's configuration, key by key: first what its ConfigDef finds. */
public final class Problems {

    private final Map<String, String> properties;
    private final Map<String, ConfigValue> values;

    public Problems(ConfigDef definition, Map<String, String> properties) {
        this.properties = properties;
        this.values = new LinkedHashMap<>(definition.validateAll(properties));
    }

    /** The whole configuration. */
    Map<String, String> properties() {
        return properties;
    }

    /** What the configuration says of any key, defined or not; null where nothing. */
    public @Nullable String property(String key) {
        return properties.get(key);
    }

    /** Whether a defined key has a value that its validator accepts. */
    public boolean isValid(String key) {
        ConfigValue value = values.get(key);
        return value != null && value.value() != null && value.errorMessages().isEmpty();
    }

    /** The text of a defined key, or its default; empty where the key is not valid. */
    public String text(String key) {
        ConfigValue value = values.get(key);
        return value != null && value.value() != null ? value.value().toString() : "";
    }

    /** The items of a defined key, or its default; none where the key is not valid. */
    public List<String> items(String key) {
        ConfigValue value = values.get(key);
        return value != null && value.value() instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** The texts of defined keys, by key; those that are empty are left out. */
    public Map<String, String> texts(String... keys) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String key : keys) {
            if (!text(key).isEmpty()) {
                texts.put(key, text(key));
            }
        }
        return texts;
    }

    /** Whether something is wrong with a key, defined or not. */
    boolean has(String key) {
        ConfigValue value = values.get(key);
        return value != null && !value.errorMessages().isEmpty();
    }

    /** Adds a problem with the value of a key, given or default, defined or not. */
    public void add(String key, String whatIsAllowed) {
        String given = properties.get(key);
        String value = given == null && !text(key).isEmpty() ? text(key) : given;
        String message = new ConfigException(key, value, whatIsAllowed).getMessage();
        addMessage(key, message);
    }

    /** Adds a problem with a key whose value may be a secret, so that the message does not show it. */
    void refuse(String key, String whatIsAllowed) {
        addMessage(key, "Invalid configuration " + key + ": " + whatIsAllowed);
    }

    /** Adds what was found wrong with the cluster, whatever the value of the key that leads there. */
    public void addFinding(String key, String text) {
        addMessage(key, text);
    }

    private void addMessage(String key, @Nullable String message) {
        values.computeIfAbsent(key, ConfigValue::new).addErrorMessage(message);
    }

    /** Adds the problems of further values; those without one are left out. */
    void addAll(Collection<ConfigValue> checked) {
        for (ConfigValue value : checked) {
            for (String message : value.errorMessages()) {
                addMessage(value.name(), message);
            }
        }
    }

    /** Whether nothing is wrong so far. */
    public boolean isEmpty() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    /** All of it, as {@code validate} of a connector returns it. */
    public Config toConfig() {
        return new Config(List.copyOf(values.values()));
    }

    /**
     * Stops at a configuration that was not validated.
     *
     * @throws ConfigException naming every problem, where there is one
     */
    public void throwIfAny() {
        List<String> messages = values.values().stream()
                .flatMap(value -> value.errorMessages().stream())
                .toList();
        if (!messages.isEmpty()) {
            throw new ConfigException(String.join("; ", messages));
        }
    }
}
