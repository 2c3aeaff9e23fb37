/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.tier.TierNames;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * The partitions in which messages wait in tiers.
 *
 * @param partitions how many partitions each tier topic has
 */
public record TierPlaces(TierNames names, Map<String, Integer> partitions) {

    public TierPlaces {
        partitions = Map.copyOf(partitions);
    }

    /**
     * The partition of a tier for messages from that partition of an input, or of another tier. It is always the same, so
     * that messages with the same delay keep their order.
     *
     * @throws BlockedException if the tier does not exist
     */
    TopicPartition find(Tier tier, int fromPartition) {
        String topic = names.topic(tier.seconds());
        Integer count = partitions.get(topic);
        if (count == null) {
            throw new BlockedException(
                    Obstacle.MISSING, "The tier topic " + topic + " does not exist yet; the task waits until it does");
        }
        return new TopicPartition(topic, fromPartition % count);
    }

    /** Whether the topic of a tier exists. */
    boolean has(Tier tier) {
        return partitions.containsKey(names.topic(tier.seconds()));
    }
}
