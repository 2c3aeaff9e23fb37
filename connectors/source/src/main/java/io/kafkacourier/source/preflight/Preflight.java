/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_COMPACT;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.CLEANUP_POLICY_DELETE;
import static org.apache.kafka.common.config.TopicConfig.MAX_MESSAGE_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_BYTES_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.RETENTION_MS_CONFIG;
import static org.apache.kafka.common.config.TopicConfig.SEGMENT_BYTES_CONFIG;

import io.kafkacourier.kafka.admin.MissingPermission;
import io.kafkacourier.kafka.admin.TopicFacts;
import io.kafkacourier.source.tier.TierSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Checks the settings of topics. Settings that would lose messages or stop the connector are errors; settings that may do
 * so are warnings. Inputs have to be checked first, because tiers are compared with them. For one thread at a time.
 */
public final class Preflight {

    private static final long UNLIMITED = -1;
    private static final String MUST_BE_DELETE = "must be " + CLEANUP_POLICY_DELETE;

    /** Takes less than a second to read, for each partition. */
    private static final long LARGEST_OFFSETS_SEGMENT = 64 * 1024 * 1024;

    /** Lets the broker write the dead letters of share groups to a topic, each stamped with the time of writing (KIP-1191). */
    private static final String SHARE_GROUP_DEAD_LETTERS = "errors.deadletterqueue.group.enable";

    private static final String CREATE_TIME = "CreateTime";
    private static final String APPEND_TIME = "LogAppendTime";

    private final int brokers;
    private final String writer;
    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private long largestMessageBytes;
    private long farthestAheadMs;

    /**
     * Something that is wrong with a topic.
     *
     * @param key the configuration key that leads to the topic
     * @param message a sentence with the topic, its current setting and the required one
     */
    public record Finding(String key, String message) {

        /** The message with the key. */
        public String text() {
            return message + " (" + key + ")";
        }
    }

    /**
     * @param brokers the number of brokers
     * @param writer the client whose permissions decide which topics may be written to, and its principal
     */
    public Preflight(int brokers, String writer) {
        this.brokers = brokers;
        this.writer = writer;
    }

    /** @param brokers the number of brokers */
    public Preflight(int brokers) {
        this(brokers, "the connector's admin client");
    }

    /** Everything that keeps the connector from running. */
    public List<Finding> errors() {
        return List.copyOf(errors);
    }

    /** Everything that the operator should know. */
    public List<Finding> warnings() {
        return List.copyOf(warnings);
    }

    /**
     * Keeps the connector from running if there is an error.
     *
     * @throws ConnectException with every error
     */
    public void throwIfAny() {
        throwIfAny(errors);
    }

    /**
     * The same, but ignores errors of one key.
     *
     * @throws ConnectException with every other error
     */
    public void throwIfAnyBut(String key) {
        throwIfAny(errors.stream().filter(error -> !error.key.equals(key)).toList());
    }

    private static void throwIfAny(List<Finding> errors) {
        if (!errors.isEmpty()) {
            List<String> all = errors.stream().map(Finding::text).toList();
            throw new ConnectException(String.join("; ", all));
        }
    }

