/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts a replication factor: at least 1, or -1 for the broker's default. */
record ReplicationFactor() implements ConfigDef.Validator {

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        if (!(value instanceof Short factor) || (factor < 1 && factor != -1)) {
            throw new ConfigException(name, value, "must be " + this);
        }
    }

    @Override
    public String toString() {
        return "at least 1, or -1 for the broker's default";
    }
}
