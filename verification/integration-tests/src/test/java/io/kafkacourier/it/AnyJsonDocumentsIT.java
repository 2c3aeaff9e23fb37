/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.HttpJson;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real Elasticsearch indexes any JSON object, whatever its fields contain, next to trace events, which can be found
 * by every name of their fields. If the server cannot accept a document, the field is reported.
 */
class AnyJsonDocumentsIT {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> TAKEN = List.of(
            "{\"message\":\"user logged in\"}",
            "{\"message\":{\"text\":\"x\",\"id\":7}}",
            "{\"trace\":\"abc\"}",
            "{\"span\":[1,{\"id\":2}]}",
            "{\"parent\":7}",
            "{\"trace\":{\"id\":\"ecs-nested\"},\"event\":{\"action\":\"login\"},\"service\":{\"name\":\"shop\"}}",
            "{\"trace.id\":\"ecs-dotted\",\"service.name\":\"shop\",\"log.level\":\"INFO\",\"event.action\":\"login\"}",
            "{\"trace\":{\"id\":{\"deep\":1}},\"service\":{\"name\":{\"deep\":1}}}",
            "{\"service\":[{\"name\":\"a\"},{\"name\":\"b\"},\"c\"]}",
            "{\"status\":{\"code\":200},\"group\":{\"id\":\"x\"},\"topic\":[{\"a\":[{\"b\":1}]}],\"node\":{}}",
            "{\"event\":[\"a\",{\"b\":null}],\"error_message\":{\"text\":\"x\"},\"key_hash\":[[1]]}",
            "{\"offset\":\"a\",\"partition\":{\"x\":1},\"task\":\"build\",\"attempt\":[1,\"a\",null],\"value_size\":true}",
            "{\"offset\":123456789012345678901234567890,\"partition\":1e400,\"lateness_ms\":-1.5,\"schema\":\"one\"}",
            "{\"record_ts\":\"yesterday\",\"due_at\":[1,\"x\"]}",
            "{\"record_ts\":{\"a\":1},\"due_at\":99999999999999999999}",
            "{\"sampled\":\"maybe\",\"tombstone\":{\"a\":1}}",
            "{\"topic\":\"" + "x".repeat(40_000) + "\",\"message\":\"" + "y".repeat(40_000) + "\"}",
            "{\"trace_id\":\"" + "x".repeat(40_000) + "\",\"error_message\":\"" + "y".repeat(40_000) + "\"}",
            "{\"trace_id\":7,\"span_id\":[\"a\",\"b\"],\"message_id\":true,\"parent_span_id\":null}",
            "{\"a\":1,\"a.b\":2}",
            "{\"a.b\":2,\"a\":{\"b\":3}}",
            "{\"service\":\"x\",\"service.name\":\"y\"}",
            "{\".\":1,\"..\":2,\"a.\":3,\".a\":4,\"a..b\":5,\"a. .b\":6}",
            "{\"a\":{\"\":1,\" \":2,\"_id\":3,\"_source\":4}}",
            "{\"_x\":1,\"_score\":2,\"_type\":\"t\",\"__courier\":{}}",
            "{\"deep\":" + "{\"a\":".repeat(199) + "1" + "}".repeat(200),
            "{\"topic\":" + "[".repeat(199) + "]".repeat(199) + "}",
            "{\"" + "n".repeat(40_000) + "\":1}",
            "{\"n\":" + "1".repeat(900) + ",\"t\":\"\\ud800 \\u0000\"}",
            "{\"event_id\":\"same\",\"v\":1}",
            "{\"event_id\":\"same\",\"v\":2}",
            "{\"event_id\":\"" + "x".repeat(600) + "\"}",
            "{\"event_id\":{\"a\":1},\"schema\":1,\"event\":\"send\"}",
            "{\n\"lines\":\r\n[1,\n2]}",
            "{\"@timestamp\":null,\"a\":1}");

    private static final Map<String, String> REFUSED = Map.of(
            "{\"_id\":\"x\"}",
            "metadata field _id",
            "{\"_source\":\"secret\"}",
            "metadata field _source",
            "{\"trace_id\":{\"secret\":1}}",
            "field trace_id, which is copied and can be no object",
            "{\"twice\":\"secret\",\"twice\":1}",
            "field twice, which is there twice",
            "{\"\":\"secret\"}",
            "a field with an empty name",
            "{\" \":\"secret\"}",
            "a field with a blank name",
            "{\"n\":" + "1".repeat(1_100) + "}",
            "a number with too many digits");

    private static EmbeddedElasticsearch elasticsearch;

    @BeforeAll
    static void start() {
        elasticsearch = new EmbeddedElasticsearch(
                Path.of("target", "any-json-documents-it").toAbsolutePath());
        elasticsearch.start();
    }

