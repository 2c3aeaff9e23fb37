/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The topics that a connector creates for itself, whatever {@code topic.creation.*} says of others.
 *
 * @param definitions each topic as it is created if it is missing, by name
 * @param atStart those that are created when the connector starts, in that order
 * @param partitions how many partitions they get if nothing else is configured
 */
public record OwnTopics(Map<String, NewTopic> definitions, List<NewTopic> atStart, Partitions partitions) {

    /** How many partitions a topic gets. */
    public enum Partitions {
        /** As many as the broker gives it. */
        BY_BROKER,
        /** As many as the largest input has. */
        AS_LARGEST_INPUT
    }

    public OwnTopics {
        definitions = Map.copyOf(definitions);
        atStart = List.copyOf(atStart);
    }

    /**
     * The topics that are created when the connector starts.
     *
     * @param largestInput the number of partitions of the largest input; empty if there is no input yet
     */
    public List<NewTopic> atStart(OptionalInt largestInput) {
        return partitions == Partitions.BY_BROKER || largestInput.isEmpty()
                ? atStart
                : atStart.stream()
                        .map(topic -> sized(topic, largestInput.getAsInt()))
                        .toList();
    }

    private static NewTopic sized(NewTopic topic, int count) {
        if (topic.numPartitions() > 0) {
            return topic;
        }
        Optional<Short> replicas =
                topic.replicationFactor() > 0 ? Optional.of(topic.replicationFactor()) : Optional.empty();
        return new NewTopic(topic.name(), Optional.of(count), replicas).configs(topic.configs());
    }
}
