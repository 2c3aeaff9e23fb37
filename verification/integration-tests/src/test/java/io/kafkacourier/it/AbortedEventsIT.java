/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedElasticsearch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The example of the sink writes no document for an event whose transaction was aborted. */
class AbortedEventsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static Cluster cluster;
    private static EmbeddedElasticsearch elasticsearch;

    @BeforeAll
    static void start() {
        elasticsearch = new EmbeddedElasticsearch(Path.of("target", "aborted-events-it", "elasticsearch"));
        elasticsearch.launch();
        cluster = Cluster.start("aborted-events-it-cluster");
        elasticsearch.awaitReady();
    }

    @AfterAll
    static void stop() {
        cluster.close();
        elasticsearch.close();
    }

    @Test
    void onlyTheEventOfTheCommittedTransactionBecomesADocument() throws Exception {
        cluster.topics().create(1, "message-trace");
        Map<String, String> config = ExampleFile.read("trace-sink", cluster);
        config.put("elasticsearch.hosts", elasticsearch.url().toString());
        cluster.startConnector("trace-sink", config);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "transactional.id", "events");

        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(event("aborted")).get();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(event("committed")).get();
            producer.commitTransaction();
        }

        // both are in one partition, so the sink has passed the aborted event
        await().atMost(LIMIT).until(() -> documents("committed") == 1);
        assertThat(documents("aborted")).isZero();
    }

    private static ProducerRecord<byte[], byte[]> event(String id) {
        String value = """
                {"schema":1,"event_id":"%s","event":"deliver","@timestamp":"2026-01-31T12:00:00.000Z"}""".formatted(id);
        return new ProducerRecord<>("message-trace", value.getBytes(UTF_8));
    }

    private static int documents(String id) throws IOException {
        elasticsearch.http().send("POST", "/kafka-traces-*/_refresh", "");
        return elasticsearch
                .http()
                .send("POST", "/kafka-traces-*/_search", "{\"query\":{\"term\":{\"event_id\":\"" + id + "\"}}}")
                .body()
                .path("hits")
                .path("total")
                .path("value")
                .asInt();
    }
}
