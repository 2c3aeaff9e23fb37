/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.config.RetryKeys.DEAD_LETTER_TOPIC;
import static io.kafkacourier.retry.config.RetryKeys.MODE;
import static io.kafkacourier.retry.config.RetryKeys.MODE_REDRIVE;
import static io.kafkacourier.retry.config.RetryKeys.RETRY_TOPIC;
import static io.kafkacourier.source.config.SourceConfig.TRACE_TOPIC;

import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.retry.config.RetryKeys;
import io.kafkacourier.retry.config.RetryTargetChecks;
import java.util.Map;

/** The checks between keys of {@link RetrySourceConnector} in mode retry. Its ConfigDef checks each key alone. */
final class RetrySourceChecks {

    private RetrySourceChecks() {}

    /** A connector's configuration, with all errors in it. */
    static CheckedConfig checked(Map<String, String> properties) {
        CheckedConfig checked = new CheckedConfig(RetryKeys.DEFINITION, properties);
        Map<String, String> outputs = checked.texts(RETRY_TOPIC, DEAD_LETTER_TOPIC, TRACE_TOPIC);
        new RetryTargetChecks(checked).check(outputs);
        if (!outputs.containsKey(DEAD_LETTER_TOPIC)) {
            checked.addError(DEAD_LETTER_TOPIC, "must be set unless " + MODE + " is " + MODE_REDRIVE);
        }
        if (checked.text(RETRY_TOPIC).equals(outputs.get(DEAD_LETTER_TOPIC))) {
            checked.addError(DEAD_LETTER_TOPIC, "must differ from " + RETRY_TOPIC);
        }
        return checked;
    }
}
