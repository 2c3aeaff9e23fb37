/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Finds in the settings of topics what would lose messages or stop their line: errors, and what may do so: warnings.
 * Inputs come first, since tiers are held against them. For one thread at a time.
 */
public final class Preflight {

    private static final long UNLIMITED = -1;
    private static final String MUST_BE_DELETE = "must be " + CLEANUP_POLICY_DELETE;

    private final int brokers;
    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private long largestMessageBytes;
    private long farthestAheadMs;

    /**
     * Something that is wrong with a topic.
     *
     * @param key the configuration key that leads to the topic
     * @param message a sentence that names the topic, what it has, and what it must have
     */
    public record Finding(String key, String message) {}

    /** @param brokers how many there are */
    public Preflight(int brokers) {
        this.brokers = brokers;
    }

    /** Everything that keeps the connector from running. */
    public List<Finding> errors() {
        return List.copyOf(errors);
    }

    /** Everything that its operator should know. */
    public List<Finding> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Keeps the connector from running where there is an error.
     *
     * @throws ConnectException with every error
     */
    public void throwIfAny() {
        if (!errors.isEmpty()) {
            List<String> all = errors.stream()
                    .map(error -> error.message + " (" + error.key + ")")
                    .toList();
            throw new ConnectException(String.join("; ", all));
        }
    }

    /**
     * Checks a topic that is read.
     *
     * @param longestDelayMs how long a message may be delayed
     */
    public void input(String key, TopicFacts topic, long longestDelayMs) {
        if (compacts(topic)) {
            errors.add(finding(key, topic, CLEANUP_POLICY_CONFIG, MUST_BE_DELETE, "compaction loses messages"));
        }
        OptionalLong retentionMs = limit(topic, RETENTION_MS_CONFIG);
        if (retentionMs.isPresent() && retentionMs.getAsLong() < longestDelayMs) {
            warnings.add(finding(
                    key,
                    topic,
                    RETENTION_MS_CONFIG,
                    "should be at least the longest delay, delay.max, of " + longestDelayMs,
                    "messages that are not read within that time, as while the connector is stopped, are lost"));
        }
        if (limit(topic, RETENTION_BYTES_CONFIG).isPresent()) {
            warnings.add(finding(
                    key,
                    topic,
                    RETENTION_BYTES_CONFIG,
                    "should be -1",
                    "messages beyond that are deleted, whether they were delivered or not"));
        }
        OptionalLong leastInSync = missingReplicas(topic);
        if (leastInSync.isPresent()) {
            warnings.add(tooFewReplicas(key, topic, leastInSync.getAsLong()));
        }
        checkCopies(key, topic);
        largestMessageBytes = Math.max(
                largestMessageBytes, topic.number(MAX_MESSAGE_BYTES_CONFIG).orElse(0));
        farthestAheadMs = Math.max(
                farthestAheadMs,
                topic.number(MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG).orElse(0));
    }

    /** Checks a topic that messages are delivered to. */
    public void target(String key, TopicFacts topic) {
        if (!topic.writable()) {
            errors.add(new Finding(key, "Topic " + topic.name() + " may not be written to"));
        }
        OptionalLong leastInSync = missingReplicas(topic);
        if (leastInSync.isPresent()) {
            errors.add(tooFewReplicas(key, topic, leastInSync.getAsLong()));
        }
        checkCopies(key, topic);
    }

    /** Checks a topic that is the connector's own and takes every record. */
    public void own(String key, TopicFacts topic) {
        if (compacts(topic)) {
            errors.add(finding(
                    key,
                    topic,
                    CLEANUP_POLICY_CONFIG,
                    MUST_BE_DELETE,
                    "compaction loses records, and rejects those without a key"));
        }
        target(key, topic);
    }

    /** Notes that a topic is missing and cannot be created. */
    public void uncreatable(String key, String topic, ApiException cause) {
        errors.add(new Finding(key, "Topic " + topic + " is missing and cannot be created: " + cause.getMessage()));
    }

    /** Notes that a topic that messages are delivered to is missing and is not to be created. */
    public void missing(String key, String topic) {
        warnings.add(new Finding(
                key,
                "Topic " + topic
                        + " is missing, and is not to be created (topic.creation.*): until it is there, messages to"
                        + " it are refused as TARGET_MISSING"));
    }

    private void checkCopies(String key, TopicFacts topic) {
        if (topic.replicas() == 1 && brokers > 1) {
            warnings.add(new Finding(
                    key,
                    "Topic " + topic.name() + " has a replication factor of 1, should have more, as there are "
                            + brokers + " brokers: with the one it is on, its messages are gone"));
        }
    }

    private static boolean compacts(TopicFacts topic) {
        String policy = topic.setting(CLEANUP_POLICY_CONFIG);
        return policy != null && policy.contains(CLEANUP_POLICY_COMPACT);
    }

    /** A setting whose value is a limit; empty where there is none, or the cluster does not tell. */
    private static OptionalLong limit(TopicFacts topic, String setting) {
        OptionalLong value = topic.number(setting);
        return value.isPresent() && value.getAsLong() > UNLIMITED ? value : OptionalLong.empty();
    }

    /** How many replicas must be in sync for a write; empty where the topic can have as many. */
    private static OptionalLong missingReplicas(TopicFacts topic) {
        OptionalLong least = topic.number(MIN_IN_SYNC_REPLICAS_CONFIG);
        return least.isPresent() && topic.replicas() < least.getAsLong() ? least : OptionalLong.empty();
    }

    private static Finding tooFewReplicas(String key, TopicFacts topic, long leastInSync) {
        return new Finding(
                key,
                "Topic " + topic.name() + " has a replication factor of " + topic.replicas()
                        + ", must have at least its " + MIN_IN_SYNC_REPLICAS_CONFIG + " of " + leastInSync
                        + ": nothing can be written to it");
    }

    private static Finding finding(String key, TopicFacts topic, String setting, String wanted, String why) {
        return new Finding(
                key,
                "Topic " + topic.name() + " has " + setting + "=" + topic.setting(setting) + ", " + wanted + ": "
                        + why);
    }
}
