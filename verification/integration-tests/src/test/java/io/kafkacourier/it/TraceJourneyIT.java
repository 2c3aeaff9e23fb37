/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages through applications, our connectors and foreign connectors: one trace, without a gap. */
class TraceJourneyIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Path DIRECTORY = Path.of("target", "trace-journey-it");
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String TEXT = "org.apache.kafka.connect.storage.StringConverter";

    private static Cluster cluster;
    private static EmbeddedElasticsearch elasticsearch;

    @BeforeAll
    static void start() {
        elasticsearch = new EmbeddedElasticsearch(DIRECTORY.resolve("elasticsearch"));
        elasticsearch.launch();
        cluster = Cluster.start("trace-journey-it-cluster");
        elasticsearch.awaitReady();
        cluster.topics().create(1, "orders", "acme.orders", "lines", "message-trace", "message-trace.dlq");
        cluster.startConnector("trace-sink", traceSink());
    }

    @AfterAll
    static void stop() {
        cluster.close();
        elasticsearch.close();
    }

    @Test
    void oneMessageIsOneTraceAndTheParentOfEachSpanIsThePreviousSpan() throws Exception {
        cluster.startConnector("delay", delay());
        cluster.startConnector("shipping", fileSink());
        String servers = cluster.bootstrapServers();

        try (KafkaProducer<String, String> shop =
                        TracedClients.producer(servers, Map.of("courier.trace.node", "shop"));
                KafkaConsumer<String, String> billing = TracedClients.consumer(servers, "billing", Map.of())) {
            ProducerRecord<String, String> order =
                    new ProducerRecord<>("orders", "customer-7", "{\"type\":\"order.created\"}");
            order.headers().add("message_id", "order-7".getBytes(UTF_8));
            order.headers().add("tenant_id", "acme".getBytes(UTF_8));
            order.headers().add("delay", "2s".getBytes(UTF_8));
            shop.send(order).get();

            billing.subscribe(List.of("acme.orders"));
            ConsumerRecord<String, String> received = receive(billing);
            billing.commitSync();
            assertThat(names(received)).doesNotHaveDuplicates();
        }

        List<JsonNode> events = awaitEvents("order-7", 7);
        assertThat(events)
                .extracting(event -> event.path("event").asText() + " at "
                        + event.path("node").asText())
                .startsWith("send at shop", "schedule at delay", "deliver at delay")
                .containsExactlyInAnyOrder(
                        "send at shop",
                        "schedule at delay",
                        "deliver at delay",
                        "receive at billing",
                        "process at billing",
                        "receive at connect-shipping",
                        "process at connect-shipping");
        assertThat(events)
                .extracting(event -> event.path("trace_id").asText())
                .containsOnly(events.get(0).path("trace_id").asText());
        assertThat(events.get(0).has("parent_span_id")).isFalse();
        assertParent(events, "schedule at delay", "send at shop");
        assertParent(events, "deliver at delay", "schedule at delay");
        for (String group : List.of("billing", "connect-shipping")) {
            assertParent(events, "receive at " + group, "deliver at delay");
            assertParent(events, "process at " + group, "receive at " + group);
            assertThat(find(events, "process at " + group).path("e2e_ms").asLong())
                    .isGreaterThanOrEqualTo(2_000);
        }
        assertThat(events.get(0).path("topic").asText()).isEqualTo("orders");
        assertThat(events.get(0).path("offset").isIntegralNumber()).isTrue();
        assertThat(events.get(0).path("duration_us").asLong()).isPositive();
    }

    @Test
    void theProducerOfAForeignConnectorIsTraced() throws Exception {
        Path file = Files.writeString(Files.createDirectories(DIRECTORY).resolve("lines.txt"), "one\ntwo\n");
        cluster.startConnector(
                "lines",
                Map.of(
                        "connector.class",
                        "org.apache.kafka.connect.file.FileStreamSourceConnector",
                        "file",
                        file.toAbsolutePath().toString(),
                        "topic",
                        "lines",
                        "value.converter",
                        TEXT,
                        "producer.override.interceptor.classes",
                        "io.kafkacourier.interceptors.connect.ConnectTraceProducerInterceptor",
                        "producer.override.courier.trace.topic",
                        "message-trace",
                        "producer.override.courier.trace.node",
                        "file-source"));

        try (TopicReader lines = cluster.topics().reader("lines");
                TopicReader traces = cluster.topics().reader("message-trace")) {
            lines.readUntil(records -> records.size() >= 2, LIMIT);
            traces.readUntil(records -> sent(records).size() >= 2, LIMIT);

            assertThat(sent(traces.records())).hasSize(2).allSatisfy(event -> {
                assertThat(event.path("status").asText()).isEqualTo("ok");
                assertThat(event.path("topic").asText()).isEqualTo("lines");
            });
            assertThat(lines.records())
                    .extracting(record -> new String(
                            record.headers().lastHeader("traceparent").value(), UTF_8))
                    .containsExactlyElementsOf(sent(traces.records()).stream()
                            .map(event -> "00-" + event.path("trace_id").asText() + "-"
                                    + event.path("span_id").asText() + "-01")
                            .toList());
        }
    }

    private static List<JsonNode> sent(List<ConsumerRecord<byte[], byte[]>> traces) {
        return TraceDocuments.read(traces).stream()
                .filter(event -> event.path("node").asText().equals("file-source"))
                .toList();
    }

    private static Map<String, String> delay() {
        return Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.delay.DelaySourceConnector"),
                Map.entry("bootstrap.servers", cluster.bootstrapServers()),
                Map.entry("topics", "orders"),
                Map.entry("target.topic", "orders.unrouted"),
                Map.entry("target.topic.header", ""),
                Map.entry("trace.topic", "message-trace"),
                Map.entry("key.converter", BYTES),
                Map.entry("value.converter", BYTES),
                Map.entry("header.converter", BYTES),
                Map.entry("transforms", "route"),
                Map.entry("transforms.route.type", "io.kafkacourier.transforms.ContentRouter"),
                Map.entry("transforms.route.rules", "tenant"),
                Map.entry("transforms.route.rules.tenant.when", "value.type == 'order.created'"),
                Map.entry("transforms.route.rules.tenant.to", "${header.tenant_id}.orders"),
                Map.entry("transforms.route.topics.allow", "[a-z]+\\.orders"),
                Map.entry("topic.creation.default.replication.factor", "1"),
                Map.entry("topic.creation.default.partitions", "1"));
    }

    private static Map<String, String> fileSink() {
        return Map.ofEntries(
                Map.entry("connector.class", "org.apache.kafka.connect.file.FileStreamSinkConnector"),
                Map.entry("topics", "acme.orders"),
                Map.entry(
                        "file",
                        DIRECTORY.resolve("shipping.txt").toAbsolutePath().toString()),
                Map.entry("key.converter", TEXT),
                Map.entry("value.converter", TEXT),
                Map.entry(
                        "consumer.override.interceptor.classes",
                        "io.kafkacourier.interceptors.connect.ConnectTraceConsumerInterceptor"),
                Map.entry("consumer.override.courier.trace.topic", "message-trace"));
    }

    private static Map<String, String> traceSink() {
        return Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector"),
                Map.entry("topics", "message-trace"),
                Map.entry("elasticsearch.hosts", elasticsearch.url().toString()),
                Map.entry("index.prefix", "journey"),
                Map.entry("key.converter", TEXT),
                Map.entry("value.converter", BYTES),
                Map.entry("errors.tolerance", "all"),
                Map.entry("errors.deadletterqueue.topic.name", "message-trace.dlq"),
                Map.entry("errors.deadletterqueue.topic.replication.factor", "1"));
    }

    private static ConsumerRecord<String, String> receive(KafkaConsumer<String, String> consumer) {
        List<ConsumerRecord<String, String>> received = new ArrayList<>();
        await().atMost(LIMIT).until(() -> {
            ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
            records.forEach(received::add);
            return !received.isEmpty();
        });
        assertThat(received).hasSize(1);
        return received.get(0);
    }

    /** The documents of a message, in the order of their times. */
    private static List<JsonNode> awaitEvents(String messageId, int count) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(events(messageId)).hasSizeGreaterThanOrEqualTo(count));
        return events(messageId);
    }

    private static List<JsonNode> events(String messageId) {
        String query = """
                {"query": {"term": {"message_id": "%s"}}, "sort": ["@timestamp"], "size": 100}""".formatted(messageId);
        try {
            elasticsearch.http().send("POST", "/journey-2*/_refresh", "");
            JsonNode hits = elasticsearch
                    .http()
                    .send("POST", "/journey-2*/_search", query)
                    .body()
                    .path("hits")
                    .path("hits");
            return StreamSupport.stream(hits.spliterator(), false)
                    .map(hit -> hit.path("_source"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertParent(List<JsonNode> events, String child, String parent) {
        assertThat(find(events, child).path("parent_span_id").asText())
                .as("the parent of " + child)
                .isEqualTo(find(events, parent).path("span_id").asText());
    }

    private static JsonNode find(List<JsonNode> events, String name) {
        return events.stream()
                .filter(event -> name.equals(event.path("event").asText() + " at "
                        + event.path("node").asText()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + events));
    }

    private static List<String> names(ConsumerRecord<?, ?> record) {
        List<String> names = new ArrayList<>();
        for (Header header : record.headers()) {
            names.add(header.key());
        }
        return names;
    }
}
