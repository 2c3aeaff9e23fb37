/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Sends the messages of a scenario through the stack, and collects the results. */
final class Run {

    static final String TRACE_TOPIC = "message-trace";
    static final String TRACE_SINK = "trace-sink";
    private static final String DEAD_TRACES = "message-trace.dlq";
    private static final String INDICES = "kafka-traces-2*";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /**
     * Trace records that no sink can index: one is not JSON, the other has a field that only Elasticsearch may write.
     */
    private static final List<String> BAD_TRACES = List.of("{\"schema\": 1, \"event\":", """
            {"schema":1,"event_id":"bad","event":"send","@timestamp":"2026-01-01T00:00:00.000Z","_source":"x"}""");

    private final Stack stack;
    private final Scenario scenario;
    private final Console console;

    Run(Stack stack, Scenario scenario, Console console) {
        this.stack = stack;
        this.scenario = scenario;
        this.console = console;
    }

    Outcome execute() {
        try (KafkaTopics topics = stack.topics();
                TopicReader destinations = topics.reader(scenario.destinations());
                TopicReader traces = topics.reader(TRACE_TOPIC);
                TopicReader deadTraces = topics.reader(DEAD_TRACES.replace(".", "\\."))) {
            console.step("Topics that the connectors read", () -> createInputs(topics));
            console.step("Connectors from config-examples/", this::applyExamples);
            List<Message> messages = scenario.messages();
            List<Long> lateness = new ArrayList<>();
            console.step("Messages: published, and all of them arrived", () -> {
                try (Application application = new Application(stack.bootstrapServers(), scenario.destinations());
                        LatenessProbe probe = probe(topics, messages)) {
                    application.send(messages.stream().map(Message::toRecord).toList());
                    awaitArrivals(topics, destinations, messages);
                    if (probe != null) {
                        lateness.addAll(probe.stop());
                    }
                    awaitTaken(topics);
                }
            });
            console.step("Trace: every event is a document in Elasticsearch", () -> {
                topics.sendAll(BAD_TRACES.stream()
                        .map(value -> new ProducerRecord<>(TRACE_TOPIC, "bad".getBytes(UTF_8), value.getBytes(UTF_8)))
                        .toList());
                awaitTraces(topics, messages, traces, deadTraces);
            });
            String timelineId = messages.stream()
                    .filter(Message::isDelayed)
                    .filter(message -> message.reason() == null)
                    .findFirst()
                    .orElse(messages.get(0))
                    .id();
            return new Outcome(
                    scenario.examples(),
                    messages,
                    destinations.records().stream().map(Arrival::of).toList(),
                    lateness,
                    deadTraces.records().stream()
                            .collect(groupingBy(
                                    record -> Arrival.header(record, "__connect.errors.exception.message"),
                                    TreeMap::new,
                                    counting())),
                    traces.records().size() - BAD_TRACES.size(),
                    documentsByIndex(),
                    documentsByEvent(),
                    timeline(timelineId),
                    failures());
        }
    }

    /**
     * Creates only the inputs: the examples create the topics that they write to, which shows the user that they can.
     */
    private void createInputs(KafkaTopics topics) {
        topics.create(2, scenario.inputs().toArray(String[]::new));
    }

    private void applyExamples() {
        Set<String> examples = new HashSet<>(scenario.examples());
        examples.add(TRACE_SINK);
        examples.forEach(stack::apply);
        await(() -> !failures().isEmpty()
                || examples.stream().allMatch(example -> stack.connect().isRunning(example, 1)));
    }

    private @Nullable LatenessProbe probe(KafkaTopics topics, List<Message> messages) {
        String dueTopic = scenario.dueTopic();
        return dueTopic == null
                ? null
                : new LatenessProbe(
                        topics,
                        dueTopic,
                        messages.stream()
                                .filter(Message::isDelayed)
                                .map(Message::id)
                                .collect(toSet()));
    }

    /** Returns when as many records have arrived as were published, and nothing is left to read. */
    private void awaitArrivals(KafkaTopics topics, TopicReader destinations, List<Message> messages) {
        await(() -> {
            destinations.poll();
            return destinations.records().size() >= messages.size()
                    || !failures().isEmpty();
        });
        topics.names().stream()
                .filter(topic -> topic.matches(scenario.destinations()))
                .forEach(topic -> destinations.readTo(topics.endOffsets(topic), LIMIT));
    }

    /** Returns when the application has read and committed all arrived records. */
    private void awaitTaken(KafkaTopics topics) {
        await(() -> {
            Map<TopicPartition, Long> committed = topics.committedOffsets(Application.WAREHOUSE);
            return topics.names().stream()
                    .filter(topic -> topic.matches(scenario.destinations()))
                    .flatMap(topic -> topics.endOffsets(topic).entrySet().stream())
                    .allMatch(end -> end.getValue() == 0 || end.getValue().equals(committed.get(end.getKey())));
        });
    }

    /** Returns when all trace events are sent and indexed, and nothing is left to read. */
    private void awaitTraces(KafkaTopics topics, List<Message> messages, TopicReader traces, TopicReader deadTraces) {
        long sent = Message.sent(messages);
        await(() -> {
            Map<String, Long> documents = documentsByEvent();
            return documents.getOrDefault("send", 0L) >= sent
                    && documents.getOrDefault("process", 0L) >= messages.size();
        });
        traces.readTo(topics.endOffsets(TRACE_TOPIC), LIMIT);
        await(() -> {
            deadTraces.poll();
            long documents = documentsByIndex().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            return documents >= traces.records().size() - BAD_TRACES.size()
                    && deadTraces.records().size() >= BAD_TRACES.size();
        });
    }

    private List<String> failures() {
        List<String> failures = new ArrayList<>();
        for (String example : scenario.examples()) {
            failures.addAll(stack.connect().failures(example));
        }
        failures.addAll(stack.connect().failures(TRACE_SINK));
        return failures;
    }

    private Map<String, Long> documentsByIndex() {
        Map<String, Long> documents = new TreeMap<>();
        ask("POST", "/" + INDICES + "/_refresh", "");
        JsonNode indices = ask("GET", "/_cat/indices/" + INDICES + "?format=json", "");
        for (JsonNode index : indices) {
            documents.put(index.path("index").asText(), index.path("docs.count").asLong());
        }
        return documents;
    }

    private Map<String, Long> documentsByEvent() {
        String query = "{\"size\": 0, \"aggs\": {\"events\": {\"terms\": {\"field\": \"event\"}}}}";
        Map<String, Long> documents = new TreeMap<>();
        JsonNode answer = ask("POST", "/" + INDICES + "/_search", query);
        for (JsonNode bucket : answer.path("aggregations").path("events").path("buckets")) {
            documents.put(bucket.path("key").asText(), bucket.path("doc_count").asLong());
        }
        return documents;
    }

    private Timeline timeline(String messageId) {
        String query = """
                {"query": {"term": {"message_id": "%s"}}, "sort": ["@timestamp"], "size": 100}""".formatted(messageId);
        JsonNode hits =
                ask("POST", "/" + INDICES + "/_search", query).path("hits").path("hits");
        return new Timeline(
                messageId,
                StreamSupport.stream(hits.spliterator(), false)
                        .map(hit -> hit.path("_source"))
                        .toList());
    }

    private JsonNode ask(String method, String path, String body) {
        try {
            return stack.elasticsearch().send(method, path, body).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns when the condition holds or the time is up; the report shows which. */
    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }
}
