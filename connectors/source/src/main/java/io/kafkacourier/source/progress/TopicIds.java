/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;

/**
 * Kafka's ids of topics. They alone say that a topic was deleted and created anew, if the new one has a record wherever the
 * old one was read to. Run by one thread, read by any.
 */
final class TopicIds implements Runnable {

    private final ProgressAdmin admin;
    private final List<String> topics;
    private volatile Map<String, String> found = Map.of();

    TopicIds(ProgressAdmin admin, Collection<String> topics) {
        this.admin = admin;
        this.topics = List.copyOf(topics);
    }

    /** The ids of those that existed when they were last asked for; the same map until they are again. */
    Map<String, String> found() {
        return found;
    }

    /**
     * Asks anew.
     *
     * @throws KafkaException where the cluster does not say, so that the last answer stays
     */
    @Override
    public void run() {
        found = Map.copyOf(admin.topicIds(topics));
    }
}
