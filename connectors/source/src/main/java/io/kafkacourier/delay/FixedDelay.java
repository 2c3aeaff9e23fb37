/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.TopicNames;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An item of {@code topic.delays}: a topic, and the wait of each of its messages without a delay header.
 *
 * @param delayMs not below 0
 */
record FixedDelay(String topic, long delayMs) {

    /** The form that {@link #parse} accepts, for error messages. */
    static final String ALLOWED =
            "<topic>=<duration>, or a topic whose name contains the delay: delay_<n>s, delay_<n>m or delay_<n>h";

    private static final Pattern NAMED = Pattern.compile("delay_([0-9]+[smh])");

    /** The topic that an item names, even if its delay is wrong. */
    static String topicOf(String item) {
        int equals = item.indexOf('=');
        return equals < 0 ? item : item.substring(0, equals);
    }

    /**
     * Reads an item.
     *
     * @throws IllegalArgumentException if it is wrong; the message is the end of a sentence that names the mistake
     */
    static FixedDelay parse(String item) {
        String topic = topicOf(item);
        String problem = TopicNames.problem(topic);
        if (problem != null) {
            throw new IllegalArgumentException("begins with a name that " + problem);
        }
        long delayMs = Durations.parseMillis(durationOf(item, topic));
        if (delayMs < 0) {
            throw new IllegalArgumentException("is below zero");
        }
        return new FixedDelay(topic, delayMs);
    }

    private static String durationOf(String item, String topic) {
        if (item.length() > topic.length()) {
            return item.substring(topic.length() + 1);
        }
        Matcher named = NAMED.matcher(topic);
        if (!named.matches()) {
            throw new IllegalArgumentException("has no duration, and its name contains none");
        }
        return named.group(1);
    }
}
