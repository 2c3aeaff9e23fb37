/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import io.kafkacourier.embedded.ServiceFiles;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Clients of an application that has the clients' jar, and nothing else of ours, on its class path. */
final class TracedClients {

    private static final ClassLoader APPLICATION = application();

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
        return inApplication(() -> new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer()));
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
        return inApplication(() -> new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer()));
    }

    private static <T> T inApplication(Supplier<T> step) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(APPLICATION);
            return step.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ClassLoader application() {
        try {
            return new URLClassLoader(
                    new URL[] {ServiceFiles.clientsJar().toUri().toURL()}, TracedClients.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
