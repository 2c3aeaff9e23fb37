/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.tier.TierNames;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Where in its topic a message stays in a tier.
 *
 * @param partitions how many partitions each tier topic has
 */
public record TierPlaces(TierNames names, Map<String, Integer> partitions) {

    public TierPlaces {
        partitions = Map.copyOf(partitions);
    }

    /**
     * The partition of a tier for what comes from that partition of an input, or of another tier: always the same, so that
     * messages with the same delay keep their order.
     *
     * @throws BlockedException if the tier does not exist
     */
    TopicPartition find(Tier tier, int fromPartition) {
        String topic = names.topic(tier.seconds());
        Integer count = partitions.get(topic);
        if (count == null) {
            throw new BlockedException(
                    Obstacle.MISSING,
                    "The tier topic " + topic + " does not exist yet; nothing goes on before it is there");
        }
        return new TopicPartition(topic, fromPartition % count);
    }

    /** Whether a tier is there. */
    boolean has(Tier tier) {
        return partitions.containsKey(names.topic(tier.seconds()));
    }
}
