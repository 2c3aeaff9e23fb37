/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_INITIAL;
import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_JITTER;
import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_MAX;
import static io.kafkacourier.retry.config.RetryKeys.BACKOFF_MULTIPLIER;
import static io.kafkacourier.retry.config.RetryKeys.DEAD_LETTER_TOPIC;
import static io.kafkacourier.retry.config.RetryKeys.EXPIRE_AFTER;
import static io.kafkacourier.retry.config.RetryKeys.MAX_ATTEMPTS;
import static io.kafkacourier.retry.config.RetryKeys.NON_RETRIABLE_ERRORS;
import static io.kafkacourier.retry.config.RetryKeys.REDRIVE_ATTEMPTS_MAX;
import static io.kafkacourier.retry.config.RetryKeys.RETRIABLE_ERRORS;
import static io.kafkacourier.retry.config.RetryKeys.RETRY_TOPIC;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.retry.config.SharedConfig;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.OwnTopics;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceTopics;
import io.kafkacourier.source.config.WaitSettings;
import io.kafkacourier.source.message.InvalidBehavior;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** The configuration of {@link RetrySourceConnector}, after {@link RetrySourceChecks} found no mistake in it. */
final class RetrySourceConfig {

    private static final int MOST_COUNTED_ATTEMPTS = 20;

    private static final Map<String, String> STAMPED_BY_BROKER = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime");

    private final SharedConfig shared;
    private final SourceConfig config;

    RetrySourceConfig(Map<String, String> properties) {
        this.shared = new SharedConfig(properties);
        this.config = shared.source();
    }

    /**
     * Reads the behaviour of a connector in mode retry.
     *
     * @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept
     */
    static Behaviour read(Map<String, String> properties) {
        return new RetrySourceConfig(properties).behaviour();
    }

    private Behaviour behaviour() {
        RetrySettings settings = settings();
        RetryOutputs outputs =
                new RetryOutputs(shared.target(), new RetryRules(settings), shared.story(), settings.failures());
        long longestMs = config.duration(BACKOFF_MAX).toMillis();
        return new Behaviour(
                config,
                topics(),
                new WaitSettings(
                        BACKOFF_MAX,
                        longestMs,
                        config.ladder(longestMs),
                        Map.of(),
                        Math.min(config.getInt(MAX_ATTEMPTS), MOST_COUNTED_ATTEMPTS)),
                topic -> new RetryPolicy(settings, outputs).policies(),
                (record, refusal) -> new WaitingRetry(record, refusal, outputs),
                InvalidBehavior.ROUTE,
                Behaviour.Timestamps.OF_BROKER,
                Integer.MAX_VALUE);
    }

    private SourceTopics topics() {
        Map<String, String> outputs = config.outputs(RETRY_TOPIC, DEAD_LETTER_TOPIC, SourceConfig.TRACE_TOPIC);
        if (shared.target().needsOrigin()) {
            outputs.remove(RETRY_TOPIC);
        }
        Map<String, NewTopic> own = shared.ownTopics();
        List<NewTopic> errorTopics = shared.inputs().keySet().stream()
                .sorted()
                .map(input -> config.withSettings(input, STAMPED_BY_BROKER))
                .toList();
        List<NewTopic> created = new ArrayList<>();
        outputs.values().forEach(output -> created.add(Objects.requireNonNull(own.get(output))));
        return new SourceTopics(
                shared.inputs(),
                RETRY_TOPIC,
                DEAD_LETTER_TOPIC,
                outputs,
                Set.of(),
                new OwnTopics(own, errorTopics, created, OwnTopics.Partitions.AS_LARGEST_INPUT));
    }

    /** The settings that decide whether and when a message is tried again. */
    RetrySettings settings() {
        String expireAfter = config.getString(EXPIRE_AFTER);
        return new RetrySettings(
                config.horizonMs(),
                config.getInt(MAX_ATTEMPTS),
                new Backoff(
                        config.duration(BACKOFF_INITIAL).toMillis(),
                        config.getDouble(BACKOFF_MULTIPLIER),
                        config.duration(BACKOFF_MAX).toMillis(),
                        config.getDouble(BACKOFF_JITTER)),
                Set.copyOf(config.getList(RETRIABLE_ERRORS)),
                Set.copyOf(config.getList(NON_RETRIABLE_ERRORS)),
                expireAfter.isEmpty() ? null : Durations.parseMillis(expireAfter),
                config.getInt(REDRIVE_ATTEMPTS_MAX),
                shared.target());
    }
}
