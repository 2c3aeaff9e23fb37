/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import io.kafkacourier.embedded.ClientsJar;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Kafka clients of an application that has only the clients jar of the bundle on its class path. */
final class TracedClients {

    private TracedClients() {}

    static KafkaProducer<String, String> producer(String bootstrapServers, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "interceptor.classes",
                "io.kafkacourier.interceptors.TraceProducerInterceptor",
                "courier.trace.topic",
                "message-trace"));
        properties.putAll(more);
        return ClientsJar.onClassPath(
                () -> new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer()));
    }

    static KafkaConsumer<String, String> consumer(String bootstrapServers, String group, Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "group.id",
                group,
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed",
                "enable.auto.commit",
                false,
                "interceptor.classes",
                "io.kafkacourier.interceptors.TraceConsumerInterceptor",
                "courier.trace.topic",
                "message-trace"));
        properties.putAll(more);
        return ClientsJar.onClassPath(
                () -> new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer()));
    }
}
