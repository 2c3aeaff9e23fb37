/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * Kafka's ids of topics. Nothing else shows that a topic was deleted and created again if the new one has a record at the
 * offset up to which the old one was read. Run by one thread, read by any.
 */
final class TopicIds implements Runnable {

    private final ProgressAdmin admin;
    private final List<String> topics;
    private volatile Map<String, String> found = Map.of();

    TopicIds(ProgressAdmin admin, Collection<String> topics) {
        this.admin = admin;
        this.topics = List.copyOf(topics);
    }

    /** The ids of the topics that existed when they were last asked for; the same map until they are asked for again. */
    Map<String, String> found() {
        return found;
    }

    /**
     * Asks again.
     *
     * @throws KafkaException if the cluster does not answer, so that the last answer stays
     */
    @Override
    public void run() {
        found = Map.copyOf(admin.topicIds(topics));
    }
}