    /**
     * Checks a topic that is read.
     *
     * @param stayMs how long each message waits in it; 0 if none has to
     * @param longestKey the key that sets the longest wait
     * @param longestMs the longest wait, in milliseconds
     */
    public void input(String key, TopicFacts topic, long stayMs, String longestKey, long longestMs) {
        if (compacts(topic)) {
            errors.add(finding(key, topic, CLEANUP_POLICY_CONFIG, MUST_BE_DELETE, "compaction loses messages"));
        }
        checkRetention(key, topic, stayMs, longestKey, longestMs);
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
                topic.timestampBound(MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG).orElse(0));
    }

    private void checkRetention(String key, TopicFacts topic, long stayMs, String longestKey, long longestMs) {
        OptionalLong retentionMs = limit(topic, RETENTION_MS_CONFIG);
        if (retentionMs.isPresent() && stayMs > 0 && retentionMs.getAsLong() <= stayMs) {
            errors.add(finding(
                    key,
                    topic,
                    RETENTION_MS_CONFIG,
                    "must be longer than its fixed delay of " + stayMs,
                    "messages are deleted before they are due"));
        } else if (retentionMs.isPresent() && retentionMs.getAsLong() < longestMs) {
            warnings.add(
                    finding(
                            key,
                            topic,
                            RETENTION_MS_CONFIG,
                            "should be at least the longest delay, " + longestKey + ", of " + longestMs,
                            "messages that are not read within that time, for example while the connector is stopped, are lost"));
        }
    }

    /** Checks a topic that is read, and whose timestamps must be those of the broker. */
    public void stampedByBroker(String key, TopicFacts topic) {
        boolean isOfShareGroups = "true".equals(topic.setting(SHARE_GROUP_DEAD_LETTERS));
        if (!isOfShareGroups && !APPEND_TIME.equals(topic.setting(MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            warnings.add(finding(
                    key,
                    topic,
                    MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "should be " + APPEND_TIME,
                    "a failed record keeps the timestamp of the original message, so it is due at once, and its"
                            + " retention counts from that timestamp"));
        }
    }

    /** Checks a topic that messages are delivered to. */
    public void target(String key, TopicFacts topic) {
        if (!topic.writable()) {
            denied(key, topic.name(), AclOperation.WRITE, writer);
        }
        OptionalLong leastInSync = missingReplicas(topic);
        if (leastInSync.isPresent()) {
            errors.add(tooFewReplicas(key, topic, leastInSync.getAsLong()));
        }
        checkCopies(key, topic);
    }

    /** Checks one of the connector's own topics, which has to accept every record. */
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

    /** Checks the topic in which Connect stores the offsets of this connector only. */
    public void offsets(String key, TopicFacts topic) {
        require(
                key,
                topic,
                CLEANUP_POLICY_CONFIG,
                CLEANUP_POLICY_COMPACT,
                "deleted offsets are lost, and Connect does not start the tasks");
        OptionalLong leastInSync = missingReplicas(topic);
        if (leastInSync.isPresent()) {
            errors.add(tooFewReplicas(key, topic, leastInSync.getAsLong()));
        }
        checkCopies(key, topic);
        if (topic.number(SEGMENT_BYTES_CONFIG).orElse(0) > LARGEST_OFFSETS_SEGMENT) {
            warnings.add(finding(
                    key,
                    topic,
                    SEGMENT_BYTES_CONFIG,
                    "should be at most " + LARGEST_OFFSETS_SEGMENT,
                    "every task reads the topic from its beginning when it starts, and the newest segment of a partition"
                            + " is never compacted"));
        }
    }

    /**
     * Warns that the connector's offsets are in the topic that all connectors of the workers share.
     *
     * @param recommended a name for a separate topic
     */
    public void sharedOffsets(String key, String recommended) {
        warnings.add(new Finding(
                key,
                "It is not set, should be a topic of the connector's own such as " + recommended
                        + ": with exactly-once support a worker that is killed leaves transactions in the topic that all"
                        + " connectors share, and until they time out no worker that starts can read it"));
    }

    /**
     * Checks the settings of a tier, after all inputs. A setting that is left to the cluster may delete messages, but only
     * later than the longest wait after their timestamps.
     *
     * @param settings the settings that tiers are created with
     * @param longestKey the key that sets the longest wait
     * @param longestMs the longest wait, in milliseconds
     */
    public void tierSettings(String key, TopicFacts topic, TierSettings settings, String longestKey, long longestMs) {
        require(
                key,
                topic,
                CLEANUP_POLICY_CONFIG,
                CLEANUP_POLICY_DELETE,
                "otherwise waiting messages are lost, or" + " never deleted");
        checkTierRetention(key, topic, settings, longestKey, longestMs);
        if (APPEND_TIME.equals(topic.setting(MESSAGE_TIMESTAMP_TYPE_CONFIG))) {
            warnings.add(finding(
                    key,
                    topic,
                    MESSAGE_TIMESTAMP_TYPE_CONFIG,
                    "should be " + CREATE_TIME,
                    "messages lose their own timestamps"));
        } else {
            requireTimestamps(key, topic, MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.MAX_VALUE);
            requireTimestamps(key, topic, MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, farthestAheadMs);
        }
        OptionalLong maxMessageBytes = topic.number(MAX_MESSAGE_BYTES_CONFIG);
        if (maxMessageBytes.isPresent() && maxMessageBytes.getAsLong() < largestMessageBytes) {
            warnings.add(finding(
                    key,
                    topic,
                    MAX_MESSAGE_BYTES_CONFIG,
                    "should be at least that of the inputs, " + largestMessageBytes,
                    "larger messages that have to wait are refused as TOO_LARGE"));
        }
    }

    private void checkTierRetention(
            String key, TopicFacts topic, TierSettings settings, String longestKey, long longestMs) {
        OptionalLong retentionMs = limit(topic, RETENTION_MS_CONFIG);
        if (!settings.isLeftOut(RETENTION_MS_CONFIG)) {
            require(key, topic, RETENTION_MS_CONFIG, "-1", "messages that wait longer are lost");
        } else if (retentionMs.isPresent() && retentionMs.getAsLong() <= longestMs) {
            errors.add(finding(
                    key,
                    topic,
                    RETENTION_MS_CONFIG,
                    "must be longer than the longest wait, " + longestKey + ", of " + longestMs,
                    "messages are deleted before they are due"));
        } else if (retentionMs.isPresent()) {
            warnings.add(finding(
                    key,
                    topic,
                    RETENTION_MS_CONFIG,
                    "should be -1",
                    "messages that are not delivered within that time after their timestamps, for example while the"
                            + " connector is stopped, are lost"));
        }
        if (!settings.isLeftOut(RETENTION_BYTES_CONFIG)) {
            require(key, topic, RETENTION_BYTES_CONFIG, "-1", "messages beyond that are lost");
        } else if (limit(topic, RETENTION_BYTES_CONFIG).isPresent()) {
            warnings.add(finding(key, topic, RETENTION_BYTES_CONFIG, "should be -1", "messages beyond that are lost"));
        }
    }

    /** Checks how many partitions a tier has. */
    public void tierPartitions(String key, TopicFacts topic, int wanted) {
        if (topic.partitions() != wanted) {
            errors.add(new Finding(
                    key,
                    "Topic " + topic.name() + " has " + topic.partitions() + " partitions, must have " + wanted
                            + ", or that key be left empty"));
        }
    }

    /**
     * Notes that the connector lacks a permission on a topic.
     *
     * @param who the client that lacks the permission, and its principal
     */
    public void denied(String key, String topic, AclOperation operation, String who) {
        errors.add(new Finding(key, MissingPermission.on(topic, operation, who)));
    }

    /** Warns that the connector may not delete records from a tier. */
    public void untrimmable(String key, String topic) {
        warnings.add(new Finding(
                key,
                MissingPermission.on(topic, AclOperation.DELETE, writer)
                        + ": messages that have left the tier are never deleted, so the tier grows"));
    }

    /** The largest {@code max.message.bytes} of the inputs; 0 if none is known. */
    public long largestMessageBytes() {
        return largestMessageBytes;
    }

    /** Notes that a topic is missing and cannot be created. */
    public void uncreatable(String key, String topic, ApiException cause) {
        uncreatable(key, topic, cause, "");
    }

    /**
     * The same, with a remedy.
     *
     * @param remedy the remedy, as the end of a sentence; may be empty
     */
    public void uncreatable(String key, String topic, ApiException cause, String remedy) {
        String why = cause instanceof AuthorizationException ? MissingPermission.toCreate(writer) : cause.getMessage();
        errors.add(new Finding(key, "Topic " + topic + " is missing and cannot be created: " + why + remedy));
    }

    /** Warns that a target is missing and may not be created. */
    public void missing(String key, String topic) {
        warnings.add(new Finding(
                key,
                "Topic " + topic
                        + " is missing, and may not be created (topic.creation.*): until it exists, messages to it"
                        + " are refused as TARGET_MISSING"));
    }

    /** Notes a setting that keeps the connector from running while there are tiers. */
    public void withTiers(String key, String whatIsAllowed) {
        errors.add(new Finding(
                key,
                "Tiers of the connector exist, and their messages still have to be delivered; the key " + key + " "
                        + whatIsAllowed
                        + ". If the tiers are empty and no longer needed, you can delete them instead"));
    }

    private void require(String key, TopicFacts topic, String setting, String wanted, String why) {
        String value = topic.setting(setting);
        if (value != null && !value.equals(wanted)) {
            errors.add(finding(key, topic, setting, "must be " + wanted, why));
        }
    }

    /** Checks how far timestamps may be before or after the broker's time. */
    private void requireTimestamps(String key, TopicFacts topic, String side, long wanted) {
        String setting = topic.timestampSetting(side);
        OptionalLong value = topic.number(setting);
        if (value.isPresent() && value.getAsLong() < wanted) {
            errors.add(finding(
                    key,
                    topic,
                    setting,
                    "must be at least " + wanted,
                    "a message that the topic rejects for its timestamp stops the connector"));
        }
    }

    private void checkCopies(String key, TopicFacts topic) {
        if (topic.replicas() == 1 && brokers > 1) {
            warnings.add(new Finding(
                    key,
                    "Topic " + topic.name() + " has a replication factor of 1, should have more, as there are "
                            + brokers + " brokers: if the only broker with a copy fails, its messages are lost"));
        }
    }

    private static boolean compacts(TopicFacts topic) {
        String policy = topic.setting(CLEANUP_POLICY_CONFIG);
        return policy != null && policy.contains(CLEANUP_POLICY_COMPACT);
    }

    /** A setting whose value is a limit; empty if there is no limit, or if it is not known. */
    private static OptionalLong limit(TopicFacts topic, String setting) {
        OptionalLong value = topic.number(setting);
        return value.isPresent() && value.getAsLong() > UNLIMITED ? value : OptionalLong.empty();
    }

    /** How many replicas must be in sync for a write; empty if the topic has enough replicas. */
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
