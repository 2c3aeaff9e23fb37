/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import com.google.re2j.Pattern;
import io.kafkacourier.core.topic.AllowedTopics;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts a STRING key that is empty or a regular expression of RE2, which matches in linear time. */
public final class TopicPattern implements ConfigDef.Validator {

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        if (value != null) {
            compile(name, (String) value);
        }
    }

    /**
     * Compiles the value of a key.
     *
     * @throws ConfigException with the key, the value and the mistake in the expression
     */
    public static Pattern compile(String name, String expression) {
        try {
            return AllowedTopics.compile(expression);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(name, expression, e.getMessage());
        }
    }

    @Override
    public String toString() {
        return "empty, or a regular expression (RE2) that matches whole topic names";
    }
}
