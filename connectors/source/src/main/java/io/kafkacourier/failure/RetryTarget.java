/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.source.message.Target;
import org.jspecify.annotations.Nullable;

/**
 * The topic in which messages are tried again: the value of {@code retry.topic}.
 *
 * @param topic a topic name, in which {@value #ORIGIN} stands for the first topic of the message
 */
public record RetryTarget(String topic) {

    /** The key of {@link #topic}. */
    public static final String KEY = "retry.topic";

    public static final String ORIGIN = "${origin}";

    /** Whether the topic depends on the first topic of the message. */
    public boolean needsOrigin() {
        return topic.contains(ORIGIN);
    }

    /** Whether messages may be tried again in a topic of that name. */
    public boolean mayLeadTo(String name) {
        int begin = topic.indexOf(ORIGIN);
        if (begin < 0) {
            return topic.equals(name);
        }
        String before = topic.substring(0, begin);
        String after = topic.substring(begin + ORIGIN.length());
        return name.length() > before.length() + after.length() && name.startsWith(before) && name.endsWith(after);
    }

    /** The target of this message; null if it depends on the first topic of the message, which is not known. */
    @Nullable
    public Target of(Failure failure) {
        if (!needsOrigin()) {
            return new Target(topic, KEY, false);
        }
        return failure.isOriginKnown()
                ? byOrigin(topic.replace(ORIGIN, failure.origin().topic()))
                : null;
    }

    /** A target that depends on the first topic of a message. */
    public static Target byOrigin(String topic) {
        return new Target(topic, "header " + HeaderNames.ORIGIN_TOPIC, true);
    }
}
