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
 * A plain application with Kafka's clients, traced by interceptors that it finds in the clients' jar: a shop that sends
 * messages, and a warehouse that takes, on a thread of its own, whatever arrives for good.
 */
final class Application implements AutoCloseable {

    static final String SHOP = "shop";
    static final String WAREHOUSE = "warehouse";

    private static final Duration WAIT = Duration.ofMillis(200);

    private final KafkaProducer<byte[], byte[]> shop;
    private final KafkaConsumer<byte[], byte[]> warehouse;
    private final Thread taking;

    /** @param destinations matches the topics that the warehouse takes from */
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
        // topics that appear while it runs are seen soon
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

    /** Sends messages and returns when the broker has all of them. */
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

    /** Ends with all of its trace events sent. */
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
            // the end
        }
    }
}
