/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import com.google.re2j.Pattern;
import io.kafkacourier.core.topic.TopicNames;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TopicAdmin;
import io.kafkacourier.source.tier.TierNames;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * The topics that are read.
 *
 * @param names topics read by name
 * @param pattern matches the whole names of further topics; null if there is none
 * @param outputs topics that are written to, which the pattern never selects
 * @param tiers the connector's tiers; the pattern never selects them, nor the tiers of another connector
 */
public record InputSelection(Set<String> names, @Nullable Pattern pattern, Set<String> outputs, TierNames tiers) {

    public InputSelection {
        names = Set.copyOf(names);
        outputs = Set.copyOf(outputs);
    }

    /** Whether the topic is read, or would be if it existed. */
    public boolean includes(String topic) {
        return names.contains(topic)
                || (pattern != null
                        && !TopicNames.isInternal(topic)
                        && !outputs.contains(topic)
                        && !tiers.isTier(topic)
                        && !TierNames.isNamedLikeTier(topic)
                        && pattern.matches(topic));
    }

    /**
     * The selected topics that exist, by name.
     *
     * @throws KafkaException if the cluster does not answer
     */
    public List<InputTopic> find(TopicAdmin admin) {
        return pattern == null ? admin.find(names) : admin.find(names, this::includes);
    }
}
