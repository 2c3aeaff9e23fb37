/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static java.util.Comparator.comparing;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.time.Durations;
import io.kafkacourier.interceptors.TraceConsumerInterceptor;
import io.kafkacourier.interceptors.TraceProducerInterceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/configuration.md} with the ConfigDefs of the plugins. */
class ConfigurationDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "configuration.md");

    private static final String KEYS_OF_KAFKA =
            "| `sasl.*`, `ssl.*` | | | | How the connector's consumer and its admin client"
                    + " authenticate, and whom they trust: every key of [Kafka's admin"
                    + " client](https://kafka.apache.org/documentation/#adminclientconfigs) that begins so, with the type, default and"
                    + " check of the worker's Kafka. With the prefix `consumer.` or `admin.` for one client alone. See"
                    + " [security.md](security.md). |\n";

    @Test
    void theDocumentAgreesWithThePlugins() throws IOException {
        String generated = document();
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(DOCUMENT, generated);
        }

        assertThat(Files.readString(DOCUMENT))
                .as("docs/configuration.md; to update it: mvn verify -pl dist -am -Ddocs.update=true")
                .isEqualTo(generated);
    }

    @Test
    void everyOptionIsDocumented() {
        definitions()
                .forEach((plugin, definition) -> assertThat(
                                definition.configKeys().values())
                        .as(plugin)
                        .allSatisfy(key -> assertThat(key.documentation)
                                .as(key.name)
                                .hasSizeGreaterThan(20)
                                .endsWith(".")));
    }

    private static String document() {
        StringBuilder text = new StringBuilder("""
                # Configuration

                This page lists every option of every plugin. It is generated from the plugins' definitions.

                - A duration is a number of milliseconds (`1500`), a number with a unit (`250ms`, `5s`, `30m`, `1h`, `7d`) or ISO-8601
                  (`PT30M`).
                - In the connector's configuration, the options of a transform have the prefix `transforms.<alias>.`, those of a
                  predicate `predicates.<alias>.`.
                - The options of interceptors are properties of the client. In the configuration of a connector, they have the prefix
                  `producer.override.` or `consumer.override.`.
                """);
        definitions().forEach((plugin, definition) -> {
            text.append("\n## `").append(plugin).append("`\n\n");
            text.append("| option | type | default | allowed | what it does |\n|---|---|---|---|---|\n");
            definition.configKeys().values().stream()
                    .sorted(comparing((ConfigKey key) -> key.group == null ? "" : "x")
                            .thenComparing(key -> definition.groups().indexOf(key.group))
                            .thenComparing(key -> key.orderInGroup))
                    .filter(key -> !isOfKafka(key, definition))
                    .forEach(key -> text.append(row(key)));
            if (hasKeysOfKafka(definition)) {
                text.append(KEYS_OF_KAFKA);
            }
        });
        return text.toString();
    }

    /**
     * Whether Kafka's clients define the key. There are a hundred of these, they differ from version to version, and
     * Kafka documents them.
     */
    private static boolean isOfKafka(ConfigKey key, ConfigDef definition) {
        return hasKeysOfKafka(definition) && (key.name.startsWith("sasl.") || key.name.startsWith("ssl."));
    }

    private static boolean hasKeysOfKafka(ConfigDef definition) {
        return definition.names().containsAll(List.of("sasl.jaas.config", "ssl.truststore.location"));
    }

    private static String row(ConfigKey key) {
        return Arrays.asList(
                        "`" + key.name + "`",
                        key.type.name().toLowerCase(Locale.ROOT),
                        defaultOf(key),
                        allowed(key),
                        key.documentation)
                .stream()
                .map(cell -> cell.replace("|", "\\|").replace("\n", " "))
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The validator's text, without the formats of durations, which the preface explains. */
    private static String allowed(ConfigKey key) {
        return key.validator == null ? "" : key.validator.toString().replace(": " + Durations.ALLOWED, "");
    }

    private static String defaultOf(ConfigKey key) {
        if (!key.hasDefault()) {
            return "*required*";
        }
        String value = ConfigDef.convertToString(key.defaultValue, key.type);
        return value == null || value.isEmpty() || key.type == ConfigDef.Type.PASSWORD ? "" : "`" + value + "`";
    }

    private static Map<String, ConfigDef> definitions() {
        Map<String, ConfigDef> definitions = new TreeMap<>();
        ServiceLoader.load(SourceConnector.class)
                .forEach(plugin -> definitions.put(plugin.getClass().getName(), plugin.config()));
        ServiceLoader.load(SinkConnector.class)
                .forEach(plugin -> definitions.put(plugin.getClass().getName(), plugin.config()));
        ServiceLoader.load(Transformation.class)
                .forEach(plugin -> definitions.put(plugin.getClass().getName(), plugin.config()));
        ServiceLoader.load(Predicate.class)
                .forEach(plugin -> definitions.put(plugin.getClass().getName(), plugin.config()));
        definitions.put(
                TraceProducerInterceptor.class.getName() + "` and `" + TraceConsumerInterceptor.class.getSimpleName(),
                TraceProducerInterceptor.configDef());
        definitions.values().removeIf(definition -> definition.names().isEmpty());
        return definitions;
    }
}
