/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry.config;

import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.FailureReading;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceKind;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The part of the configuration that mode retry and mode redrive share: the topics, and how failures are read and written.
 */
public final class SharedConfig {

    /** The settings of created topics that need no retention of their own. */
    public static final Map<String, String> DELETED =
            Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);

    private static final Map<String, String> RETENTION = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG,
            TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG,
            Long.toString(Duration.ofDays(30).toMillis()));

    private final SourceConfig config;

    /** @throws org.apache.kafka.common.config.ConfigException if a key has a value that its validator does not accept */
    public SharedConfig(Map<String, String> properties) {
        this(new SourceConfig(SourceKind.RETRY, RetryKeys.DEFINITION, properties));
    }

    /** @param config of the retry connector */
    public SharedConfig(SourceConfig config) {
        this.config = config;
    }

    /** All keys. */
    public SourceConfig source() {
        return config;
    }

    /** The topics that are read by name, each with its key. */
    public Map<String, String> inputs() {
        Map<String, String> inputs = new HashMap<>();
        config.getList(SourceConfig.TOPICS).forEach(topic -> inputs.put(topic, SourceConfig.TOPICS));
        return inputs;
    }

    /** The definitions of the topics that the connector creates in either mode if they are missing. */
    public Map<String, NewTopic> ownTopics() {
        Map<String, NewTopic> own = new LinkedHashMap<>();
        String retryTopic = config.getString(RetryKeys.RETRY_TOPIC);
        NewTopic configured = config.created(retryTopic);
        own.put(
                retryTopic,
                configured == null ? SourceConfig.withDefaults(retryTopic).configs(DELETED) : configured);
        config.outputs(SourceConfig.TRACE_TOPIC)
                .values()
                .forEach(topic -> own.put(topic, SourceConfig.withDefaults(topic)));
        Map<String, String> settings = new HashMap<>(config.takingAll());
        settings.putAll(RETENTION);
        config.outputs(RetryKeys.DEAD_LETTER_TOPIC)
                .values()
                .forEach(topic -> own.put(topic, config.withSettings(topic, settings)));
        return own;
    }

    /** The topic in which messages are tried again. */
    public RetryTarget target() {
        return new RetryTarget(config.getString(RetryKeys.RETRY_TOPIC));
    }

    /** Writes the failure history of messages. */
    public StoryHeaders story() {
        return new StoryHeaders(
                config.connectorName(),
                config.getInt(RetryKeys.STACKTRACE_MAX_BYTES),
                config.getInt(RetryKeys.MESSAGE_MAX_BYTES));
    }

    /** Reads failures. */
    public FailureReader failures() {
        return new FailureReader(
                FailureReading.SECOND, config.duration(RetryKeys.BACKOFF_MAX).toMillis());
    }
}
