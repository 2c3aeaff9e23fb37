/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.config;

import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot be used. Says the same as Kafka's ConfigException, but can be had without Kafka, as rules can
 * be read without it.
 */
public final class InvalidConfigurationException extends RuntimeException {

    /** Mistakes of which the message says all. */
    InvalidConfigurationException(String message) {
        super(message);
    }

    /** What is wrong with the value of a key, and what is allowed. */
    public InvalidConfigurationException(String key, @Nullable Object value, String message) {
        super("Invalid value " + value + " for configuration " + key + ": " + message);
    }
}
