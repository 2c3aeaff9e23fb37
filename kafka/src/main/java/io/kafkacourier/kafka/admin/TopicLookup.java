/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Asks the cluster for topics. */
public interface TopicLookup {

    /** Starts to ask; the future fails with Kafka's exception if there is no answer. Never blocks. */
    CompletableFuture<TargetTopic> look(String topic);

    /** Starts to ask for several topics, in one request if possible. Never blocks. */
    default Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
        Map<String, CompletableFuture<TargetTopic>> answers = new HashMap<>();
        topics.forEach(topic -> answers.put(topic, look(topic)));
        return answers;
    }

    /**
     * Starts to ask for Kafka's ids of those of the topics that exist, by name, as far as they can be asked for; the future
     * fails with Kafka's exception if there is no answer. Never blocks.
     */
    default CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
        return CompletableFuture.completedFuture(Map.of());
    }

    /** The clock of the cluster. */
    default ClusterClock clock() {
        return ClusterClock.UNKNOWN;
    }
}
