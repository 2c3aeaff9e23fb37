/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Workers that allow only some overrides, with the exact settings in {@code docs/security.md}. */
class OverridePolicyIT {

    private static final String ALLOWLIST = "connector.client.config.override.allowlist";
    private static final String CUT = "max.in.flight.requests.per.connection";
    private static final String OVERRIDE = "producer.override." + CUT;

    private static EmbeddedKafka kafka;
    private static EmbeddedConnect asDocumented;
    private static EmbeddedConnect withOneLess;

    @BeforeAll
    static void start() {
        Path directory = Path.of("target", "override-policy-it");
        Directories.delete(directory);
        kafka = new EmbeddedKafka(directory.resolve("kafka"));
        kafka.start();
        Path plugins = Cluster.pluginPathWith(ServiceFiles.bundleJar(), directory.resolve("plugins"));
        Map<String, String> documented = documentedSettings();
        asDocumented = new EmbeddedConnect("documented", kafka.bootstrapServers(), plugins, directory.resolve("first"))
                .with(documented);
        Map<String, String> less = new HashMap<>(documented);
        less.computeIfPresent(ALLOWLIST, (key, list) -> list.replace(CUT + ",", ""));
        withOneLess =
                new EmbeddedConnect("less", kafka.bootstrapServers(), plugins, directory.resolve("second")).with(less);
        asDocumented.launch();
        withOneLess.launch();
        asDocumented.awaitReady();
        withOneLess.awaitReady();
    }

    @AfterAll
    static void stop() {
        withOneLess.close();
        asDocumented.close();
        kafka.close();
    }

    @Test
    void allowsTheOverridesOfTheExamplesAndNamesTheMissingKey() {
        Map<String, Map<String, String>> overriding = new TreeMap<>();
        examples().forEach((name, config) -> {
            if (config.keySet().stream().anyMatch(OverridePolicyIT::isOverride)) {
                overriding.put(name, config);
            }
        });
        assertThat(overriding).containsKeys("delay-orders", "retry-source", "route-orders", "trace-sink");

        overriding.forEach((name, config) -> {
            assertThat(ofOverrides(asDocumented, config)).as(name).isEmpty();
            if (config.containsKey(OVERRIDE)) {
                assertThat(ofOverrides(withOneLess, config)).as(name).containsOnlyKeys(OVERRIDE);
            }
        });
        assertThat(ofOverrides(withOneLess, Objects.requireNonNull(overriding.get("delay-orders")))
                        .get(OVERRIDE))
                .singleElement()
                .satisfies(error -> assertThat(DocumentedPermissions.page().replaceAll("\\s+", " "))
                        .contains(error));
    }

    /** The errors of keys that override a setting of the worker's clients. */
    private static Map<String, List<String>> ofOverrides(EmbeddedConnect worker, Map<String, String> config) {
        Map<String, List<String>> errors =
                worker.rest().validate(Objects.requireNonNull(config.get("connector.class")), config);
        return errors.entrySet().stream()
                .filter(error -> isOverride(error.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static boolean isOverride(String key) {
        return Stream.of("producer.override.", "consumer.override.", "admin.override.")
                .anyMatch(key::startsWith);
    }

    /** Every example, by the name of its file. */
    private static Map<String, Map<String, String>> examples() {
        try (Stream<Path> files = Files.list(ServiceFiles.configExamples())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.replace(".json", ""))
                    .collect(Collectors.toMap(name -> name, name -> ExampleFile.read(name, kafka.bootstrapServers())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> documentedSettings() {
        String page = DocumentedPermissions.page();
        int begin = page.indexOf("```properties\n") + "```properties\n".length();
        Properties settings = new Properties();
        try {
            settings.load(new StringReader(page.substring(begin, page.indexOf("```", begin))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> found = new HashMap<>();
        settings.stringPropertyNames().forEach(name -> found.put(name, settings.getProperty(name)));
        assertThat(found).containsEntry("connector.client.config.override.policy", "Allowlist");
        assertThat(found.get(ALLOWLIST)).contains(CUT + ",");
        return found;
    }
}
