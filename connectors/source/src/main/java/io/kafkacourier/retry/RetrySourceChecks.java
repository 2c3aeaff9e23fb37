/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetrySourceConfig.DEAD_LETTER_TOPIC;
import static io.kafkacourier.retry.RetrySourceConfig.MODE;
import static io.kafkacourier.retry.RetrySourceConfig.MODE_REDRIVE;
import static io.kafkacourier.retry.RetrySourceConfig.RETRY_TOPIC;
import static io.kafkacourier.source.config.SourceConfig.TRACE_TOPIC;

import io.kafkacourier.source.config.Problems;
import java.util.Map;

/** What the keys of {@link RetrySourceConnector} ask of each other in mode retry, beyond what its ConfigDef asks of each. */
final class RetrySourceChecks {

    private RetrySourceChecks() {}

    /** Everything that is wrong with a connector's configuration. */
    static Problems problems(Map<String, String> properties) {
        Problems problems = new Problems(RetrySourceConfig.DEFINITION, properties);
        Map<String, String> outputs = problems.texts(RETRY_TOPIC, DEAD_LETTER_TOPIC, TRACE_TOPIC);
        new RetryTargetChecks(problems).check(outputs);
        if (!outputs.containsKey(DEAD_LETTER_TOPIC)) {
            problems.add(DEAD_LETTER_TOPIC, "must be set unless " + MODE + " is " + MODE_REDRIVE);
        }
        if (problems.text(RETRY_TOPIC).equals(outputs.get(DEAD_LETTER_TOPIC))) {
            problems.add(DEAD_LETTER_TOPIC, "must differ from " + RETRY_TOPIC);
        }
        return problems;
    }
}
