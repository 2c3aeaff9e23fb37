/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * Looks up Kafka's ids of topics. Only the id shows that a topic was deleted and created anew, if the new topic also has a
 * record at the read position. One thread runs it; any thread may read the ids.
 */
final class TopicIds implements Runnable {

    private final ProgressAdmin admin;
    private final List<String> topics;
    private volatile Map<String, String> found = Map.of();

    TopicIds(ProgressAdmin admin, Collection<String> topics) {
        this.admin = admin;
        this.topics = List.copyOf(topics);
    }

    /** The ids of the topics that existed at the last lookup; the same map until the next lookup. */
    Map<String, String> found() {
        return found;
    }

    /**
     * Asks again.
     *
     * @throws KafkaException if the cluster does not answer; the last answer then stays
     */
    @Override
    public void run() {
        found = Map.copyOf(admin.topicIds(topics));
    }
}
