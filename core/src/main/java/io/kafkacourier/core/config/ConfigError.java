/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import org.jspecify.annotations.Nullable;

/**
 * An error in the configuration.
 *
 * @param key the key whose value is wrong
 * @param message the key, its value and what is allowed, in the words of Kafka's ConfigException
 */
public record ConfigError(String key, String message) {

    /**
     * Words an error.
     *
     * @param value null if the key is not set; no secret
     * @param allowed what is wrong with the value, or what is allowed
     */
    public static ConfigError of(String key, @Nullable Object value, String allowed) {
        return new ConfigError(key, "Invalid value " + value + " for configuration " + key + ": " + allowed);
    }
}
