/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelaySourceConfig.DELAY_HEADER;
import static io.kafkacourier.delay.DelaySourceConfig.DELAY_MAX;
import static io.kafkacourier.delay.DelaySourceConfig.DELIVER_AT_HEADER;
import static io.kafkacourier.delay.DelaySourceConfig.INVALID_TOPIC;
import static io.kafkacourier.delay.DelaySourceConfig.TARGET_TOPIC;
import static io.kafkacourier.delay.DelaySourceConfig.TARGET_TOPIC_HEADER;
import static io.kafkacourier.delay.DelaySourceConfig.TOPIC_DELAYS;
import static io.kafkacourier.source.config.SourceConfig.TARGET_TOPICS_ALLOW;
import static io.kafkacourier.source.config.SourceConfig.TOPICS;
import static io.kafkacourier.source.config.SourceConfig.TRACE_TOPIC;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.source.config.SourceChecks;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The checks between keys of {@link DelaySourceConnector}. {@link DelaySourceConfig} checks each key alone. */
final class DelaySourceChecks {

    private final CheckedConfig checked;

    private DelaySourceChecks(CheckedConfig checked) {
        this.checked = checked;
    }

    /** A connector's configuration, with all errors in it. */
    static CheckedConfig checked(Map<String, String> properties) {
        CheckedConfig checked = new CheckedConfig(DelaySourceConfig.DEFINITION, properties);
        new DelaySourceChecks(checked).check();
        return checked;
    }

    private void check() {
        new SourceChecks(checked, inputs(), checked.texts(TARGET_TOPIC, TRACE_TOPIC, INVALID_TOPIC), DELAY_MAX).check();
        checkTarget();
        checkFixedDelays();
        if (checked.text(DELIVER_AT_HEADER).equals(checked.text(DELAY_HEADER))) {
            checked.addError(DELAY_HEADER, "must differ from " + DELIVER_AT_HEADER);
        }
    }

    private Map<String, List<String>> inputs() {
        Map<String, List<String>> inputs = new LinkedHashMap<>();
        inputs.put(TOPICS, checked.items(TOPICS));
        inputs.put(
                TOPIC_DELAYS,
                checked.items(TOPIC_DELAYS).stream().map(FixedDelay::topicOf).toList());
        return inputs;
    }

    private void checkTarget() {
        boolean byHeader = !checked.text(TARGET_TOPIC_HEADER).isEmpty();
        if (byHeader && checked.text(TARGET_TOPICS_ALLOW).isEmpty()) {
            checked.addError(
                    TARGET_TOPICS_ALLOW,
                    "must be set unless " + TARGET_TOPIC_HEADER
                            + " is empty: the name of the target comes from the message; .* allows all");
        } else if (!byHeader && checked.text(TARGET_TOPIC).isEmpty()) {
            checked.addError(TARGET_TOPIC, "must be set where " + TARGET_TOPIC_HEADER + " is empty");
        }
    }

    private void checkFixedDelays() {
        Set<String> seen = new HashSet<>();
        for (String item : checked.items(TOPIC_DELAYS)) {
            String problem = seen.add(FixedDelay.topicOf(item))
                    ? fixedDelayProblem(item)
                    : "names a topic that another item names";
            if (problem != null) {
                checked.addError(TOPIC_DELAYS, "must be a list of " + FixedDelay.ALLOWED + "; " + item + " " + problem);
            }
        }
    }

    private @Nullable String fixedDelayProblem(String item) {
        try {
            long delayMs = FixedDelay.parse(item).delayMs();
            return checked.isValid(DELAY_MAX) && delayMs > Durations.parseMillis(checked.text(DELAY_MAX))
                    ? "is longer than " + DELAY_MAX + " (" + checked.text(DELAY_MAX) + ")"
                    : null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
