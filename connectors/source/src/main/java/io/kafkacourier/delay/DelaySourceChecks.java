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
import io.kafkacourier.source.config.Problems;
import io.kafkacourier.source.config.SourceChecks;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the keys of {@link DelaySourceConnector} ask of each other, beyond what {@link DelaySourceConfig} asks of each. */
final class DelaySourceChecks {

    private final Problems problems;

    private DelaySourceChecks(Problems problems) {
        this.problems = problems;
    }

    /** Everything that is wrong with a connector's configuration. */
    static Problems problems(Map<String, String> properties) {
        Problems problems = new Problems(DelaySourceConfig.DEFINITION, properties);
        new DelaySourceChecks(problems).check();
        return problems;
    }

    private void check() {
        new SourceChecks(problems, inputs(), problems.texts(TARGET_TOPIC, TRACE_TOPIC, INVALID_TOPIC), DELAY_MAX)
                .check();
        checkTarget();
        checkFixedDelays();
        if (problems.text(DELIVER_AT_HEADER).equals(problems.text(DELAY_HEADER))) {
            problems.add(DELAY_HEADER, "must differ from " + DELIVER_AT_HEADER);
        }
    }

    private Map<String, List<String>> inputs() {
        Map<String, List<String>> inputs = new LinkedHashMap<>();
        inputs.put(TOPICS, problems.items(TOPICS));
        inputs.put(
                TOPIC_DELAYS,
                problems.items(TOPIC_DELAYS).stream().map(FixedDelay::topicOf).toList());
        return inputs;
    }

    private void checkTarget() {
        boolean byHeader = !problems.text(TARGET_TOPIC_HEADER).isEmpty();
        if (byHeader && problems.text(TARGET_TOPICS_ALLOW).isEmpty()) {
            problems.add(
                    TARGET_TOPICS_ALLOW,
                    "must be set unless " + TARGET_TOPIC_HEADER
                            + " is empty: the name of the target comes from the message; .* allows all");
        } else if (!byHeader && problems.text(TARGET_TOPIC).isEmpty()) {
            problems.add(TARGET_TOPIC, "must be set where " + TARGET_TOPIC_HEADER + " is empty");
        }
    }

    private void checkFixedDelays() {
        Set<String> seen = new HashSet<>();
        for (String item : problems.items(TOPIC_DELAYS)) {
            String problem = seen.add(FixedDelay.topicOf(item))
                    ? fixedDelayProblem(item)
                    : "names a topic that another item names";
            if (problem != null) {
                problems.add(TOPIC_DELAYS, "must be a list of " + FixedDelay.ALLOWED + "; " + item + " " + problem);
            }
        }
    }

    private @Nullable String fixedDelayProblem(String item) {
        try {
            long delayMs = FixedDelay.parse(item).delayMs();
            return problems.isValid(DELAY_MAX) && delayMs > Durations.parseMillis(problems.text(DELAY_MAX))
                    ? "is longer than " + DELAY_MAX + " (" + problems.text(DELAY_MAX) + ")"
                    : null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }
}
