/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.config.ConfigError;
import io.kafkacourier.core.config.ConfigErrors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a connector, parsed by its definition, and all its errors by key: those that the definition
 * finds, and those that are added here. Each error is reported once. Messages never show secrets. For one thread.
 */
public final class CheckedConfig {

    private final ConfigDef definition;
    private final Map<String, String> properties;
    private final Map<String, ConfigValue> values;

    /** @param properties the whole configuration, with the keys of Connect */
    public CheckedConfig(ConfigDef definition, Map<String, String> properties) {
        this.definition = definition;
        this.properties = properties;
        this.values = new LinkedHashMap<>(definition.validateAll(properties));
    }

    /** The whole configuration as it was given. */
    public Map<String, String> properties() {
        return properties;
    }

    /** The given value of a key, whether it is defined or not; null if none. */
    public @Nullable String property(String key) {
        return properties.get(key);
    }

    /** Whether a defined key has a value without errors. */
    public boolean isValid(String key) {
        ConfigValue value = values.get(key);
        return value != null && value.value() != null && value.errorMessages().isEmpty();
    }

    /** Whether there are no errors so far. */
    public boolean isValid() {
        return values.values().stream().allMatch(value -> value.errorMessages().isEmpty());
    }

    /** Whether a key has errors, whether it is defined or not. */
    public boolean hasError(String key) {
        ConfigValue value = values.get(key);
        return value != null && !value.errorMessages().isEmpty();
    }

    /** The text of a defined key, or its default; empty if it cannot be read. */
    public String text(String key) {
        ConfigValue value = values.get(key);
        return value != null && value.value() != null ? value.value().toString() : "";
    }

    /** The items of a defined key, or its default; none if it cannot be read. */
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

    /** Adds an error in the given or default value of a key, whether the key is defined or not. */
    public void addError(String key, String allowed) {
        String given = properties.get(key);
        String value = isSecret(key) || (given == null && !text(key).isEmpty()) ? text(key) : given;
        addMessage(key, ConfigError.of(key, value, allowed).message());
    }

    /** Adds an error in an undefined key. The message does not show the value, which may be a secret. */
    public void addErrorWithoutValue(String key, String allowed) {
        addMessage(key, "Invalid configuration " + key + ": " + allowed);
    }

    /** Adds an error message, which must not show a secret. */
    public void addMessage(String key, String message) {
        ConfigValue value = values.computeIfAbsent(key, ConfigValue::new);
        if (!value.errorMessages().contains(message)) {
            value.addErrorMessage(message);
        }
    }

    /** Adds errors that were found elsewhere. */
    public void addErrors(ConfigErrors errors) {
        errors.all().forEach(error -> addMessage(error.key(), error.message()));
    }

    /** Adds the errors that the definition of further keys finds. */
    public void checkFurther(ConfigDef further) {
        for (ConfigValue value : further.validate(properties)) {
            value.errorMessages().forEach(message -> addMessage(value.name(), message));
        }
    }

    /** The configuration in the form that a connector's {@code validate} returns. */
    public Config toConfig() {
        return new Config(List.copyOf(values.values()));
    }

    /**
     * Fails if the configuration has errors, for a task or connector that was started without validation.
     *
     * @throws ConfigException with all errors
     */
    public void throwIfAny() {
        List<String> messages = values.values().stream()
                .flatMap(value -> value.errorMessages().stream())
                .toList();
        if (!messages.isEmpty()) {
            throw new ConfigException(String.join("; ", messages));
        }
    }

    /** Kafka shows a password as {@link Password#HIDDEN}. */
    private boolean isSecret(String key) {
        ConfigDef.ConfigKey defined = definition.configKeys().get(key);
        return defined != null && defined.type == ConfigDef.Type.PASSWORD;
    }
}
