/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.topic.TopicNames;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts a LIST key of legal names of topics, which can be empty and can contain internal topics. */
public final class TopicNameList implements ConfigDef.Validator {

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        if (value == null) {
            return;
        }
        for (Object topic : (List<?>) value) {
            String problem = TopicNames.problem(String.valueOf(topic));
            if (problem != null) {
                throw new ConfigException(name, value, "has a name that " + problem + "; allowed: " + this);
            }
        }
    }

    @Override
    public String toString() {
        return "empty, or names of topics, separated by commas";
    }
}