    @AfterAll
    static void stop() {
        elasticsearch.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"daily", "datastream"})
    void acceptsAnyJsonObjectNextToEvents(String strategy) throws IOException {
        String name = "any-" + strategy;
        String index = index(strategy, name);
        List<String> values = new ArrayList<>(TAKEN);
        values.add(event("e1"));
        values.add(event("e2"));
        values.add(event("e1"));
        if (strategy.equals("daily")) {
            values.add("{\"@timestamp\":\"yesterday\"}");
            values.add("{\"@timestamp\":{\"a\":1}}");
            values.add("{\"@timestamp\":99999999999999999999}");
        }
        try (SinkTaskRun run = new SinkTaskRun(name, config(strategy, name))) {
            run.put(values).awaitAllCommitted();
            assertThat(run.reports()).isEmpty();
        }

        refresh(index);
        assertThat(sources(index))
                .containsExactlyInAnyOrderElementsOf(values.stream()
                        .distinct()
                        .map(AnyJsonDocumentsIT::withoutTimestamp)
                        .toList());
        for (String field : List.of("trace_id", "trace.id", "span.id", "parent.id", "message.id", "service.name")) {
            assertThat(buckets(index, field)).as(field).contains(field.replace('_', '.') + "-e1");
            assertThat(hits(index, field, field.replace('_', '.') + "-e2"))
                    .as(field)
                    .isEqualTo(1);
        }
        assertThat(buckets(index, "trace.id")).contains("ecs-nested", "ecs-dotted");
        assertThat(buckets(index, "sampled")).containsExactly("true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"daily", "datastream"})
    void namesTheFieldThatItCannotAccept(String strategy) throws IOException {
        String name = "no-" + strategy;
        Map<String, String> refused = new HashMap<>(REFUSED);
        if (strategy.equals("datastream")) {
            refused.put("{\"@timestamp\":\"secret\"}", "field @timestamp of type date");
            refused.put("{\"@timestamp\":{\"secret\":1}}", "field @timestamp");
        }
        List<String> values = new ArrayList<>(refused.keySet());
        values.add(event("good"));
        try (SinkTaskRun run = new SinkTaskRun(name, config(strategy, name))) {
            run.put(values).awaitAllCommitted();

            assertThat(run.reports()).hasSize(refused.size());
            run.reports()
                    .forEach((offset, reason) -> assertThat(reason)
                            .contains("400 document_parsing_exception (" + refused.get(values.get(offset.intValue()))
                                    + ")")
                            .doesNotContain("secret"));
        }
        refresh(index(strategy, name));
        assertThat(sources(index(strategy, name))).hasSize(1);
    }

    private static Map<String, String> config(String strategy, String name) {
        return Map.of(
                "elasticsearch.hosts", elasticsearch.url().toString(),
                "index.strategy", strategy,
                "datastream.namespace", name.replace("-", "_"));
    }

    private static String index(String strategy, String name) {
        return strategy.equals("datastream")
                ? "traces-kafka.messages-" + name.replace("-", "_")
                : name + "-"
                        + DateTimeFormatter.ofPattern("uuuu.MM.dd")
                                .withZone(UTC)
                                .format(Instant.now());
    }

    private static String event(String id) {
        return """
                {"schema":1,"event_id":"%s","event":"send","@timestamp":"2026-01-01T00:00:00Z","trace_id":"trace.id-%s","span_id":"span.id-%s",\
                "parent_span_id":"parent.id-%s","message_id":"message.id-%s","service":"service.name-%s","sampled":true}""".formatted(id, id, id, id, id, id);
    }

    private static JsonNode withoutTimestamp(String json) {
        try {
            return withoutTimestamp(JSON.readTree(json));
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    /** Some documents get a timestamp from their record. */
    private static JsonNode withoutTimestamp(JsonNode source) {
        ((ObjectNode) source).remove("@timestamp");
        return source;
    }

    private static List<JsonNode> sources(String index) throws IOException {
        return search(index, "{\"size\":1000}")
                .path("hits")
                .path("hits")
                .valueStream()
                .map(hit -> withoutTimestamp(hit.path("_source")))
                .toList();
    }

    private static int hits(String index, String field, String value) throws IOException {
        return search(index, "{\"query\":{\"term\":{\"" + field + "\":\"" + value + "\"}}}")
                .path("hits")
                .path("total")
                .path("value")
                .asInt();
    }

    private static List<String> buckets(String index, String field) throws IOException {
        return search(index, "{\"size\":0,\"aggs\":{\"all\":{\"terms\":{\"size\":1000,\"field\":\"" + field + "\"}}}}")
                .path("aggregations")
                .path("all")
                .path("buckets")
                .valueStream()
                .map(bucket -> bucket.path(bucket.has("key_as_string") ? "key_as_string" : "key")
                        .asText())
                .toList();
    }

    private static JsonNode search(String index, String body) throws IOException {
        return ok(elasticsearch.http().send("POST", "/" + index + "/_search", body))
                .body();
    }

    private static void refresh(String index) throws IOException {
        ok(elasticsearch.http().send("POST", "/" + index + "/_refresh", ""));
    }

    private static HttpJson.Answer ok(HttpJson.Answer answer) {
        assertThat(answer.isOk()).as("%s", answer).isTrue();
        return answer;
    }
}
