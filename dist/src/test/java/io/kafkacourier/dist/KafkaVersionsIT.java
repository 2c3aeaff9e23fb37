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
 * The packaged jars load on every version of Kafka that is promised, though they are compiled against one alone. The
 * compiler writes that version's common parent of two classes into ours, for {@code catch (A | B e)}, a conditional
 * expression, or a local variable; where another version has other parents, the JVM refuses our class.
 */
class KafkaVersionsIT {

    private static final Path KAFKA = Path.of("target", "kafka");

    /** What Kafka compresses with, which every version has with it. */
    private static final Path CODECS = Path.of("target", "codecs");

    /** From 3.9 to 4.4: the build fetches one of each. */
    private static final int MINOR_VERSIONS = 6;

    /** What a library can use and the bundle does without: the Elasticsearch client's mapper for Jackson 3. */
    private static final String OPTIONAL = "java.lang.NoClassDefFoundError: tools/jackson/core/.*(?s:.*)";

    /** What our classes use only where it is there, by the version that has it first. */
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

    /** What Kafka itself needs, whatever its version. */
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
    void everyMinorVersionThatIsPromisedIsTried() throws Exception {
        assertThat(versions())
                .hasSize(MINOR_VERSIONS)
                .allSatisfy(version -> assertThat(version.jars()).hasSize(6));
        assertThat(OURS).extracting(JavaClass::getSimpleName).contains("ClusterAdmin", "ContentRouter", "StampTrace");
    }

    /** They do so on one version as on the other, since they use nothing of Kafka. */
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
    void everyClassOfOursLoadsAndFindsWhatItUsesOfKafka(KafkaVersion version) throws Exception {
        try (JarOnKafka bundle = new JarOnKafka(PackagedFiles.BUNDLE, version.jars())) {
            assertThat(bundle.broken()).as("classes that do not load").isEmpty();
            assertThat(bundle.missing(OURS)).as("members that are not there").isEqualTo(version.absent());
            assertThat(bundle.unimplemented()).isEmpty();
        }
    }

    /** With the clients of that version and nothing of Connect, as in an application. */
    @ParameterizedTest
    @MethodSource("versions")
    void everyClassOfTheClientsJarLoadsWithKafkasClientsAlone(KafkaVersion version) throws Exception {
        List<Path> clients = version.jars().stream()
                .filter(jar -> !jar.getFileName().toString().startsWith("connect-"))
                .toList();
        try (JarOnKafka jar = new JarOnKafka(PackagedFiles.CLIENTS, clients)) {
            assertThat(jar.broken()).as("classes that do not load").isEmpty();
            assertThat(jar.unimplemented()).isEmpty();
        }
    }
}
