/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * A mistake in a configuration that the validator of a single key cannot see.
 *
 * @param value null if the key is not set; no secret
 * @param allowed what would be right
 */
public record ConfigMistake(String key, @Nullable String value, String allowed) {

    /** The mistake as Connect reports it. */
    public ConfigException asException() {
        return new ConfigException(key, value, allowed);
    }
}
