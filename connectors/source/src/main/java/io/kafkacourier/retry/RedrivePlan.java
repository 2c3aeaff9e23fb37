/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.source.config.SettingsText;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is to be redriven, and how.
 *
 * @param connector the name of the connector
 * @param retryTopic the value of {@code retry.topic}
 * @param when selects dead letters; empty for all
 * @param rate how many a second; 0 for no limit
 * @param isDryRun whether they are only counted
 * @param most how often a message may be redriven
 * @param grant how many retries it has then
 */
record RedrivePlan(String connector, String retryTopic, String when, int rate, boolean isDryRun, int most, int grant) {

    /** The key of {@link #when}. */
    static final String WHEN = "redrive.when";

    /** What makes it another redrive, which begins anew; its rate may change on the way. */
    String settings() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("to", retryTopic);
        values.put("when", when);
        values.put("dry.run", Boolean.toString(isDryRun));
        return SettingsText.write(values);
    }

    /** The topic with the records of its beginning, progress and end, by the name of the connector. */
    static String controlTopic(String connector) {
        return connector + ".redrive";
    }

    /** The topic with the records of its beginning, progress and end. */
    String controlTopic() {
        return controlTopic(connector);
    }
}
