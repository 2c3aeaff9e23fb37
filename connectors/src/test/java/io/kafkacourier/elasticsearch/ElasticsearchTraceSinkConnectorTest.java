/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.sink.SinkConnector;
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
    @ValueSource(strings = {"elasticsearch.password", "elasticsearch.api.key"})
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
                "http://localhost",
                "ftp://localhost:9200",
                "http://:9200",
                "http://user:secret@localhost:9200",
                "http://localhost:9200/path",
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

    @Test
    void takesSeveralHosts() {
        ElasticsearchTraceSinkConfig config =
                new ElasticsearchTraceSinkConfig(Map.of("elasticsearch.hosts", "http://a:9200,https://[::1]:9243/"));
        assertThat(config.hosts()).extracting(Object::toString).containsExactly("http://a:9200", "https://[::1]:9243");
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
                                + " that a refused record is kept in a dead letter topic and not lost; else set on.malformed to"
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
    void startsAndStopsWithoutAServer() {
        connector.start(Map.of("elasticsearch.hosts", "http://localhost:1", "name", "traces"));
        connector.stop();
    }

    /** What is wrong, by key. */
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
