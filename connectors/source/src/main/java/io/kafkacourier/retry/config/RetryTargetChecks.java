/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry.config;

import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_INITIAL;
import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_JITTER;
import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_MAX;
import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_MULTIPLIER;
import static io.kafkacourier.retry.config.RetryKeys.RETRY_TOPIC;
import static io.kafkacourier.source.config.SourceConfig.TARGET_TOPICS_ALLOW;
import static io.kafkacourier.source.config.SourceConfig.TOPICS;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.source.config.SourceChecks;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The checks between keys of both modes of the retry connector: topics and waits. */
public final class RetryTargetChecks {

    private final CheckedConfig checked;

    /** @param checked errors are added to it */
    public RetryTargetChecks(CheckedConfig checked) {
        this.checked = checked;
    }

    /**
     * Adds all mistakes to the problems.
     *
     * @param outputs the topics that are written, by the keys that name them
     */
    public void check(Map<String, String> outputs) {
        RetryTarget target = new RetryTarget(outputs.getOrDefault(RETRY_TOPIC, ""));
        Map<String, String> named = new LinkedHashMap<>(outputs);
        if (target.needsOrigin()) {
            named.remove(RETRY_TOPIC);
            checkOriginTarget(target);
        }
        new SourceChecks(checked, Map.of(TOPICS, checked.items(TOPICS)), named, BACKOFF_MAX).check();
        checkBackoff();
    }

    private void checkOriginTarget(RetryTarget target) {
        if (checked.text(TARGET_TOPICS_ALLOW).isEmpty()) {
            checked.addError(
                    TARGET_TOPICS_ALLOW,
                    "must be set if " + RETRY_TOPIC + " holds " + RetryTarget.ORIGIN
                            + ": the name of the topic then comes from the message; .* allows all");
        }
        String problem = TopicNames.problem(target.topic().replace(RetryTarget.ORIGIN, "x"));
        if (problem != null) {
            checked.addError(RETRY_TOPIC, "must make a legal topic name; it " + problem);
        }
    }

    private void checkBackoff() {
        boolean isEachValid = checked.isValid(BACKOFF_INITIAL)
                && checked.isValid(BACKOFF_MAX)
                && checked.isValid(BACKOFF_MULTIPLIER)
                && checked.isValid(BACKOFF_JITTER);
        if (!isEachValid) {
            return;
        }
        if (Durations.parseMillis(checked.text(BACKOFF_MAX)) < Durations.parseMillis(checked.text(BACKOFF_INITIAL))) {
            checked.addError(
                    BACKOFF_MAX, "must not be below " + BACKOFF_INITIAL + " (" + checked.text(BACKOFF_INITIAL) + ")");
        }
        for (String key : List.of(BACKOFF_MULTIPLIER, BACKOFF_JITTER)) {
            if (!Double.isFinite(Double.parseDouble(checked.text(key)))) {
                checked.addError(key, "must be a finite number");
            }
        }
    }
}
