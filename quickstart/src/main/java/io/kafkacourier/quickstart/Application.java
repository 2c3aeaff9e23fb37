/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import io.kafkacourier.embedded.ClientsJar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A plain Kafka application, traced by the interceptors in the clients jar: a shop that sends messages, and a warehouse
 * that reads the destination topics on a separate thread.
 */
final class Application implements AutoCloseable {

    static final String SHOP = "shop";
    static final String WAREHOUSE = "warehouse";

    private static final Duration WAIT = Duration.ofMillis(200);

    private final KafkaProducer<byte[], byte[]> shop;
    private final KafkaConsumer<byte[], byte[]> warehouse;
    private final Thread taking;

    /** @param destinations a regular expression for the topics that the warehouse reads */
    Application(String bootstrapServers, String destinations) {
        Map<String, Object> traced =
                Map.of("bootstrap.servers", bootstrapServers, "courier.trace.topic", Run.TRACE_TOPIC);
        Map<String, Object> sending = new HashMap<>(traced);
        sending.put("client.id", SHOP);
        sending.put("interceptor.classes", "io.kafkacourier.interceptors.TraceProducerInterceptor");
        Map<String, Object> receiving = new HashMap<>(traced);
        receiving.put("group.id", WAREHOUSE);
        receiving.put("auto.offset.reset", "earliest");
        receiving.put("isolation.level", "read_committed");
        receiving.put("enable.auto.commit", false);
        // finds new topics soon
        receiving.put("metadata.max.age.ms", 500);
        receiving.put("interceptor.classes", "io.kafkacourier.interceptors.TraceConsumerInterceptor");
        shop = ClientsJar.onClassPath(
                () -> new KafkaProducer<>(sending, new ByteArraySerializer(), new ByteArraySerializer()));
        warehouse = ClientsJar.onClassPath(
                () -> new KafkaConsumer<>(receiving, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
        warehouse.subscribe(Pattern.compile(destinations));
        taking = new Thread(this::take, WAREHOUSE);
        taking.start();
    }

    /** Sends messages, and returns when the broker has acknowledged all of them. */
    void send(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(record -> sent.add(shop.send(record)));
        for (Future<RecordMetadata> future : sent) {
            try {
                future.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("a message was not sent", e.getCause());
            }
        }
    }

    /** Sends all waiting trace events, and ends. */
    @Override
    public void close() {
        shop.close();
        warehouse.wakeup();
        try {
            taking.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take() {
        try (warehouse) {
            while (true) {
                if (!warehouse.poll(WAIT).isEmpty()) {
                    warehouse.commitSync();
                }
            }
        } catch (WakeupException e) {
            // ends the loop
        }
    }
}
