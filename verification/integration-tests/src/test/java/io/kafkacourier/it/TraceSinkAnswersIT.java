/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.HttpJson;
import io.kafkacourier.embedded.TlsCertificate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The sink's reactions to answers of a real Elasticsearch with TLS and security. A fault of the destination holds
 * offsets until it is fixed, a bad document is reported, and neither is mistaken for the other.
 */
class TraceSinkAnswersIT {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(UTC);
    private static final Path DIRECTORY =
            Path.of("target", "trace-sink-answers-it").toAbsolutePath();
    /** Small limits, so that requests of the usual size exceed them. */
    private static final String LIMITS = """
            http.max_content_length: 1mb
            indexing_pressure.memory.limit: 600kb
            """;

    private static Instant now;
    private static TlsCertificate certificate;
    private static EmbeddedElasticsearch elasticsearch;

    /**
     * A fault that an operator must fix.
     *
     * @param error the expected error of the sink
     */
    private record Fault(String name, String error, Step breakIt, Step fix) {

        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    private interface Step {
        void on(String index) throws IOException;
    }

    @BeforeAll
    static void start() {
        now = Instant.now();
        certificate = TlsCertificate.create(DIRECTORY.resolve("tls"), "courier");
        elasticsearch = EmbeddedElasticsearch.secured(DIRECTORY.resolve("elasticsearch"), certificate, LIMITS);
        elasticsearch.start();
    }

    @AfterAll
    static void stop() {
        elasticsearch.close();
    }

