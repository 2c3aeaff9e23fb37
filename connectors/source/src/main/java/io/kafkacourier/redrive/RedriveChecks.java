/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static io.kafkacourier.retry.config.RetryKeys.MAX_ATTEMPTS;
import static io.kafkacourier.retry.config.RetryKeys.NAME;
import static io.kafkacourier.retry.config.RetryKeys.REDRIVE_ATTEMPTS_MAX;
import static io.kafkacourier.retry.config.RetryKeys.REDRIVE_WHEN;
import static io.kafkacourier.retry.config.RetryKeys.RETRY_TOPIC;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.rule.ConditionExpression;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.retry.config.RetryKeys;
import io.kafkacourier.retry.config.RetryTargetChecks;
import java.util.Map;

/** The checks between keys of the retry connector in mode redrive. Its ConfigDef checks each key alone. */
final class RedriveChecks {

    private final CheckedConfig checked;

    private RedriveChecks(CheckedConfig checked) {
        this.checked = checked;
    }

    /** A connector's configuration, with all errors in it. */
    static CheckedConfig checked(Map<String, String> properties) {
        CheckedConfig checked = new CheckedConfig(RetryKeys.DEFINITION, properties);
        new RetryTargetChecks(checked).check(checked.texts(RETRY_TOPIC));
        new RedriveChecks(checked).check();
        return checked;
    }

    private void check() {
        checkWhen();
        if (checked.isValid(MAX_ATTEMPTS) && checked.isValid(REDRIVE_ATTEMPTS_MAX)) {
            checkGrant();
        }
        String control = RedrivePlan.controlTopic(String.valueOf(checked.property(NAME)));
        String problem = TopicNames.targetProblem(control);
        if (problem != null) {
            checked.addError(NAME, "must make a legal name of the topic " + control + ", which " + problem);
        }
    }

    private void checkWhen() {
        String when = checked.text(REDRIVE_WHEN);
        if (!when.isEmpty()) {
            try {
                ConditionExpression.parse(REDRIVE_WHEN, when);
            } catch (InvalidConfigurationException e) {
                checked.addError(REDRIVE_WHEN, "must be a condition of the rule language: " + e.getMessage());
            }
        }
    }

    private void checkGrant() {
        String most = checked.text(REDRIVE_ATTEMPTS_MAX);
        if (Integer.parseInt(checked.text(MAX_ATTEMPTS)) > Integer.parseInt(most)) {
            checked.addError(
                    MAX_ATTEMPTS,
                    "must not be above " + REDRIVE_ATTEMPTS_MAX + " (" + most
                            + ") in mode redrive: the retry connector gives no message more than its own "
                            + REDRIVE_ATTEMPTS_MAX);
        }
    }
}
