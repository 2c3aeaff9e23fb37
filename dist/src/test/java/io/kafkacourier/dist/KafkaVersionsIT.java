/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;

/**
 * Tests that the packaged jars load with every supported version of Kafka, although they are compiled against one. For
 * {@code catch (A | B e)}, conditional expressions and local variables, the compiler writes the common superclass of
 * two classes into ours. If the superclass differs in another version, the JVM rejects our class.
 */
class KafkaVersionsIT {

    private static final Path KAFKA = Path.of("target", "kafka");

    /** Compression libraries, which Kafka needs in every version. */
    private static final Path CODECS = Path.of("target", "codecs");

    /** Number of minor versions from 3.9 to 4.4; the build downloads one release of each. */
    private static final int MINOR_VERSIONS = 6;

    /** An optional dependency that the bundle lacks: the Elasticsearch client's mapper for Jackson 3. */
    private static final String OPTIONAL = "java.lang.NoClassDefFoundError: tools/jackson/core/.*(?s:.*)";

    /** Members that our classes use only if they exist, by the first version that has them. */
    private static final Map<String, Set<String>> SINCE = Map.of(
            "4.1",
            Set.of(
                    "io.kafkacourier.kafka.metrics.PluginMetricPublisher uses org.apache.kafka.common.metrics.PluginMetrics",
                    "io.kafkacourier.kafka.metrics.PluginMetricPublisher uses"
                            + " org.apache.kafka.connect.source.SourceConnectorContext.pluginMetrics()",
                    "io.kafkacourier.kafka.metrics.PluginMetricPublisher uses"
                            + " org.apache.kafka.connect.source.SourceTaskContext.pluginMetrics()"));

    private static final List<JavaClass> OURS = JarOnKafka.ours(PackagedFiles.BUNDLE);

    private record KafkaVersion(String number, List<Path> jars) {

        Set<String> absent() {
            return SINCE.entrySet().stream()
                    .filter(each -> isBefore(each.getKey()))
                    .flatMap(each -> each.getValue().stream())
                    .collect(toSet());
        }

        private boolean isBefore(String other) {
            return ModuleDescriptor.Version.parse(number).compareTo(ModuleDescriptor.Version.parse(other)) < 0;
        }

        @Override
        public String toString() {
            return number;
        }
    }

    static List<KafkaVersion> versions() throws Exception {
        List<Path> libraries = libraries();
        return jarsByVersion().entrySet().stream()
                .map(each -> new KafkaVersion(
                        each.getKey(),
                        Stream.concat(each.getValue().stream(), libraries.stream())
                                .toList()))
                .toList();
    }

    /** The dependencies that all versions of Kafka need. */
    private static List<Path> libraries() throws Exception {
        Path logging = Path.of(
                Logger.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> codecs = Files.list(CODECS)) {
            return Stream.concat(Stream.of(logging), codecs).toList();
        }
    }

    private static Map<String, List<Path>> jarsByVersion() throws IOException {
        try (Stream<Path> jars = Files.list(KAFKA)) {
            return jars.collect(groupingBy(
                    jar -> jar.getFileName().toString().replaceFirst(".*-([0-9.]+)\\.jar", "$1"),
                    TreeMap::new,
                    Collectors.toList()));
        }
    }

    @Test
    void testsEverySupportedMinorVersion() throws Exception {
        assertThat(versions())
                .hasSize(MINOR_VERSIONS)
                .allSatisfy(version -> assertThat(version.jars()).hasSize(6));
        assertThat(OURS).extracting(JavaClass::getSimpleName).contains("ClusterAdmin", "ContentRouter", "StampTrace");
    }

    /** One version is enough, because the libraries do not use Kafka. */
    @Test
    void everyClassOfTheBundledLibrariesLoads() throws Exception {
        assertThat(JarOnKafka.librariesThatUseKafka(PackagedFiles.BUNDLE)).isEmpty();
        try (JarOnKafka bundle =
                new JarOnKafka(PackagedFiles.BUNDLE, versions().get(0).jars())) {
            Map<String, String> broken = bundle.brokenLibraries();
            broken.values().removeIf(error -> error.matches(OPTIONAL));

            assertThat(broken).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void ourClassesLoadAndFindTheKafkaMembersThatTheyUse(KafkaVersion version) throws Exception {
        try (JarOnKafka bundle = new JarOnKafka(PackagedFiles.BUNDLE, version.jars())) {
            assertThat(bundle.broken()).as("classes that do not load").isEmpty();
            assertThat(bundle.missing(OURS)).as("missing members").isEqualTo(version.absent());
            assertThat(bundle.unimplemented()).isEmpty();
        }
    }

    /** Loads the jar with kafka-clients and without Connect, as in an application. */
    @ParameterizedTest
    @MethodSource("versions")
    void theClientsJarLoadsWithOnlyKafkaClients(KafkaVersion version) throws Exception {
        List<Path> clients = version.jars().stream()
                .filter(jar -> !jar.getFileName().toString().startsWith("connect-"))
                .toList();
        try (JarOnKafka jar = new JarOnKafka(PackagedFiles.CLIENTS, clients)) {
            assertThat(jar.broken()).as("classes that do not load").isEmpty();
            assertThat(jar.unimplemented()).isEmpty();
        }
    }
}
