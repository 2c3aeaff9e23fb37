/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.topic.TopicNames;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * Where trace events go.
 *
 * @param topic created where it is missing
 * @param partitions how many a created topic gets
 * @param queueCapacity how many events may wait to be sent
 * @param clientProperties of the side producer; {@code bootstrap.servers} is required. They are taken as they are: who
 *     derives them from those of another client must leave out what is not meant for this one
 */
public record EmitterSettings(String topic, int partitions, int queueCapacity, Map<String, Object> clientProperties) {

    /** @throws IllegalArgumentException where the topic cannot exist, a number is below 1, or the servers are missing */
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
            throw new IllegalArgumentException("the properties of the side producer name no bootstrap.servers");
        }
        clientProperties = Map.copyOf(clientProperties);
    }

    /** Names topic and servers; the other properties may be secret. */
    @Override
    public String toString() {
        return topic + " on " + clientProperties.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    }
}
