/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.TopicReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** In a sink, records that cannot be routed go to the sink's own dead letter queue. */
class SinkRoutingIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Path FILE = Path.of("target", "sink-routing-it", "sink.txt");
    private static final String DEAD_LETTERS = "events.dlq";
    private static final String TEXT = "org.apache.kafka.connect.storage.StringConverter";

    private record DeadLetter(String value, String stage, String error, String message) {}

    @Test
    void recordsThatCannotBeRoutedAreInTheDeadLetterQueueAndTheOthersInTheSink() {
        try (Cluster cluster = Cluster.start("sink-routing-it");
                TopicReader reader = cluster.topics().reader("events\\.dlq")) {
            cluster.topics().create(1, "events", DEAD_LETTERS);
            cluster.startConnector("file", fileSink());

            cluster.topics()
                    .sendAll(List.of(
                            event("acme", "{\"type\":\"order\",\"id\":0}"),
                            event("acme", "{\"id\":1,"),
                            event("acme", "{\"id\":2}"),
                            event("ac/me", "{\"type\":\"order\",\"id\":3}"),
                            event("__acme", "{\"type\":\"order\",\"id\":4}"),
                            event("acme", "{\"type\":\"order\",\"id\":5}")));

            await().atMost(LIMIT)
                    .until(() -> Files.exists(FILE) && Files.readAllLines(FILE).size() >= 2);
            reader.readUntil(records -> records.size() >= 4, LIMIT);
            reader.readTo(cluster.topics().endOffsets(DEAD_LETTERS), LIMIT);

            assertThat(FILE).hasContent("{\"type\":\"order\",\"id\":0}\n{\"type\":\"order\",\"id\":5}");
            assertThat(reader.records())
                    .extracting(record -> new DeadLetter(
                            new String(record.value(), UTF_8),
                            header(record, "__connect.errors.stage"),
                            header(record, "__connect.errors.exception.class.name"),
                            header(record, "__connect.errors.exception.message")))
                    .containsExactly(
                            deadLetter("{\"id\":1,", "events-0@1", "BODY_NOT_JSON"),
                            deadLetter("{\"id\":2}", "events-0@2", "FIELD_MISSING"),
                            deadLetter("{\"type\":\"order\",\"id\":3}", "events-0@3", "ILLEGAL_TOPIC"),
                            deadLetter("{\"type\":\"order\",\"id\":4}", "events-0@4", "TOPIC_NOT_ALLOWED"));
            assertThat(cluster.rest().failures("file")).isEmpty();
        }
    }

    private static Map<String, String> fileSink() {
        return Map.ofEntries(
                Map.entry("connector.class", "org.apache.kafka.connect.file.FileStreamSinkConnector"),
                Map.entry("tasks.max", "1"),
                Map.entry("topics", "events"),
                Map.entry("file", FILE.toAbsolutePath().toString()),
                Map.entry("key.converter", TEXT),
                Map.entry("value.converter", TEXT),
                Map.entry("errors.tolerance", "all"),
                Map.entry("errors.deadletterqueue.topic.name", DEAD_LETTERS),
                Map.entry("errors.deadletterqueue.context.headers.enable", "true"),
                Map.entry("transforms", "route"),
                Map.entry("transforms.route.type", "io.kafkacourier.transforms.ContentRouter"),
                Map.entry("transforms.route.rules", "tenant"),
                Map.entry("transforms.route.rules.tenant.when", "header.tenant_id exists"),
                Map.entry("transforms.route.rules.tenant.to", "${header.tenant_id}.${value.type}"),
                Map.entry("transforms.route.topics.allow", ".*"));
    }

    private static DeadLetter deadLetter(String value, String position, String reason) {
        return new DeadLetter(
                value,
                "TRANSFORMATION",
                "org.apache.kafka.connect.errors.DataException",
                "The record " + position + " cannot be routed: " + reason + " in rule tenant");
    }

    private static ProducerRecord<byte[], byte[]> event(String tenant, String value) {
        ProducerRecord<byte[], byte[]> event = new ProducerRecord<>("events", bytes(value));
        event.headers().add("tenant_id", bytes(tenant));
        return event;
    }
}
