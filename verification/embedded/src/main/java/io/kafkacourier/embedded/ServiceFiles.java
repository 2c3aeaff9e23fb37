/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the services' programs and the packaged bundle that the build has created. It searches from the working
 * directory upwards, because a test runs in its module's folder and the quickstart in the project's.
 */
public final class ServiceFiles {

    static final String BROKER = "verification/broker/target/broker";
    static final String WORKER = "verification/embedded/target/services/worker";
    /** The start of the folders with other versions of Kafka. */
    static final String VERSIONS = "verification/versions/";

    private ServiceFiles() {}

    /** The class path of the broker and of Kafka's command line tools: every jar of one folder. */
    public static String brokerClassPath() {
        return built(BROKER) + "/*";
    }

    /** The class path of the worker: every jar of one folder. */
    public static String workerClassPath() {
        return built(WORKER) + "/*";
    }

    /** The class path with only the dependencies of kafka-clients: logging and compression. */
    public static String librariesOfKafkaClients() {
        Path folder = built(WORKER);
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName()
                            .toString()
                            .matches("(slf4j-api|lz4-java|snappy-java|zstd-jni)-[0-9].*\\.jar"))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder for {@code plugin.path} with Kafka's file connectors, which are not on the worker's class path. */
    public static Path othersPlugins() {
        return built("verification/embedded/target/services/plugins");
    }

    /** The unpacked Elasticsearch. */
    static Path elasticsearchHome() {
        return built("verification/embedded/target/services/elasticsearch");
    }

    /** The jar that a user copies into a folder of the worker's {@code plugin.path}. */
    public static Path bundleJar() {
        return packaged("kafka-connect-courier-[0-9].*\\.jar");
    }

    /** The jar with the interceptors of plain clients. */
    public static Path clientsJar() {
        return packaged("kafka-connect-courier-clients-[0-9].*\\.jar");
    }

    /** The component archive. */
    public static Path bundleZip() {
        return packaged("kafka-connect-courier-[0-9].*\\.zip");
    }

    /** A file or folder of the project, such as {@code README.md}. */
    public static Path projectFile(String relative) {
        return built(".mvn").resolveSibling(relative);
    }

    /** The directory with the examples that users copy. */
    public static Path configExamples() {
        return built("config-examples");
    }

    private static Path packaged(String name) {
        Path folder = built("dist/target");
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> found = files.filter(
                            file -> file.getFileName().toString().matches(name))
                    .toList();
            if (found.size() != 1) {
                throw new IllegalStateException("there should be one file " + name + " in " + folder + ", not " + found
                        + "; build it with: mvn clean package -DskipTests");
            }
            return found.get(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path built(String relative) {
        Path start = Path.of("").toAbsolutePath();
        for (Path folder = start; folder != null; folder = folder.getParent()) {
            Path candidate = folder.resolve(relative);
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException(
                relative + " is not in " + start + " or above; build it with: mvn package -DskipTests"
                        + (relative.startsWith(VERSIONS) ? " -Pversions" : ""));
    }
}
