/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetrySourceConfig.BACKOFF_INITIAL;
import static io.kafkacourier.retry.RetrySourceConfig.BACKOFF_JITTER;
import static io.kafkacourier.retry.RetrySourceConfig.BACKOFF_MAX;
import static io.kafkacourier.retry.RetrySourceConfig.BACKOFF_MULTIPLIER;
import static io.kafkacourier.retry.RetrySourceConfig.DEAD_LETTER_TOPIC;
import static io.kafkacourier.retry.RetrySourceConfig.MAX_ATTEMPTS;
import static io.kafkacourier.retry.RetrySourceConfig.MODE;
import static io.kafkacourier.retry.RetrySourceConfig.MODE_REDRIVE;
import static io.kafkacourier.retry.RetrySourceConfig.NAME;
import static io.kafkacourier.retry.RetrySourceConfig.REDRIVE_ATTEMPTS_MAX;
import static io.kafkacourier.retry.RetrySourceConfig.REDRIVE_WHEN;
import static io.kafkacourier.retry.RetrySourceConfig.RETRY_TOPIC;
import static io.kafkacourier.source.SourceConfig.TARGET_TOPICS_ALLOW;
import static io.kafkacourier.source.SourceConfig.TOPICS;
import static io.kafkacourier.source.SourceConfig.TRACE_TOPIC;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.source.Problems;
import io.kafkacourier.source.SourceChecks;
import java.util.List;
import java.util.Map;

/** What the keys of {@link RetrySourceConnector} ask of each other, beyond what {@link RetrySourceConfig} asks of each. */
final class RetrySourceChecks {

    private final Problems problems;
    private final boolean isRedrive;

    private RetrySourceChecks(Problems problems) {
        this.problems = problems;
        this.isRedrive = problems.text(MODE).equals(MODE_REDRIVE);
    }

    /** Everything that is wrong with a connector's configuration. */
    static Problems problems(Map<String, String> properties) {
        Problems problems = new Problems(RetrySourceConfig.DEFINITION, properties);
        new RetrySourceChecks(problems).check();
        return problems;
    }

    private void check() {
        List<String> topics = problems.items(TOPICS);
        Map<String, String> outputs =
                isRedrive ? problems.texts(RETRY_TOPIC) : problems.texts(RETRY_TOPIC, DEAD_LETTER_TOPIC, TRACE_TOPIC);
        RetryTarget target = new RetryTarget(outputs.getOrDefault(RETRY_TOPIC, ""));
        if (target.needsOrigin()) {
            outputs.remove(RETRY_TOPIC);
            checkOriginTarget(target);
        }
        new SourceChecks(problems, Map.of(TOPICS, topics), outputs, BACKOFF_MAX).check();
        if (isRedrive) {
            checkRedrive();
        } else if (!outputs.containsKey(DEAD_LETTER_TOPIC)) {
            problems.add(DEAD_LETTER_TOPIC, "must be set unless " + MODE + " is " + MODE_REDRIVE);
        }
        if (target.topic().equals(outputs.get(DEAD_LETTER_TOPIC))) {
            problems.add(DEAD_LETTER_TOPIC, "must differ from " + RETRY_TOPIC);
        }
        checkBackoff();
    }

    private void checkOriginTarget(RetryTarget target) {
        if (problems.text(TARGET_TOPICS_ALLOW).isEmpty()) {
            problems.add(
                    TARGET_TOPICS_ALLOW,
                    "must be set where " + RETRY_TOPIC + " holds " + RetryTarget.ORIGIN
                            + ": the name of the topic then comes from the message; .* allows all");
        }
        String problem = TopicNames.problem(target.topic().replace(RetryTarget.ORIGIN, "x"));
        if (problem != null) {
            problems.add(RETRY_TOPIC, "must make a legal topic name; it " + problem);
        }
    }

    private void checkRedrive() {
        String when = problems.text(REDRIVE_WHEN);
        if (!when.isEmpty()) {
            try {
                ConditionExpression.parse(REDRIVE_WHEN, when);
            } catch (InvalidConfigurationException e) {
                problems.add(REDRIVE_WHEN, "must be a condition of the rule language: " + e.getMessage());
            }
        }
        if (problems.isValid(MAX_ATTEMPTS) && problems.isValid(REDRIVE_ATTEMPTS_MAX)) {
            checkGrant();
        }
        String control = problems.property(NAME) + RetrySourceConfig.CONTROL_SUFFIX;
        String problem = TopicNames.targetProblem(control);
        if (problem != null) {
            problems.add(NAME, "must make a legal name of the topic " + control + ", which " + problem);
        }
    }

    private void checkGrant() {
        String most = problems.text(REDRIVE_ATTEMPTS_MAX);
        if (Integer.parseInt(problems.text(MAX_ATTEMPTS)) > Integer.parseInt(most)) {
            problems.add(
                    MAX_ATTEMPTS,
                    "must not be above " + REDRIVE_ATTEMPTS_MAX + " (" + most
                            + ") in mode redrive: the retry connector grants no message more than its own "
                            + REDRIVE_ATTEMPTS_MAX);
        }
    }

    private void checkBackoff() {
        boolean isEachValid = problems.isValid(BACKOFF_INITIAL)
                && problems.isValid(BACKOFF_MAX)
                && problems.isValid(BACKOFF_MULTIPLIER)
                && problems.isValid(BACKOFF_JITTER);
        if (!isEachValid) {
            return;
        }
        if (Durations.parseMillis(problems.text(BACKOFF_MAX)) < Durations.parseMillis(problems.text(BACKOFF_INITIAL))) {
            problems.add(
                    BACKOFF_MAX, "must not be below " + BACKOFF_INITIAL + " (" + problems.text(BACKOFF_INITIAL) + ")");
        }
        for (String key : List.of(BACKOFF_MULTIPLIER, BACKOFF_JITTER)) {
            if (!Double.isFinite(Double.parseDouble(problems.text(key)))) {
                problems.add(key, "must be a finite number");
            }
        }
    }
}
