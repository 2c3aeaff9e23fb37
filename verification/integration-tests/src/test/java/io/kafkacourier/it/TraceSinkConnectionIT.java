/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector;
import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.HttpJson;
import io.kafkacourier.embedded.TlsCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connection to a real Elasticsearch with TLS and security, and the deletion of old indices. {@code validate}
 * reports a configuration that can never work, which also fails the task if configured. Only the connector's own
 * indices are deleted.
 */
class TraceSinkConnectionIT {

    private static final Path DIRECTORY =
            Path.of("target", "trace-sink-connection-it").toAbsolutePath();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String MARK = "{\"_meta\":{\"managed_by\":\"kafka-connect-courier\"}}";

    private static TlsCertificate certificate;
    private static EmbeddedElasticsearch elasticsearch;

    @BeforeAll
    static void start() {
        certificate = TlsCertificate.create(DIRECTORY.resolve("tls"), "courier");
        elasticsearch = EmbeddedElasticsearch.secured(DIRECTORY.resolve("elasticsearch"), certificate, "");
        elasticsearch.start();
    }

    @AfterAll
    static void stop() {
        elasticsearch.close();
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake(
                        "elasticsearch.hosts",
                        "speaks TLS on this port: use https://",
                        () -> Map.of(
                                "elasticsearch.hosts",
                                elasticsearch.url().toString().replace("https:", "http:"))),
                mistake(
                        "elasticsearch.hosts",
                        "has a certificate that is not trusted",
                        () -> Map.of(
                                "elasticsearch.ca.path",
                                TlsCertificate.create(DIRECTORY.resolve("tls"), "other")
                                        .pem()
                                        .toString())),
                mistake(
                        "elasticsearch.username",
                        "does not accept the credentials (401)",
                        () -> Map.of("elasticsearch.password", "wrong")),
                mistake(
                        "elasticsearch.hosts",
                        "lacks a privilege (403)",
                        () -> Map.of("elasticsearch.username", EmbeddedElasticsearch.RESTRICTED_USERNAME)));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aConfigurationThatCanNeverWorkIsReportedByValidate(
            String key, String cause, Supplier<Map<String, String>> config) {
        Map<String, List<String>> errors = validate(config("never-works", config.get()));
        assertThat(errors).containsOnlyKeys(key);
        assertThat(errors.get(key)).singleElement().asString().contains(cause).doesNotContain("wrong");
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void aConfigurationThatCanNeverWorkFailsTheTaskIfConfigured(
            String key, String cause, Supplier<Map<String, String>> config) {
        Map<String, String> failing = new HashMap<>(config.get());
        failing.put("on.destination.fault", "fail");
        try (SinkTaskRun run = new SinkTaskRun("never-works", config("never-works", failing))) {
            assertThatThrownBy(() -> run.put(List.of(event("e1"))).awaitAllCommitted())
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining(cause);
        }
    }

    @Test
    void aConfigurationThatWorksIsAcceptedByValidate() {
        assertThat(validate(config("works", Map.of()))).isEmpty();
        assertThat(validate(config(
                        "works",
                        Map.of(
                                "index.template.manage",
                                "false",
                                "elasticsearch.username",
                                EmbeddedElasticsearch.RESTRICTED_USERNAME))))
                .isEmpty();
    }

    @Test
    void indicesOfAUserWithASeparateTemplateStay() throws IOException {
        request("PUT", "/mine-2026.11.01", "{}");
        request("PUT", "/mine-2026.11.02", "{\"mappings\":" + MARK + "}");
        request("PUT", "/theirs-2026.11.02", "{\"mappings\":" + MARK + "}");
        ElasticsearchTraceSinkConnector auto = new ElasticsearchTraceSinkConnector();
        auto.start(config("mine", Map.of("index.template.manage", "false")));
        awaitDeletionBy("theirs", "/theirs-2026.11.02");
        auto.stop();

        assertThat(exists("/mine-2026.11.01")).isTrue();
        assertThat(exists("/mine-2026.11.02")).isTrue();

        awaitDeletionBy("mine", "/mine-2026.11.02");
        assertThat(exists("/mine-2026.11.01"))
                .as("an index without the mark, before the deleted one in the order of names")
                .isTrue();
    }

    @Test
    void indicesThatTheSinkCreatedAreDeletedWhenTheyAreOld() throws IOException {
        try (SinkTaskRun run = new SinkTaskRun("made", config("made", Map.of("retention.mode", "none")))) {
            run.put(List.of("{\"schema\":1,\"event_id\":\"old\",\"event\":\"send\","
                            + "\"@timestamp\":\"2026-11-01T12:00:00.000Z\"}"))
                    .awaitAllCommitted();
        }
        assertThat(exists("/made-2026.11.01")).isTrue();
        assertThat(noteOf("made")).isEqualTo("nobody forever");

        // The same connector with another configuration: its own note does not prevent it from deleting.
        awaitDeletionBy("made", "/made-2026.11.01");
    }

    @Test
    void twoConnectorsWithOnePrefixKeepDocumentsForTheLongerRetention() throws IOException {
        request("PUT", "/shared-2026.11.01", "{\"mappings\":" + MARK + "}");
        for (String[] connector : new String[][] {{"short", "7d"}, {"long", "3650d"}, {"short", "7d"}}) {
            Map<String, String> config =
                    config(connector[0], Map.of("index.prefix", "shared", "retention", connector[1]));
            try (SinkTaskRun run = new SinkTaskRun(connector[0], config)) {
                run.put(List.of(event(connector[0]))).awaitAllCommitted();
            }
        }
        request("PUT", "/shared-2026.11.02", "");
        letTheShorterSweep("/theirs-2026.11.03");
        assertThat(exists("/shared-2026.11.01")).isTrue();

        request("DELETE", "/_index_template/shared", "");
        letTheShorterSweep("/theirs-2026.11.04");
        assertThat(exists("/shared-2026.11.01"))
                .as("after the template was lost")
                .isTrue();
        assertThat(exists("/shared-2026.11.02"))
                .as("after the template was lost")
                .isTrue();
    }

    /** Starts the connector with the shorter retention, and waits until another, started later, has deleted an index. */
    private static void letTheShorterSweep(String witness) throws IOException {
        request("PUT", witness, "{\"mappings\":" + MARK + "}");
        ElasticsearchTraceSinkConnector shorter = new ElasticsearchTraceSinkConnector();
        shorter.start(config("short", Map.of("index.prefix", "shared", "retention.mode", "janitor")));
        try {
            awaitDeletionBy("theirs", witness);
        } finally {
            shorter.stop();
        }
    }

    /** Waits until the connector has deleted an index. */
    private static void awaitDeletionBy(String prefix, String index) {
        ElasticsearchTraceSinkConnector janitor = new ElasticsearchTraceSinkConnector();
        janitor.start(config(prefix, Map.of("retention.mode", "janitor", "index.template.manage", "false")));
        try {
            await().atMost(LIMIT).until(() -> !exists(index));
        } finally {
            janitor.stop();
        }
    }

    private static Map<String, List<String>> validate(Map<String, String> config) {
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value :
                new ElasticsearchTraceSinkConnector().validate(config).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }

    private static Arguments mistake(String key, String cause, Supplier<Map<String, String>> config) {
        return Arguments.of(key, cause, config);
    }

    private static Map<String, String> config(String name, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "name",
                name,
                "index.prefix",
                name,
                "errors.tolerance",
                "all",
                "errors.deadletterqueue.topic.name",
                "dead",
                "elasticsearch.hosts",
                elasticsearch.url().toString(),
                "elasticsearch.ca.path",
                certificate.pem().toString(),
                "elasticsearch.username",
                EmbeddedElasticsearch.USERNAME,
                "elasticsearch.password",
                EmbeddedElasticsearch.PASSWORD));
        config.putAll(more);
        return config;
    }

    private static String event(String id) {
        return "{\"schema\":1,\"event_id\":\"" + id + "\",\"event\":\"send\",\"@timestamp\":\"" + Instant.now() + "\"}";
    }

    private static String noteOf(String connector) throws IOException {
        JsonNode template = elasticsearch
                .http()
                .get("/_index_template/" + connector)
                .body()
                .path("index_templates")
                .path(0)
                .path("index_template");
        return template.path("_meta").path("connectors").path(connector).asText();
    }

    private static boolean exists(String index) throws IOException {
        return elasticsearch.http().get(index).isOk();
    }

    /** Sends a request that must succeed. */
    private static void request(String method, String path, String body) throws IOException {
        HttpJson.Answer answer = elasticsearch.http().send(method, path, body);
        assertThat(answer.isOk()).as("%s %s: %s", method, path, answer).isTrue();
    }
}
