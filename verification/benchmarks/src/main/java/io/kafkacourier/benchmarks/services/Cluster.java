/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.services;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A broker, a worker with the bundle and Kafka's mirror connectors, and a JVM with only the Kafka clients. */
public final class Cluster implements AutoCloseable {

    /** The heap of the worker and of the bare program. */
    static final List<String> WORKER_HEAP = List.of("-Xms1g", "-Xmx1g");

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final EmbeddedKafka kafka;
    private final EmbeddedConnect connect;
    private final KafkaTopics topics;
    private final BareProcess bare;

    private Cluster(EmbeddedKafka kafka, EmbeddedConnect connect, KafkaTopics topics, BareProcess bare) {
        this.kafka = kafka;
        this.connect = connect;
        this.topics = topics;
        this.bare = bare;
    }

    /** Starts everything in the directory, which is emptied first. */
    public static Cluster start(Path directory) {
        return start(directory, WORKER_HEAP);
    }

    /** Starts everything in the directory, with the given heap options for the worker. */
    public static Cluster start(Path directory, List<String> workerHeap) {
        Directories.delete(directory);
        EmbeddedKafka kafka = new EmbeddedKafka(directory.resolve("kafka"));
        try {
            kafka.start();
            EmbeddedConnect connect = new EmbeddedConnect(
                            "worker",
                            kafka.bootstrapServers(),
                            plugins(directory.resolve("plugins")),
                            directory.resolve("connect"))
                    .withJvmOptions(workerHeap.toArray(String[]::new));
            connect.start();
            return new Cluster(
                    kafka,
                    connect,
                    new KafkaTopics(kafka.bootstrapServers()),
                    new BareProcess(kafka.bootstrapServers(), directory.resolve("bare")));
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    public String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    public KafkaTopics topics() {
        return topics;
    }

    public BareProcess bare() {
        return bare;
    }

    /** Kills the worker with SIGKILL. */
    public void killWorker() {
        connect.kill();
    }

    /** Starts the worker again, and returns at once. */
    public void launchWorker() {
        connect.launch();
    }

    /** Waits until the worker answers. */
    public void awaitWorker() {
        connect.awaitReady();
    }

    /** Creates a connector and waits until it and the given number of tasks run. */
    public void startConnector(String name, Map<String, String> config, int tasks) {
        ConnectRest rest = connect.rest();
        rest.putConnector(name, config);
        await(name + " runs", () -> {
            requireHealthy(name);
            return rest.isRunning(name, tasks);
        });
    }

    /**
     * Waits until a topic has the given number of records, committed or not. Compares end offsets and does not read
     * records.
     */
    public void awaitWritten(String topic, long records, String connector) {
        long[] written = {0};
        await(records + " records in " + topic, () -> {
            long before = written[0];
            written[0] = topics.endOffsets(topic).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            if (written[0] == before) {
                requireHealthy(connector);
            }
            return written[0] >= records;
        });
    }

    /**
     * Checks that a connector still works.
     *
     * @throws IllegalStateException if it or one of its tasks has failed; the message has the stack traces
     */
    public void requireHealthy(String name) {
        List<String> failures = connect.rest().failures(name);
        if (!failures.isEmpty()) {
            throw new IllegalStateException(name + " failed: " + failures);
        }
    }

    /** Deletes a connector and waits until its status is gone. */
    public void deleteConnector(String name) {
        ConnectRest rest = connect.rest();
        rest.deleteConnector(name);
        await(name + " is gone", () -> rest.status(name).path("connector").isMissingNode());
    }

    /**
     * Waits until the condition holds.
     *
     * @throws IllegalStateException if it does not hold within two minutes
     */
    public static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("not within " + LIMIT + ": " + what);
            }
            try {
                TimeUnit.MILLISECONDS.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() {
        bare.close();
        topics.close();
        connect.close();
        kafka.close();
    }

    /** A {@code plugin.path} with the bundle and the mirror connectors. */
    private static Path plugins(Path directory) {
        Path mirror = Directories.create(directory.resolve("mirror"));
        try (Stream<Path> jars = Files.list(BuiltFiles.mirrorJars())) {
            copy(ServiceFiles.bundleJar(), directory);
            jars.forEach(jar -> copy(jar, mirror));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path file, Path directory) {
        try {
            Files.copy(file, directory.resolve(file.getFileName()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
