/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.topic.TopicNames;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts a STRING key that is the legal name of a topic that is not internal, or empty if that is allowed. */
public final class TopicName implements ConfigDef.Validator {

    private final boolean emptyAllowed;

    private TopicName(boolean emptyAllowed) {
        this.emptyAllowed = emptyAllowed;
    }

    /** Accepts the name of a topic. */
    public static TopicName required() {
        return new TopicName(false);
    }

    /** Accepts the name of a topic or an empty text. */
    public static TopicName emptyAllowed() {
        return new TopicName(true);
    }

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        String topic = value == null ? "" : (String) value;
        if (topic.isEmpty() && emptyAllowed) {
            return;
        }
        String problem = TopicNames.targetProblem(topic);
        if (problem != null) {
            throw new ConfigException(name, topic, problem + "; allowed: " + this);
        }
    }

    @Override
    public String toString() {
        String allowed = TopicNames.ALLOWED_TARGET;
        return emptyAllowed ? "empty, or " + allowed : allowed;
    }
}
