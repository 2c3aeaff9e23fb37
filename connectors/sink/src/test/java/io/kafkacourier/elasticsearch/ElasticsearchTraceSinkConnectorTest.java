/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.HttpHeaders;
import io.kafkacourier.elasticsearch.connection.ConnectionConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ElasticsearchTraceSinkConnectorTest {

    private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";

    private final ElasticsearchTraceSinkConnector connector = new ElasticsearchTraceSinkConnector();

    @Test
    void isFoundByConnect() {
        assertThat(ServiceLoader.load(SinkConnector.class))
                .hasAtLeastOneElementOfType(ElasticsearchTraceSinkConnector.class);
        assertThat(connector.taskClass()).isEqualTo(ElasticsearchTraceSinkTask.class);
    }

    @Test
    void acceptsTheLeastConfiguration() {
        assertThat(errors(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            record.source        | event
            index.prefix         | kafka-traces
            index.strategy       | daily
            datastream.namespace | default
            index.template.manage | true
            retention            | 7d
            retention.mode       | auto
            bulk.max.bytes       | 4194304
            bulk.max.records     | 5000
            linger               | 100ms
            max.in.flight        | 4
            compression          | false
            buffer.max.bytes     | 67108864
            retry.backoff.initial | 200ms
            retry.backoff.max    | 30s
            close.timeout        | 10s
            on.malformed         | report
            on.destination.fault | retry
            elasticsearch.tls.verification | full
            """)
    void hasTheDefaultsOfTheContract(String key, String value) {
        ConfigDef.ConfigKey defined =
                Objects.requireNonNull(connector.config().configKeys().get(key));
        assertThat(String.valueOf(defined.defaultValue)).isEqualTo(value);
        assertThat(defined.documentation).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "elasticsearch.password",
                "elasticsearch.api.key",
                "elasticsearch.client.key.password",
                "elasticsearch.keystore.password",
                "elasticsearch.truststore.password",
                "elasticsearch.proxy.password"
            })
    void keepsSecretsAsPasswords(String key) {
        assertThat(connector.config().configKeys().get(key))
                .isNotNull()
                .extracting(k -> k.type)
                .isEqualTo(ConfigDef.Type.PASSWORD);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            record.source        | key        | String must be one of: event, headers, auto
            index.strategy       | weekly     | String must be one of: daily, datastream
            datastream.namespace | a-b        | must be 1 to 100 lower-case letters, digits, '.' and '_'
            datastream.namespace | Prod       | must be 1 to 100 lower-case letters
            retention.mode       | never      | String must be one of: auto, lifecycle, ilm, janitor, none
            retention.mode       | lifecycle  | only data streams have a lifecycle
            retention            | soon       | is not a duration
            linger               | -1         | must be a duration of at least 0ms
            index.prefix         | Traces     | must be 1 to 200 lower-case letters
            index.prefix         | traces-*   | must be 1 to 200 lower-case letters
            index.prefix         | -traces    | must be 1 to 200 lower-case letters
            on.malformed         | ignore     | String must be one of: report, fail, warn
            max.in.flight        | 0          | Value must be at least 1
            elasticsearch.ca.fingerprint | abc | must be empty, or a SHA-256 of 64 hex digits
            """)
    void refusesWhatItCannotDo(String key, String value, String message) {
        assertThat(errors(Map.of(key, value)).get(key))
                .singleElement()
                .asString()
                .contains(value, key, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9200",
                "ftp://localhost:9200",
                "http://:9200",
                "http://user:secret@localhost:9200",
                "http://localhost:9200/path?query",
                "http://localhost:9200/a b",
                "http://localhost:",
                "http://a:9200/es,http://b:9200",
                "https://a/one,https://b/two",
                "http://ho$t:9200",
                "http://[::1:9200",
                "http:///es",
                "http://localhost:99999",
                "http://a:9200,b:9200",
                "http://a b:9200",
                "http://elastic:sec/secret@es:9200",
                "mailto:a"
            })
    void refusesHostsOfAnyOtherForm(String hosts) {
        assertThat(errors(Map.of("elasticsearch.hosts", hosts)).get("elasticsearch.hosts"))
                .singleElement()
                .asString()
                .contains("must be http://host:port or https://host:port")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            http://my_stack_elasticsearch:9200 | http://my_stack_elasticsearch:9200 | ''
            https://es.example.com             | https://es.example.com:443         | ''
            http://es.example.com              | http://es.example.com:80           | ''
            HTTPS://ES.example.com:9243        | https://ES.example.com:9243        | ''
            https://proxy.example/es/          | https://proxy.example:443          | /es
            http://a:1/x/y-z                   | http://a:1                         | /x/y-z
            https://[2001:db8::1]:9200         | https://[2001:db8::1]:9200         | ''
            http://[::1]                       | http://[::1]:80                    | ''
            """)
    void takesAddressesInAllTheirForms(String address, String host, String prefix) {
        assertThat(errors(Map.of("elasticsearch.hosts", address, "elasticsearch.connect.timeout", "100ms")))
                .isEmpty();
        ConnectionConfig connection =
                new ElasticsearchTraceSinkConfig(Map.of("elasticsearch.hosts", address)).connection();
        assertThat(connection.hosts()).extracting(Object::toString).containsExactly(host);
        assertThat(connection.pathPrefix()).isEqualTo(prefix);
    }

    @Test
    void namesTheHostsThatHaveDifferentPaths() {
        assertThat(errors(Map.of("elasticsearch.hosts", "https://a/one,https://b/two"))
                        .get("elasticsearch.hosts"))
                .singleElement()
                .asString()
                .contains("https://b/two has a different path than https://a/one");
    }

    @Test
    void refusesHalfOfAClientCertificateAndOfAProxy() {
        assertThat(errors(Map.of("elasticsearch.client.certificate.path", "/c.pem")))
                .containsOnlyKeys("elasticsearch.client.key.path");
        assertThat(errors(Map.of("elasticsearch.client.key.path", "/k.pem")))
                .containsOnlyKeys("elasticsearch.client.certificate.path");
        assertThat(errors(Map.of("elasticsearch.keystore.password", "hunter2")))
                .containsOnlyKeys("elasticsearch.keystore.path");
        assertThat(errors(Map.of("elasticsearch.proxy.username", "u", "elasticsearch.proxy.password", "hunter2")))
                .containsOnlyKeys("elasticsearch.proxy");
        assertThat(errors(Map.of("elasticsearch.proxy", "http://u:hunter2@proxy:3128"))
                        .get("elasticsearch.proxy"))
                .singleElement()
                .asString()
                .contains("must be empty, or http://host:port")
                .doesNotContain("hunter2");
    }

    @Test
    void namesAFileThatCannotBeRead() {
        for (String key :
                List.of("elasticsearch.ca.path", "elasticsearch.truststore.path", "elasticsearch.keystore.path")) {
            Map<String, List<String>> errors = errors(Map.of(key, "/no/such/file"));
            assertThat(errors).containsOnlyKeys(key);
            assertThat(errors.get(key))
                    .singleElement()
                    .asString()
                    .contains("/no/such/file", "that the worker can read");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            401 | Elasticsearch | elasticsearch.api.key | does not accept the credentials (401)
            403 | Elasticsearch | elasticsearch.hosts   | lacks a privilege (403)
            406 |               | elasticsearch.hosts   | is not Elasticsearch 8 or 9
            404 |               | elasticsearch.hosts   | does not identify itself as Elasticsearch
            """)
    void triesTheServerAndReportsWhatCanNeverWork(int status, String product, String key, String cause) {
        try (FakeElasticsearch server = new FakeElasticsearch()) {
            server.administration(request -> {
                ResponseDefinitionBuilder answer = FakeElasticsearch.answer(status, "{}");
                return product == null ? answer.withHeaders(HttpHeaders.noHeaders()) : answer;
            });
            Map<String, List<String>> errors =
                    errors(Map.of("elasticsearch.hosts", server.url(), "elasticsearch.api.key", "sesame"));
            assertThat(errors).containsOnlyKeys(key);
            assertThat(errors.get(key))
                    .singleElement()
                    .asString()
                    .contains(cause)
                    .doesNotContain("sesame");
            assertThat(server.requests()).noneMatch(request -> !request.startsWith("GET"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 429, 500, 503})
    void acceptsAServerThatIsNotReady(int status) {
        try (FakeElasticsearch server = new FakeElasticsearch()) {
            server.administration(request -> FakeElasticsearch.answer(status, "{}"));
            assertThat(errors(Map.of("elasticsearch.hosts", server.url()))).isEmpty();
        }
    }

    @Test
    @Tag("slow")
    void acceptsAServerThatNeverAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0)) {
            assertThat(errors(Map.of("elasticsearch.hosts", "http://localhost:" + silent.getLocalPort())))
                    .isEmpty();
        }
    }

    @Test
    void acceptsAProxyThatDropsTheProductHeaderForATemplateOfTheUser() {
        try (FakeElasticsearch server = new FakeElasticsearch()) {
            Map<String, String> config = Map.of("elasticsearch.hosts", server.url(), "index.template.manage", "false");
            server.administration(request -> FakeElasticsearch.answer(200, "{\"version\":{\"number\":\"8.19.1\"}}")
                    .withHeaders(HttpHeaders.noHeaders()));
            assertThat(errors(config)).isEmpty();
            server.administration(request -> FakeElasticsearch.answer(
                            200, "{\"version\":{\"number\":\"2.11.0\",\"distribution\":\"opensearch\"}}")
                    .withHeaders(HttpHeaders.noHeaders()));
            assertThat(errors(config)).containsOnlyKeys("elasticsearch.hosts");
        }
    }

    @Test
    void hintsAtUncommittedEventsAndAtARetentionThatNobodyEnforces() {
        Map<String, String> config =
                Map.of("elasticsearch.hosts", "http://a:1", "index.template.manage", "false", "retention", "90d");
        assertThat(new ElasticsearchTraceSinkConfig(config).hints())
                .hasSize(2)
                .anyMatch(hint -> hint.contains("consumer.override.isolation.level is not set"))
                .anyMatch(hint -> hint.contains("retention deletes nothing with index.template.manage=false"));
        assertThat(new ElasticsearchTraceSinkConfig(Map.of(
                                "elasticsearch.hosts",
                                "http://a:1",
                                "consumer.override.isolation.level",
                                "read_committed"))
                        .hints())
                .isEmpty();
    }

    @Test
    void takesSeveralHosts() {
        ElasticsearchTraceSinkConfig config =
                new ElasticsearchTraceSinkConfig(Map.of("elasticsearch.hosts", "http://a:9200,https://[::1]:9243/"));
        assertThat(config.connection().hosts())
                .extracting(Object::toString)
                .containsExactly("http://a:9200", "https://[::1]:9243");
    }

    @Test
    void wantsADeadLetterTopicToReportTo() {
        Map<String, List<String>> errors =
                errors(Map.of("errors.tolerance", "none", "errors.deadletterqueue.topic.name", " "));
        assertThat(errors).containsOnlyKeys("errors.tolerance", "errors.deadletterqueue.topic.name");
        assertThat(errors.get("errors.tolerance"))
                .singleElement()
                .asString()
                .isEqualTo(
                        "Invalid value none for configuration errors.tolerance: must be all with on.malformed=report, so"
                                + " that a refused record is kept in a dead letter topic and not lost; otherwise set on.malformed to"
                                + " fail or warn");
        assertThat(errors(Map.of("errors.tolerance", "none", "on.malformed", "fail")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        JSON_CONVERTER + ",                                              true,  true",
        JSON_CONVERTER + ",                                              false, false",
        "org.apache.kafka.connect.converters.ByteArrayConverter, true,  false",
        "org.apache.kafka.connect.storage.StringConverter,       true,  false"
    })
    void refusesAJsonConverterThatWantsSchemas(String converter, String schemas, boolean refused) {
        Map<String, List<String>> errors =
                errors(Map.of("value.converter", converter, "value.converter.schemas.enable", schemas));
        assertThat(errors.containsKey("value.converter")).isEqualTo(refused);
    }

    @Test
    void pointsFromAJsonConverterWithSchemasToTheRightOne() {
        assertThat(errors(Map.of("value.converter", JSON_CONVERTER)).get("value.converter"))
                .singleElement()
                .asString()
                .contains("use org.apache.kafka.connect.converters.ByteArrayConverter");
    }

    @Test
    void refusesHalfOfTheCredentialsAndTwoKinds() {
        assertThat(errors(Map.of("elasticsearch.username", "u"))).containsOnlyKeys("elasticsearch.password");
        assertThat(errors(Map.of("elasticsearch.password", "hunter2"))).containsOnlyKeys("elasticsearch.username");
        Map<String, List<String>> both = errors(Map.of(
                "elasticsearch.username", "u", "elasticsearch.password", "hunter2", "elasticsearch.api.key", "sesame"));
        assertThat(both).containsOnlyKeys("elasticsearch.api.key");
        assertThat(both.toString()).doesNotContain("hunter2", "sesame");
    }

    @Test
    void refusesTlsSettingsThatWouldBeWithoutEffect() {
        assertThat(errors(Map.of("elasticsearch.tls.verification", "none", "elasticsearch.ca.path", "/ca.pem")))
                .containsOnlyKeys("elasticsearch.tls.verification");
        assertThat(errors(Map.of(
                        "elasticsearch.ca.fingerprint", "AB:".repeat(31) + "AB", "elasticsearch.ca.path", "/ca.pem")))
                .containsOnlyKeys("elasticsearch.ca.fingerprint");
    }

    @ParameterizedTest
    @CsvSource({
        "daily,      true,  auto|ilm|janitor|none,   lifecycle",
        "datastream, true,  auto|lifecycle|ilm|none, janitor",
        "daily,      false, auto|janitor|none,       lifecycle|ilm",
        "datastream, false, auto|none,               lifecycle|ilm|janitor"
    })
    void takesTheKindsOfRetentionThatGoWithTheIndices(String strategy, String manage, String taken, String refused) {
        for (String mode : (taken + "|" + refused).split("\\|", -1)) {
            Map<String, List<String>> errors =
                    errors(Map.of("index.strategy", strategy, "index.template.manage", manage, "retention.mode", mode));
            assertThat(errors.containsKey("retention.mode"))
                    .as("%s with %s, template managed: %s", mode, strategy, manage)
                    .isEqualTo(refused.contains(mode));
        }
    }

    @Test
    void givesEveryTaskTheWholeConfigurationAndItsNumber() {
        Map<String, String> properties = Map.of(
                "elasticsearch.hosts",
                "http://localhost:1",
                "retention.mode",
                "none",
                "name",
                "traces",
                "other",
                "kept");
        connector.start(properties);
        List<Map<String, String>> configs = connector.taskConfigs(2);
        connector.stop();
        assertThat(configs).hasSize(2).allSatisfy(config -> assertThat(config).containsAllEntriesOf(properties));
        assertThat(configs).extracting(config -> config.get("courier.task")).containsExactly("0", "1");
    }

    @Test
    void itsThreadsRunFromStartToStopEvenWithoutAServer() {
        Set<Thread> others = courierThreads();
        connector.start(Map.of("elasticsearch.hosts", "http://localhost:1", "index.prefix", "own", "name", "traces"));
        Set<Thread> own = new HashSet<>();
        await().untilAsserted(() -> {
            own.addAll(courierThreads());
            own.removeAll(others);
            assertThat(own).extracting(Thread::getName).contains("courier-janitor-own", "courier-elasticsearch-io");
        });

        connector.stop();

        await().untilAsserted(() -> assertThat(own).noneMatch(Thread::isAlive));
    }

    @Test
    void hasNoThreadsIfItDeletesNothing() {
        Set<Thread> others = courierThreads();
        connector.start(Map.of("elasticsearch.hosts", "http://localhost:1", "retention.mode", "none"));

        assertThat(courierThreads()).isSubsetOf(others);

        connector.stop();
    }

    private static Set<Thread> courierThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("courier-"))
                .collect(Collectors.toSet());
    }

    /** The messages of mistakes, by key. */
    private Map<String, List<String>> errors(Map<String, String> overrides) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "elasticsearch.hosts", "http://localhost:9200",
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", "dead"));
        properties.putAll(overrides);
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : connector.validate(properties).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }
}
