/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;

/** Asks the cluster for a topic. */
public interface TopicLookup {

    /** Starts to ask; the future fails with Kafka's exception where there is no answer. Never blocks. */
    CompletableFuture<TargetTopic> look(String topic);

    /**
     * Kafka's ids of those of the topics that exist, by name, as far as they can be asked for; waits for the answer.
     *
     * @throws KafkaException where the cluster does not say
     */
    default Map<String, String> ids(Collection<String> topics) {
        return Map.of();
    }
}
