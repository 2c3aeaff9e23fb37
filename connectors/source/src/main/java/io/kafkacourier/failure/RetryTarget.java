/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.source.message.Target;
import org.jspecify.annotations.Nullable;

/**
 * Where a message is tried again: the value of {@code retry.topic}.
 *
 * @param topic a topic, in whose name {@value #ORIGIN} stands for the one that the message first was in
 */
public record RetryTarget(String topic) {

    /** The key of {@link #topic}. */
    public static final String KEY = "retry.topic";

    public static final String ORIGIN = "${origin}";

    /** Whether the topic depends on where a message first was. */
    public boolean needsOrigin() {
        return topic.contains(ORIGIN);
    }

    /** Whether it is the topic itself that a message first was in. */
    boolean isOrigin() {
        return topic.equals(ORIGIN);
    }

    /** Whether messages that are tried again may be in a topic of that name. */
    public boolean mayLeadTo(String name) {
        int begin = topic.indexOf(ORIGIN);
        if (begin < 0) {
            return topic.equals(name);
        }
        String before = topic.substring(0, begin);
        String after = topic.substring(begin + ORIGIN.length());
        return name.length() > before.length() + after.length() && name.startsWith(before) && name.endsWith(after);
    }

    /** Where this message goes; null where that depends on where it first was, and nobody said. */
    @Nullable
    public Target of(Failure failure) {
        if (!needsOrigin()) {
            return new Target(topic, KEY, false);
        }
        return failure.isOriginKnown()
                ? byOrigin(topic.replace(ORIGIN, failure.origin().topic()))
                : null;
    }

    /** A topic that follows from where a message first was. */
    public static Target byOrigin(String topic) {
        return new Target(topic, "header " + HeaderNames.ORIGIN_TOPIC, true);
    }
}
