/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.topic.TopicNames;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where trace events go.
 *
 * @param topic the topic of events, which is created if it is missing
 * @param partitions the number of partitions of a created topic
 * @param queueCapacity how many events can wait to be sent
 * @param clientProperties the properties of the side producer, with {@code bootstrap.servers}. They are used unchanged,
 *     so a caller that copies them from another client must remove those that do not fit this producer
 */
public record EmitterSettings(String topic, int partitions, int queueCapacity, Map<String, Object> clientProperties) {

    /**
     * @throws IllegalArgumentException if the topic's name is illegal, a number is below 1, or the servers are missing
     */
    public EmitterSettings {
        String problem = TopicNames.problem(topic);
        if (problem != null) {
            throw new IllegalArgumentException("the name of the trace topic " + problem);
        }
        if (partitions < 1 || queueCapacity < 1) {
            throw new IllegalArgumentException(
                    "partitions and queue capacity must be >= 1, and are " + partitions + " and " + queueCapacity);
        }
        if (!clientProperties.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("the properties of the side producer have no bootstrap.servers");
        }
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Contains only topic and servers, because the other properties can be secret. */
    @Override
    public String toString() {
        return topic + " on " + clientProperties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    }
}
