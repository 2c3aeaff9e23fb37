/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts nothing but the default of a key that this version does not act on. */
record DefaultOnly(Object value) implements ConfigDef.Validator {

    @Override
    public void ensureValid(String name, @Nullable Object given) {
        if (!value.equals(given)) {
            throw new ConfigException(name, given, "must be " + this);
        }
    }

    @Override
    public String toString() {
        return "left at its default: this version does not act on it";
    }
}