    static Stream<Fault> faults() {
        return Stream.of(
                new Fault(
                        "write block",
                        "403 cluster_block_exception",
                        settings("{\"index.blocks.write\":true}"),
                        settings("{\"index.blocks.write\":false}")),
                new Fault(
                        "flood stage",
                        "429 cluster_block_exception",
                        settings("{\"index.blocks.read_only_allow_delete\":true}"),
                        settings("{\"index.blocks.read_only_allow_delete\":null}")),
                new Fault(
                        "closed index",
                        "400 index_closed_exception",
                        index -> request("POST", "/" + index + "/_close", ""),
                        index -> request("POST", "/" + index + "/_open", "")),
                new Fault(
                        "missing pipeline",
                        "400 illegal_argument_exception",
                        settings("{\"index.default_pipeline\":\"gone\"}"),
                        settings("{\"index.default_pipeline\":\"_none\"}")),
                new Fault(
                        "alias without write index",
                        "400 illegal_argument_exception",
                        index -> {
                            request("DELETE", "/" + index, "");
                            request("PUT", "/a-of-" + index, "{\"aliases\":{\"" + index + "\":{}}}");
                            request("PUT", "/b-of-" + index, "{\"aliases\":{\"" + index + "\":{}}}");
                        },
                        index -> request(
                                "POST",
                                "/_aliases",
                                "{\"actions\":[{\"add\":{\"index\":\"a-of-" + index + "\",\"alias\":\"" + index
                                        + "\",\"is_write_index\":true}}]}")),
                new Fault(
                        "index that may not be created",
                        "404 index_not_found_exception",
                        index -> {
                            request("DELETE", "/" + index, "");
                            cluster("{\"action.auto_create_index\":false}");
                        },
                        index -> cluster("{\"action.auto_create_index\":null}")),
                new Fault(
                        "shard limit",
                        "400 validation_exception",
                        index -> {
                            request("DELETE", "/" + index, "");
                            cluster("{\"cluster.max_shards_per_node\":1}");
                        },
                        index -> cluster("{\"cluster.max_shards_per_node\":null}")));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void offsetsAreHeldUntilTheFaultOfADestinationIsFixed(Fault fault) throws IOException {
        String prefix = fault.name().replace(' ', '-');
        String index = index(prefix);
        try (SinkTaskRun run = new SinkTaskRun(prefix, secured(Map.of()))) {
            run.put(events("before", 1)).awaitAllCommitted();
            fault.breakIt().on(index);
            run.put(events("during", 20));
            run.awaitHeld(fault.error());
            assertThat(run.isPaused()).as("paused").isFalse();

            fault.fix().on(index);

            run.awaitAllCommitted();
            assertThat(run.reports()).isEmpty();
            assertThat(run.isPaused()).as("paused").isFalse();
            assertThat(documents(index)).as("documents").isGreaterThanOrEqualTo(20);
        }
    }

    @Test
    void documentsThatCanNeverBeIndexedAreReportedAndNoOthers() throws IOException {
        String index = index("strict");
        request("PUT", "/" + index, """
                {"settings": {"index.mapping.total_fields.limit": 12},
                 "mappings": {"properties": {
                   "@timestamp": {"type": "date"}, "event_id": {"type": "keyword"}, "at": {"type": "date"},
                   "code": {"type": "keyword"}, "fixed": {"dynamic": "strict", "properties": {"a": {"type": "long"}}}}}}""");
        try (SinkTaskRun run = new SinkTaskRun("strict", secured(Map.of("index.template.manage", "false")))) {
            run.put(List.of(
                    event("good-1", ""),
                    event("conflict", ",\"at\":\"not a date\""),
                    event("object", ",\"code\":{\"is\":\"an object\"}"),
                    event("strict", ",\"fixed\":{\"b\":1}"),
                    event("fields", "," + fields(20)),
                    event("immense", ",\"code\":\"" + "x".repeat(40_000) + "\""),
                    event("doubled", ",\"at\":1,\"at\":2"),
                    event("i".repeat(513), ""),
                    "{\"cut off",
                    event("good-2", "")));

            run.awaitAllCommitted();

            assertThat(run.reports()).containsOnlyKeys(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
            assertThat(run.reports().get(1L))
                    .isEqualTo("events-0@1 was refused for index " + index + " by Elasticsearch: 400"
                            + " document_parsing_exception (field at of type date)");
            assertThat(run.reports().get(3L)).contains("strict_dynamic_mapping_exception");
            assertThat(run.reports().get(7L)).isEqualTo("events-0@7 has an event_id of more than 512 bytes");
            assertThat(run.reports().values()).noneMatch(reason -> reason.contains("not a date"));
            assertThat(documents(index)).isEqualTo(2);
        }
    }

    @Test
    void requestsBeyondTheServersLimitsAreHalvedUntilTheyFit() throws IOException {
        try (SinkTaskRun run = new SinkTaskRun("large", secured(Map.of("linger", "1s")))) {
            String kilobyte = ",\"text\":\"" + "x".repeat(1_000) + "\"";
            List<String> events = new ArrayList<>(IntStream.range(0, 3_000)
                    .mapToObj(i -> event("large-" + i, kilobyte))
                    .toList());
            events.add(event("too-large", ",\"text\":\"" + "x".repeat(1_100_000) + "\""));

            run.put(events).awaitAllCommitted();

            assertThat(run.reports()).containsOnlyKeys(3_000L);
            assertThat(run.reports().get(3_000L)).contains("413");
            assertThat(documents(index("large"))).isEqualTo(3_000);
        }
    }

    @Test
    void aDataStreamTakesEachEventOnce() throws IOException {
        Map<String, String> config =
                secured(Map.of("index.strategy", "datastream", "datastream.namespace", "it", "retention", "36h"));
        for (int delivery = 0; delivery < 2; delivery++) {
            try (SinkTaskRun run = new SinkTaskRun("stream", config)) {
                run.put(events("streamed", 10)).awaitAllCommitted();
                assertThat(run.reports()).isEmpty();
            }
        }
        assertThat(documents("traces-kafka.messages-it")).isEqualTo(10);
    }

    @Test
    void aFingerprintOfTheCertificateReplacesTheFile() throws IOException {
        Map<String, String> config = new HashMap<>(secured(Map.of()));
        config.remove("elasticsearch.ca.path");
        config.put("elasticsearch.ca.fingerprint", certificate.fingerprint());
        try (SinkTaskRun run = new SinkTaskRun("pinned", config)) {
            run.put(events("pinned", 3)).awaitAllCommitted();
            assertThat(documents(index("pinned"))).isEqualTo(3);
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("wrong-api-key", "401 security_exception", (Supplier<Map<String, String>>) () ->
                        with(Map.of("elasticsearch.api.key", "d3Jvbmc6a2V5LXRoYXQtaXMtbm90LWtub3du"), certificate)),
                Arguments.of("wrong-password", "401 security_exception", (Supplier<Map<String, String>>)
                        () -> secured(Map.of("elasticsearch.password", "wrong"))),
                Arguments.of("no-right-to-the-index", "403 security_exception", (Supplier<Map<String, String>>)
                        () -> secured(Map.of("elasticsearch.username", EmbeddedElasticsearch.RESTRICTED_USERNAME))),
                Arguments.of("wrong-authority", "no answer: SSLHandshakeException", (Supplier<Map<String, String>>)
                        () -> with(secured(Map.of()), TlsCertificate.create(DIRECTORY.resolve("tls"), "other"))));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void problemsWithCredentialsAndCertificatesHoldOffsets(
            String name, String error, Supplier<Map<String, String>> config) {
        Map<String, String> withoutTemplate = new HashMap<>(config.get());
        withoutTemplate.put("index.template.manage", "false");
        try (SinkTaskRun run = new SinkTaskRun(name, withoutTemplate)) {
            run.put(events(name, 3)).awaitHeld(error);
            assertThat(run.reports()).isEmpty();
        }
    }

    @Test
    void theTaskFailsOnAFaultOfTheDestinationIfConfigured() {
        Map<String, String> config = with(
                Map.of(
                        "elasticsearch.username", EmbeddedElasticsearch.USERNAME,
                        "elasticsearch.password", "wrong",
                        "on.destination.fault", "fail"),
                certificate);
        try (SinkTaskRun run = new SinkTaskRun("failing", config)) {
            assertThatThrownBy(() -> run.put(events("failing", 1)).awaitAllCommitted())
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("401 security_exception")
                    .hasMessageContaining("on.destination.fault=fail");
        }
    }

    private static Map<String, String> secured(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "elasticsearch.username", EmbeddedElasticsearch.USERNAME,
                "elasticsearch.password", EmbeddedElasticsearch.PASSWORD));
        config.putAll(more);
        return with(config, certificate);
    }

    private static Map<String, String> with(Map<String, String> more, TlsCertificate trusted) {
        Map<String, String> config = new HashMap<>(more);
        config.put("elasticsearch.hosts", elasticsearch.url().toString());
        config.put("elasticsearch.ca.path", trusted.pem().toString());
        return config;
    }

    /** Today's index of a prefix. */
    private static String index(String prefix) {
        return prefix + "-" + DAY.format(now);
    }

    private static List<String> events(String id, int count) {
        return IntStream.range(0, count).mapToObj(i -> event(id + "-" + i, "")).toList();
    }

    /** @param more further fields, each with a comma before it */
    private static String event(String id, String more) {
        return "{\"schema\":1,\"event_id\":\"" + id + "\",\"event\":\"send\",\"@timestamp\":\"" + now + "\"" + more
                + "}";
    }

    private static String fields(int count) {
        return String.join(
                ",", IntStream.range(0, count).mapToObj(i -> "\"f" + i + "\":1").toList());
    }

    private static Step settings(String settings) {
        return index -> request("PUT", "/" + index + "/_settings", settings);
    }

    private static void cluster(String settings) throws IOException {
        request("PUT", "/_cluster/settings", "{\"persistent\":" + settings + "}");
    }

    private static long documents(String index) throws IOException {
        request("POST", "/" + index + "/_refresh", "");
        return elasticsearch
                .http()
                .get("/" + index + "/_count")
                .body()
                .path("count")
                .asLong();
    }

    /** Sends a request that must succeed. */
    private static void request(String method, String path, String body) throws IOException {
        HttpJson.Answer answer = elasticsearch.http().send(method, path, body);
        assertThat(answer.isOk()).as("%s %s: %s", method, path, answer).isTrue();
    }
}
