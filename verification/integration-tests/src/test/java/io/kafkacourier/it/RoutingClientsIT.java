/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.embedded.ClientsJar;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools for users without Connect do not need Connect. */
class RoutingClientsIT {

    private static final EmbeddedKafka KAFKA = new EmbeddedKafka(Path.of("target", "routing-clients-it", "kafka"));

    @BeforeAll
    static void startBroker() {
        KAFKA.start();
    }

    @AfterAll
    static void stopBroker() {
        KAFKA.close();
    }

    @Test
    void theClientsJarRoutesTheRecordsOfAPlainProducer() throws Exception {
        try (KafkaTopics topics = new KafkaTopics(KAFKA.bootstrapServers());
                KafkaProducer<String, String> producer = producer(Map.of())) {
            topics.create(4, "events", "acme.paid");
            topics.create(1, "invalid_routing");
            ProducerRecord<String, String> paid =
                    new ProducerRecord<>("events", "k", "{\"type\":\"paid\",\"tenant\":\"acme\"}");

            RecordMetadata first = producer.send(paid).get();
            RecordMetadata again = producer.send(paid).get();
            RecordMetadata unmatched =
                    producer.send(new ProducerRecord<>("events", "{}")).get();
            RecordMetadata failed = producer.send(new ProducerRecord<>("events", 3, "k", "not json"))
                    .get();

            assertThat(List.of(first.topic(), again.topic())).containsOnly("acme.paid");
            assertThat(again.offset()).isEqualTo(first.offset() + 1);
            assertThat(paid.topic()).isEqualTo("events");
            assertThat(unmatched.topic()).isEqualTo("events");
            assertThat(failed.topic()).isEqualTo("invalid_routing");
        }
    }

    @Test
    void aProducerWithInvalidRulesDoesNotStart() {
        assertThatThrownBy(() -> producer(Map.of("courier.routing.rules.paid.when", "value.type = 1")))
                .isInstanceOf(KafkaException.class)
                .rootCause()
                .hasMessageContaining("rules.paid.when: at position 12 expected: ==");
    }

    @Test
    void routeCheckNeedsNothingButTheJar(@TempDir Path directory) throws Exception {
        Path records = Files.writeString(
                directory.resolve("records"),
                "{\"headers\":{\"tenant_id\":\"acme\"},\"value\":{\"type\":\"order.paid\"}}");
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        ServiceFiles.bundleJar().toString(),
                        "io.kafkacourier.RouteCheck",
                        ServiceFiles.configExamples()
                                .resolve("route-orders.json")
                                .toString(),
                        records.toString())
                .redirectErrorStream(true);
        // the launcher prints a line if it uses options from this variable
        command.environment().remove("JDK_JAVA_OPTIONS");
        Process check = command.start();

        assertThat(new String(check.getInputStream().readAllBytes(), UTF_8))
                .isEqualToIgnoringNewLines("routed     topic=acme.orders partition=(the producer chooses) rule=tenant");
        assertThat(check.waitFor()).isZero();
    }

    /** A producer of an application with only the jar and Kafka's clients on its class path. */
    private static KafkaProducer<String, String> producer(Map<String, String> more) {
        Map<String, Object> properties = new HashMap<>(Map.of(
                "bootstrap.servers",
                KAFKA.bootstrapServers(),
                "interceptor.classes",
                "io.kafkacourier.interceptors.RoutingProducerInterceptor",
                "courier.routing.rules",
                "paid",
                "courier.routing.rules.paid.when",
                "value.type == 'paid'",
                "courier.routing.rules.paid.to",
                "${value.tenant}.paid",
                "courier.routing.topics.allow",
                "[a-z]+\\.paid"));
        properties.putAll(more);
        return ClientsJar.onClassPath(
                () -> new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer()));
    }
}
