/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * Formats the data folder of a broker with Kafka's storage tool. The tool is a separate JVM and takes seconds, so it
 * runs once for each version of Kafka. Later folders get the same files, with the ids of their broker. If a version of
 * the tool also creates folders, which contain the cluster's id, the tool runs each time.
 */
final class BrokerStorage {

    private static final String META_PROPERTIES = "meta.properties";

    /** The files that the tool has written, by their names. */
    private static final Map<KafkaVersion, Map<String, byte[]>> FORMATTED = new ConcurrentHashMap<>();

    private BrokerStorage() {}

    /**
     * Formats {@code data}, which must not exist yet.
     *
     * @param classPath the broker's class path
     * @param configuration the broker's configuration, with {@code data} as its {@code log.dirs}; the tool's logging
     *     settings are written next to it
     * @param log the file to which the tool's output is appended
     */
    static void format(
            KafkaVersion version,
            String classPath,
            Path configuration,
            Path data,
            int nodeId,
            Uuid clusterId,
            Path log) {
        Map<String, byte[]> formatted = FORMATTED.get(version);
        if (formatted == null) {
            runTool(version, classPath, configuration, clusterId, log);
            if (hasFilesAlone(data)) {
                FORMATTED.put(version, read(data));
            }
        } else {
            write(formatted, data);
            Properties meta = properties(Objects.requireNonNull(formatted.get(META_PROPERTIES)));
            meta.put("node.id", Integer.toString(nodeId));
            meta.put("cluster.id", clusterId.toString());
            meta.computeIfPresent(
                    "directory.id", (key, others) -> Uuid.randomUuid().toString());
            EmbeddedKafka.write(data.resolve(META_PROPERTIES), meta);
        }
    }

    private static void runTool(KafkaVersion version, String classPath, Path configuration, Uuid clusterId, Path log) {
        Path directory = Objects.requireNonNull(configuration.toAbsolutePath().getParent());
        ServiceProcess tool = ServiceProcess.start(
                KafkaProgram.command(
                        version,
                        directory,
                        List.of("-Xmx256m"),
                        classPath,
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        clusterId.toString(),
                        "--config",
                        configuration.toString()),
                Map.of(),
                directory,
                log);
        if (tool.awaitExit() != 0) {
            throw new IllegalStateException("cannot format the broker's storage; see " + log);
        }
    }

    private static boolean hasFilesAlone(Path data) {
        try (Stream<Path> files = Files.list(data)) {
            return files.allMatch(Files::isRegularFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, byte[]> read(Path data) {
        try (Stream<Path> files = Files.list(data)) {
            return files.collect(toMap(file -> file.getFileName().toString(), BrokerStorage::content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Map<String, byte[]> files, Path data) {
        Directories.create(data);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            try {
                Files.write(data.resolve(file.getKey()), file.getValue());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Properties properties(byte[] content) {
        Properties properties = new Properties();
        try (StringReader reader = new StringReader(new String(content, UTF_8))) {
            properties.load(reader);
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
