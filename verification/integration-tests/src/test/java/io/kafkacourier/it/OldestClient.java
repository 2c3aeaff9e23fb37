/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

/** An application with the oldest supported clients, which sends one message and receives it. */
final class OldestClient {

    private OldestClient() {}

    /** Prints the version of the clients and the received message; the argument is {@code bootstrap.servers}. */
    public static void main(String[] arguments) throws Exception {
        Map<String, Object> common = Map.of("bootstrap.servers", arguments[0], "courier.trace.topic", "message-trace");
        Map<String, Object> producing = new java.util.HashMap<>(common);
        producing.put("client.id", "old-producer");
        producing.put("interceptor.classes", "io.kafkacourier.interceptors.TraceProducerInterceptor");
        Map<String, Object> consuming = new java.util.HashMap<>(common);
        consuming.put("group.id", "old-consumer");
        consuming.put("auto.offset.reset", "earliest");
        consuming.put("interceptor.classes", "io.kafkacourier.interceptors.TraceConsumerInterceptor");
        try (KafkaProducer<String, String> producer =
                        new KafkaProducer<>(producing, new StringSerializer(), new StringSerializer());
                KafkaConsumer<String, String> consumer =
                        new KafkaConsumer<>(consuming, new StringDeserializer(), new StringDeserializer())) {
            producer.send(new ProducerRecord<>("old", "message")).get();
            consumer.subscribe(List.of("old"));
            ConsumerRecords<String, String> received = ConsumerRecords.empty();
            for (int attempt = 0; received.isEmpty() && attempt < 300; attempt++) {
                received = consumer.poll(Duration.ofMillis(100));
            }
            received.forEach(record -> System.out.println(AppInfoParser.getVersion() + " " + record.value()));
            consumer.commitSync();
        }
    }
}
