/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static io.kafkacourier.dist.PackagedFiles.ARCHIVE;
import static io.kafkacourier.dist.PackagedFiles.BUNDLE;
import static io.kafkacourier.dist.PackagedFiles.CLIENTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** Tests the contents and the metadata of the packaged files. */
class ShippedFilesIT {

    private static final Path ROOT = Path.of("..");
    private static final String LICENSES = "META-INF/licenses/";
    private static final String NO_BILL_OFFLINE = "Maven does not create the bill of materials offline";
    private static final String SHADED = "io/kafkacourier/shaded/";

    private static final String VERSION =
            BUNDLE.getFileName().toString().replaceFirst("kafka-connect-courier-(.*)\\.jar", "$1");

    static List<Path> jars() {
        return List.of(BUNDLE, CLIENTS);
    }

    @ParameterizedTest
    @MethodSource("jars")
    void theManifestHasTitleVersionAndVendor(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes attributes = file.getManifest().getMainAttributes();
            assertThat(attributes.getValue(Attributes.Name.IMPLEMENTATION_TITLE))
                    .startsWith("Kafka Connect Courier");
            assertThat(attributes.getValue(Attributes.Name.IMPLEMENTATION_VERSION))
                    .isEqualTo(VERSION);
            assertThat(attributes.getValue(Attributes.Name.IMPLEMENTATION_VENDOR))
                    .isEqualTo("Kafka Connect Courier");
        }
    }

    @ParameterizedTest
    @MethodSource("jars")
    void theJarHasOurLicenceAndANoticeForEveryLibraryInIt(Path jar) throws IOException {
        assertThat(read(jar, "META-INF/LICENSE")).isEqualTo(Files.readString(ROOT.resolve("LICENSE")));
        assertThat(read(jar, "META-INF/NOTICE")).contains(licensed(jar, LICENSES));
    }

    @Test
    void theBundleContainsOnlyOurClassesAndLibrariesWithTheirLicence() throws IOException {
        Set<String> known = new HashSet<>();
        for (Map.Entry<String, Path> library : BundledLibraries.jars().entrySet()) {
            known.addAll(classesIn(library.getValue()));
        }
        BundledLibraries.ownModules().forEach(module -> known.addAll(classesIn(module)));

        assertThat(classesIn(BUNDLE)).isSubsetOf(known);
        assertThat(licensed(BUNDLE, LICENSES)).isEqualTo(BundledLibraries.jars().keySet());
    }

    @Test
    void theClientsJarContainsOnlyOurClassesAndRelocatedLibrariesWithTheirLicence() throws IOException {
        assertThat(classesIn(CLIENTS)).isNotEmpty().allMatch(name -> name.startsWith("io/kafkacourier/"));
        assertThat(classesIn(CLIENTS).stream()
                        .filter(name -> name.startsWith(SHADED))
                        .map(name -> name.substring(SHADED.length()).replaceFirst("/.*", ""))
                        .collect(Collectors.toSet()))
                .isEqualTo(licensed(CLIENTS, LICENSES));
    }

    @Test
    @DisabledIfSystemProperty(named = "maven.offline", matches = "offline: true", disabledReason = NO_BILL_OFFLINE)
    void theBillOfMaterialsOfTheBundleListsExactlyItsLibraries() throws IOException {
        assertThat(libraries(billOfMaterials(ROOT.resolve("dist"), BUNDLE)))
                .containsExactlyInAnyOrderElementsOf(BundledLibraries.jars().values().stream()
                        .map(jar -> jar.getFileName().toString())
                        .toList());
    }

    @Test
    @DisabledIfSystemProperty(named = "maven.offline", matches = "offline: true", disabledReason = NO_BILL_OFFLINE)
    void theBillOfMaterialsOfTheClientsJarListsExactlyItsLibraries() throws IOException {
        Map<String, Path> bundled = BundledLibraries.jars();

        assertThat(libraries(billOfMaterials(ROOT.resolve("clients"), CLIENTS)))
                .containsExactlyInAnyOrderElementsOf(licensed(CLIENTS, LICENSES).stream()
                        .map(library -> bundled.get(library).getFileName().toString())
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("jars")
    @DisabledIfSystemProperty(named = "maven.offline", matches = "offline: true", disabledReason = NO_BILL_OFFLINE)
    void theBillOfMaterialsIsTheSameInEveryBuild(Path jar) throws IOException {
        Path module = ROOT.resolve(jar.equals(CLIENTS) ? "clients" : "dist");

        assertThat(billOfMaterials(module, jar))
                .contains("\"name\" : \"cdx:reproducible\"")
                .doesNotContain("\"timestamp\"", "\"serialNumber\"");
    }

    private static String billOfMaterials(Path module, Path jar) throws IOException {
        String name = jar.getFileName().toString().replaceFirst("\\.jar$", "-cyclonedx.json");
        return Files.readString(module.resolve("target").resolve(name));
    }

    /** The third-party jars in a bill of materials. */
    private static List<String> libraries(String billOfMaterials) {
        return Pattern.compile("\"purl\" : \"pkg:maven/([^/]+)/([^@]+)@([^?]+)\\?type=jar\"")
                .matcher(billOfMaterials)
                .results()
                .filter((MatchResult component) -> !component.group(1).equals("io.kafkacourier"))
                .map((MatchResult component) -> component.group(2) + "-" + component.group(3) + ".jar")
                .toList();
    }

    @Test
    void theClientsJarNeedsNothingButKafkasClients() throws IOException {
        try (JarFile jar = new JarFile(CLIENTS.toFile())) {
            classes()
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(
                            "java..",
                            "javax.crypto..",
                            "javax.management..",
                            "io.kafkacourier..",
                            "org.apache.kafka.clients..",
                            "org.apache.kafka.common..",
                            "org.slf4j..",
                            // annotations, which are not needed at runtime
                            "org.jspecify.annotations..")
                    .check(new ClassFileImporter().importJar(jar));
        }
    }

    @Test
    void theInterceptorsNeedOnlyTheClientsJarAndKafkaClients() throws Exception {
        URL[] classPath = {CLIENTS.toUri().toURL(), location(Producer.class), location(Logger.class)};
        try (URLClassLoader application = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader())) {
            for (String name : classesIn(CLIENTS)) {
                Class<?> loaded =
                        Class.forName(name.replace('/', '.').replaceFirst("\\.class$", ""), false, application);
                // resolves every class in a signature
                assertThat(loaded.getDeclaredMethods().length + loaded.getDeclaredConstructors().length)
                        .isNotNegative();
            }
            Object record = application
                    .loadClass("org.apache.kafka.clients.producer.ProducerRecord")
                    .getConstructor(String.class, Object.class)
                    .newInstance("events", "{\"type\":\"paid\"}");
            Map<String, Object> settings = Map.of(
                    "bootstrap.servers", List.of("localhost:9"),
                    "client.id", "alone",
                    "courier.routing.rules", "paid",
                    "courier.routing.rules.paid.when", "value.type == 'paid' and value.type matches 'p.*'",
                    "courier.routing.rules.paid.to", "${value.type}",
                    "courier.routing.topics.allow", "[a-z]+");

            Object routed = onSend(application, "RoutingProducerInterceptor", settings, record);
            Object traced = onSend(application, "TraceProducerInterceptor", settings, routed);

            assertThat(traced).asString().contains("topic=paid").contains("traceparent");
        }
    }

    private static Object onSend(ClassLoader application, String name, Map<String, Object> settings, Object record)
            throws ReflectiveOperationException {
        Class<?> type = application.loadClass("io.kafkacourier.interceptors." + name);
        Object interceptor = type.getConstructor().newInstance();
        type.getMethod("configure", Map.class).invoke(interceptor, settings);
        Method onSend = type.getMethod("onSend", record.getClass());
        Object sent = onSend.invoke(interceptor, record);
        type.getMethod("close").invoke(interceptor);
        return sent;
    }

    @Test
    void theClientsArtifactHasNoTransitiveDependencies() throws Exception {
        NodeList dependencies = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(ROOT.resolve("clients/target/dependency-reduced-pom.xml").toFile())
                .getElementsByTagName("dependency");

        assertThat(dependencies.getLength()).isPositive();
        for (int i = 0; i < dependencies.getLength(); i++) {
            Element dependency = (Element) dependencies.item(i);
            assertThat(dependency.getElementsByTagName("scope").item(0).getTextContent())
                    .as(dependency.getTextContent())
                    .isIn("provided", "test");
        }
    }

    @Test
    void theReadmeNamesTheClientsArtifactOfThisVersion() throws IOException {
        assertThat(Files.readString(ROOT.resolve("README.md")))
                .containsPattern(
                        "<artifactId>kafka-connect-courier-clients</artifactId>\\s*<version>" + VERSION + "</version>");
    }

    @Test
    void theComponentArchiveHasTheBundleAndEveryLicence() throws IOException {
        String base = ARCHIVE.getFileName().toString().replace(".zip", "/");

        assertThat(names(ARCHIVE))
                .contains(base + "manifest.json", base + "doc/LICENSE", base + "doc/NOTICE")
                .filteredOn(name -> name.startsWith(base + "lib/") && !name.endsWith("/"))
                .containsExactly(base + "lib/" + BUNDLE.getFileName());
        assertThat(licensed(ARCHIVE, base + "doc/licenses/"))
                .isEqualTo(BundledLibraries.jars().keySet());
    }

    /** Tests patterns such as {@code dist/target/kafka-connect-courier-[0-9]*.jar} in files from which users copy. */
    @ParameterizedTest
    @MethodSource
    void patternsForTheJarTakeTheBundleAndNothingElse(Path file) throws IOException {
        List<String> patterns = Pattern.compile("dist/target/(\\S*\\*\\S*)")
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();

        assertThat(patterns)
                .isNotEmpty()
                .allSatisfy(
                        pattern -> assertThat(PackagedFiles.matching(pattern)).containsExactly(BUNDLE.getFileName()));
    }

    static List<Path> patternsForTheJarTakeTheBundleAndNothingElse() {
        return List.of(ROOT.resolve("README.md"), ROOT.resolve("docker/Dockerfile"), ROOT.resolve(".dockerignore"));
    }

    /** The names of the subfolders of {@code folder} that contain a licence. */
    private static Set<String> licensed(Path archive, String folder) throws IOException {
        return names(archive).stream()
                .filter(name -> name.startsWith(folder))
                .map(name -> name.substring(folder.length()))
                .filter(name -> name.matches("[^/]+/LICENSE[^/]*"))
                .map(name -> name.replaceFirst("/.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> classesIn(Path jarOrFolder) {
        try {
            if (Files.isDirectory(jarOrFolder)) {
                try (Stream<Path> files = Files.walk(jarOrFolder)) {
                    return files.map(jarOrFolder::relativize)
                            .map(path -> path.toString().replace('\\', '/'))
                            .filter(name -> name.endsWith(".class"))
                            .collect(Collectors.toSet());
                }
            }
            return names(jarOrFolder).stream()
                    .filter(name -> name.endsWith(".class"))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> names(Path archive) throws IOException {
        try (ZipFile file = new ZipFile(archive.toFile())) {
            return file.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static String read(Path archive, String name) throws IOException {
        try (ZipFile file = new ZipFile(archive.toFile());
                InputStream in = file.getInputStream(file.getEntry(name))) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static URL location(Class<?> type) {
        return type.getProtectionDomain().getCodeSource().getLocation();
    }
}
