/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot be used. Says the same as Kafka's ConfigException, but can be had without Kafka, as rules can
 * be read without it.
 */
public final class InvalidConfigurationException extends RuntimeException {

    private final transient List<ConfigError> errors;

    /** @param errors at least one */
    InvalidConfigurationException(List<ConfigError> errors) {
        super(message(errors));
        this.errors = List.copyOf(errors);
    }

    /** What is wrong with the value of a key, and what is allowed. */
    public InvalidConfigurationException(String key, @Nullable Object value, String message) {
        this(List.of(ConfigError.of(key, value, message)));
    }

    List<ConfigError> errors() {
        return errors;
    }

    /** The messages of at least one error. */
    static String message(List<ConfigError> errors) {
        return errors.size() == 1
                ? errors.get(0).message()
                : errors.stream()
                        .map(ConfigError::message)
                        .collect(Collectors.joining("\n", errors.size() + " mistakes in the configuration:\n", ""));
    }
}
