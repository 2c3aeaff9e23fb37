/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.NewTopic;

/**
 * The topics that a connector creates for itself, even without {@code topic.creation.*}.
 *
 * @param definitions each topic as it is created if it is missing, by name
 * @param inputs the inputs that are created when the connector starts
 * @param outputs the other topics that are created when the connector starts, after the inputs
 * @param partitions how many partitions an output gets if nothing else is configured
 */
public record OwnTopics(
        Map<String, NewTopic> definitions, List<NewTopic> inputs, List<NewTopic> outputs, Partitions partitions) {

    /** How many partitions a topic gets. */
    public enum Partitions {
        /** The broker's default. */
        BY_BROKER,
        /** As many as the largest input has. */
        AS_LARGEST_INPUT
    }

    public OwnTopics {
        definitions = Map.copyOf(definitions);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * The topics that are created when the connector starts.
     *
     * @param largestInput the number of partitions of the largest input; empty if there is no input yet
     */
    public List<NewTopic> atStart(OptionalInt largestInput) {
        List<NewTopic> all = new ArrayList<>(inputs);
        boolean isSized = partitions == Partitions.AS_LARGEST_INPUT && largestInput.isPresent();
        outputs.forEach(topic -> all.add(isSized ? sized(topic, largestInput.getAsInt()) : topic));
        return all;
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
