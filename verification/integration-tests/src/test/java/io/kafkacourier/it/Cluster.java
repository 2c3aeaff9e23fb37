/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.ConnectRest;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A broker, a worker that has the bundle's jar in its {@code plugin.path}, and an application's view of the topics. */
final class Cluster implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final EmbeddedKafka kafka;
    private final EmbeddedConnect connect;
    private final KafkaTopics topics;

    private Cluster(EmbeddedKafka kafka, EmbeddedConnect connect, KafkaTopics topics) {
        this.kafka = kafka;
        this.connect = connect;
        this.topics = topics;
    }

    /** Starts both; data and logs go under {@code target/<name>}. */
    static Cluster start(String name) {
        return start(name, worker -> {});
    }

    /** The same with a worker of other settings. */
    static Cluster start(String name, Consumer<EmbeddedConnect> settings) {
        Path directory = Path.of("target", name);
        Directories.delete(directory);
        EmbeddedKafka kafka = new EmbeddedKafka(directory.resolve("kafka"));
        try {
            kafka.start();
            EmbeddedConnect connect = new EmbeddedConnect(
                    "worker",
                    kafka.bootstrapServers(),
                    pluginPathWith(ServiceFiles.bundleJar(), directory.resolve("plugins")),
                    directory.resolve("connect"));
            settings.accept(connect);
            connect.start();
            return new Cluster(kafka, connect, new KafkaTopics(kafka.bootstrapServers()));
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    /** A folder with that one jar in it, as a user would drop it in. */
    static Path pluginPathWith(Path jar, Path folder) {
        try {
            Files.copy(
                    jar,
                    Directories.create(folder).resolve(jar.getFileName().toString()),
                    StandardCopyOption.REPLACE_EXISTING);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    KafkaTopics topics() {
        return topics;
    }

    EmbeddedConnect connect() {
        return connect;
    }

    ConnectRest rest() {
        return connect.rest();
    }

    /** Creates a connector and returns when it and its tasks run. */
    void startConnector(String name, Map<String, String> config) {
        rest().putConnector(name, config);
        awaitRunning(name);
    }

    /** Returns when the connector and its tasks run. */
    void awaitRunning(String name) {
        await().atMost(LIMIT)
                .failFast(() -> {
                    List<String> failures = rest().failures(name);
                    if (!failures.isEmpty()) {
                        throw new AssertionError(name + " failed: " + failures);
                    }
                })
                .until(() -> rest().isRunning(name, 1));
    }

    @Override
    public void close() {
        topics.close();
        connect.close();
        kafka.close();
    }
}
