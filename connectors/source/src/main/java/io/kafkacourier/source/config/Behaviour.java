/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import io.kafkacourier.kafka.admin.TopicLookup;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.source.intake.InputSelection;
import io.kafkacourier.source.message.FromTier;
import io.kafkacourier.source.message.InvalidBehavior;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.tier.TierPolicy;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The behaviour of a source connector, as configured: a value that the connector, its preflight and its tasks read.
 *
 * @param config the options that all source connectors have
 * @param topics the topics that are read and written
 * @param waiting how messages wait
 * @param inputPolicies judges the records of an input, by topic
 * @param fromTier makes a message from a record of a tier
 * @param invalidBehavior what to do with a message that cannot be delivered to its target at its due time
 * @param timestamps the clock that stamps the records of inputs
 * @param mostTasks the highest number of tasks
 */
public record Behaviour(
        SourceConfig config,
        SourceTopics topics,
        WaitSettings waiting,
        Function<String, Policies<ConsumerRecord<byte[], byte[]>, Outgoing>> inputPolicies,
        FromTier fromTier,
        InvalidBehavior invalidBehavior,
        Timestamps timestamps,
        int mostTasks) {

    /** The clock that stamps the records of inputs. */
    public enum Timestamps {
        /** Any clock. */
        ANY,
        /** The clock of the broker, because waits count from when a record arrived. */
        OF_BROKER
    }

    /** The kind of the connector. */
    public SourceKind kind() {
        return config.kind();
    }

    /** The policies for the records of a topic, which is an input or a tier. */
    public Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies(String topic) {
        return config.tierNames().isTier(topic)
                ? new TierPolicy(config.horizonMs(), fromTier).policies()
                : inputPolicies.apply(topic);
    }

    /** The topics that are read. */
    public InputSelection inputs() {
        Set<String> outputs = new HashSet<>(topics.outputs().values());
        outputs.addAll(reservedTopics());
        return new InputSelection(topics.inputs().keySet(), config.inputPattern(), outputs, config.tierNames());
    }

    /** The topic of refused messages. */
    public String refusedTopic() {
        return config.getString(topics.refusedKey());
    }

    /** The topics that are the connector's own, and neither an input nor a target. */
    Set<String> reservedTopics() {
        Set<String> reserved = new HashSet<>(topics.reserved());
        config.offsetsTopic().ifPresent(reserved::add);
        return reserved;
    }

    /**
     * The rules for targets of messages.
     *
     * @param lookup looks up topics; creates missing ones if that is allowed
     */
    public TargetRules targetRules(TopicLookup lookup, Clock clock) {
        return new TargetRules(
                config.allowedTargets(), inputs(), reservedTopics(), lookup, config.adminIdentity(), clock);
    }

    /** The definition of a topic that is created if it is missing; null if it is not created. Tiers are not created here. */
    public @Nullable NewTopic newTopic(String topic) {
        NewTopic own = topics.own().definitions().get(topic);
        if (own != null) {
            return own;
        }
        return config.tierNames().isTier(topic) ? null : config.creation().newTopic(topic);
    }
}
