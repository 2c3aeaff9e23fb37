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
 * What a source connector does, as its configuration says: a value, which the connector, its preflight and its tasks read.
 *
 * @param config the options that all source connectors have
 * @param topics what is read and written
 * @param waiting how messages wait
 * @param inputPolicies judges the records of an input, by topic
 * @param fromTier makes the messages of records that come from a tier
 * @param invalidBehavior what becomes of a message that cannot go where and when it should
 * @param timestamps whose clock stamps the records of inputs
 * @param mostTasks how many tasks share the work at most
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

    /** Whose clock stamps the records of inputs. */
    public enum Timestamps {
        /** Any. */
        ANY,
        /** That of the broker, as waits are counted from when a record came in. */
        OF_BROKER
    }

    /** What the connector is. */
    public SourceKind kind() {
        return config.kind();
    }

    /** Judges the records of a topic, an input or a tier, now and before. */
    public Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies(String topic) {
        return config.tierNames().isTier(topic)
                ? new TierPolicy(config.horizonMs(), fromTier).policies()
                : inputPolicies.apply(topic);
    }

    /** Which topics are read. */
    public InputSelection inputs() {
        Set<String> outputs = new HashSet<>(topics.outputs().values());
        outputs.addAll(reservedTopics());
        return new InputSelection(topics.inputs().keySet(), config.inputPattern(), outputs, config.tierNames());
    }

    /** Where refused messages go. */
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
     * Where messages may go.
     *
     * @param lookup what is known of topics; creates those that may be
     */
    public TargetRules targetRules(TopicLookup lookup, Clock clock) {
        return new TargetRules(
                config.allowedTargets(), inputs(), reservedTopics(), lookup, config.adminIdentity(), clock);
    }

    /** A topic as it is created if it is missing; null if it is not created. Tiers are not created here. */
    public @Nullable NewTopic newTopic(String topic) {
        NewTopic own = topics.own().definitions().get(topic);
        if (own != null) {
            return own;
        }
        return config.tierNames().isTier(topic) ? null : config.creation().newTopic(topic);
    }
}
