/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Looks up topics in the cluster. */
public interface TopicLookup {

    /** Starts a look-up. The future fails with Kafka's exception if there is no answer. Never blocks. */
    CompletableFuture<TargetTopic> look(String topic);

    /** Starts a look-up of several topics, in one request if possible. Never blocks. */
    default Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
        Map<String, CompletableFuture<TargetTopic>> answers = new HashMap<>();
        topics.forEach(topic -> answers.put(topic, look(topic)));
        return answers;
    }

    /**
     * Starts a look-up of Kafka's topic ids. The future returns the ids that are available, by topic name, and fails
     * with Kafka's exception if there is no answer. Never blocks.
     */
    default CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
        return CompletableFuture.completedFuture(Map.of());
    }

    /** The clock of the cluster. */
    default ClusterClock clock() {
        return ClusterClock.UNKNOWN;
    }
}
