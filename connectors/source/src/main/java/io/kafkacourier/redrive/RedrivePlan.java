/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import io.kafkacourier.source.config.SettingsText;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What to redrive, and how.
 *
 * @param connector the name of the connector
 * @param retryTopic the value of {@code retry.topic}
 * @param when the condition that selects dead letters; empty for all
 * @param rate how many per second; 0 for no limit
 * @param isDryRun whether they are only counted
 * @param most how often a message may be redriven
 * @param grant how many further retries a redriven message gets
 */
record RedrivePlan(String connector, String retryTopic, String when, int rate, boolean isDryRun, int most, int grant) {

    /** The settings that identify a redrive: if they change, it begins anew. Its rate may change while it runs. */
    String settings() {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("to", retryTopic);
        values.put("when", when);
        values.put("dry.run", Boolean.toString(isDryRun));
        return SettingsText.write(values);
    }

    /** The name of the topic with the records of its beginning, progress and end. */
    static String controlTopic(String connector) {
        return connector + ".redrive";
    }

    /** The topic with the records of its beginning, progress and end. */
    String controlTopic() {
        return controlTopic(connector);
    }
}
