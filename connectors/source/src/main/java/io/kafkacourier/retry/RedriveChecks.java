/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetrySourceConfig.MAX_ATTEMPTS;
import static io.kafkacourier.retry.RetrySourceConfig.NAME;
import static io.kafkacourier.retry.RetrySourceConfig.REDRIVE_ATTEMPTS_MAX;
import static io.kafkacourier.retry.RetrySourceConfig.REDRIVE_WHEN;
import static io.kafkacourier.retry.RetrySourceConfig.RETRY_TOPIC;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.source.config.Problems;
import java.util.Map;

/** What the keys of {@link RetrySourceConnector} ask of each other in mode redrive, beyond what its ConfigDef asks of each. */
final class RedriveChecks {

    private final Problems problems;

    private RedriveChecks(Problems problems) {
        this.problems = problems;
    }

    /** Everything that is wrong with a connector's configuration. */
    static Problems problems(Map<String, String> properties) {
        Problems problems = new Problems(RetrySourceConfig.DEFINITION, properties);
        new RetryTargetChecks(problems).check(problems.texts(RETRY_TOPIC));
        new RedriveChecks(problems).check();
        return problems;
    }

    private void check() {
        checkWhen();
        if (problems.isValid(MAX_ATTEMPTS) && problems.isValid(REDRIVE_ATTEMPTS_MAX)) {
            checkGrant();
        }
        String control = RedrivePlan.controlTopic(String.valueOf(problems.property(NAME)));
        String problem = TopicNames.targetProblem(control);
        if (problem != null) {
            problems.add(NAME, "must make a legal name of the topic " + control + ", which " + problem);
        }
    }

    private void checkWhen() {
        String when = problems.text(REDRIVE_WHEN);
        if (!when.isEmpty()) {
            try {
                ConditionExpression.parse(REDRIVE_WHEN, when);
            } catch (InvalidConfigurationException e) {
                problems.add(REDRIVE_WHEN, "must be a condition of the rule language: " + e.getMessage());
            }
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
}
