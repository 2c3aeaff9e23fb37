/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import java.util.OptionalInt;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts a number of partitions, or nothing. */
record PartitionCount() implements ConfigDef.Validator {

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static OptionalInt parse(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        int count = Integer.parseInt(text);
        if (count < 1) {
            throw new IllegalArgumentException("below 1: " + text);
        }
        return OptionalInt.of(count);
    }

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        try {
            parse(String.valueOf(value));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, value, "must be " + this);
        }
    }

    @Override
    public String toString() {
        return "empty, or a whole number of at least 1";
    }
}
