/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import static java.util.stream.Collectors.toSet;

import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TopicAdmin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.common.KafkaException;

/**
 * The tier topics of a connector: finds existing ones, even those of an earlier ladder, and creates those that the current
 * ladder needs.
 */
public final class TierTopics {

    private final TopicAdmin topics;
    private final TierNames names;
    private final Set<String> ladder;
    private final OptionalInt partitions;
    private final short replicationFactor;
    private final TierSettings settings;
    private final int largestRecord;

    /**
     * @param ladder the names of the current tiers, in seconds
     * @param partitions the number of partitions of a created tier; empty for as many as the existing tiers, or else the
     *     largest input
     * @param replicationFactor the replication factor of a created tier; -1 for the broker's default
     * @param settings the settings of a created tier
     * @param largestRecord the largest record that the producer sends, in bytes, before it compresses it
     */
    public TierTopics(
            TopicAdmin topics,
            TierNames names,
            Collection<Long> ladder,
            OptionalInt partitions,
            short replicationFactor,
            TierSettings settings,
            int largestRecord) {
        this.topics = topics;
        this.names = names;
        this.ladder = ladder.stream().map(names::topic).collect(toSet());
        this.partitions = partitions;
        this.replicationFactor = replicationFactor;
        this.settings = settings;
        this.largestRecord = largestRecord;
    }

    /**
     * All tiers; missing ones are created first, unless there is no input yet.
     *
     * @throws KafkaException if the cluster does not answer, or does not create one
     */
    public List<InputTopic> find(List<InputTopic> inputs) {
        List<InputTopic> tiers = new ArrayList<>(topics.find(Set.of(), names::isTier));
        Set<String> existing = tiers.stream().map(InputTopic::name).collect(toSet());
        List<String> missing = ladder.stream()
                .filter(topic -> !existing.contains(topic))
                .sorted()
                .toList();
        if (!inputs.isEmpty() && !missing.isEmpty()) {
            int count = partitions.orElseGet(() -> largest(tiers.isEmpty() ? inputs : tiers));
            int largestBytes = Math.max(topics.maxMessageBytes(inputs), largestRecord);
            tiers.addAll(topics.create(
                    missing.stream()
                            .map(topic -> settings.newTopic(topic, count, replicationFactor, largestBytes))
                            .toList(),
                    settings::insteadOf));
        }
        return tiers;
    }

    private static int largest(List<InputTopic> topics) {
        return topics.stream().mapToInt(InputTopic::partitions).max().orElseThrow();
    }
}
