/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.ConnectRest;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.EmbeddedKafkaCluster;
import io.kafkacourier.embedded.EmbeddedService;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.KafkaVersion;
import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One broker or three, workers with the bundle's jar in their {@code plugin.path}, and an application's access to the
 * topics.
 */
final class Cluster implements AutoCloseable {

    /**
     * More than the minute after which the broker ends the open transaction of a killed worker, so that readers get
     * past it.
     */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /**
     * The time for a task to start: until then Connect still reports it as FAILED, and another restart would start it
     * again.
     */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(10);

    /**
     * Parts of the stack traces of tasks for which fencing failed, that were reconfigured during their start, or whose
     * producer was fenced or lost its sequence.
     */
    private static final List<String> CONNECTS_OWN_FAILURES = List.of(
            "still starting up",
            "fence",
            "FencedException",
            "ZombieSourceTasks",
            "ZombieFencing",
            "verifyTaskGenerationAndOwnership",
            "InvalidProducerEpochException",
            "InvalidTxnStateException");

    /** The settings with which the topics of a worker survive the loss of a broker. */
    private static final Map<String, String> REPLICATED = Map.of(
            "config.storage.replication.factor", "3",
            "offset.storage.replication.factor", "3",
            "status.storage.replication.factor", "3");

    private final Path directory;
    private final List<EmbeddedKafka> brokers;
    private final String bootstrapServers;
    private final List<EmbeddedConnect> workers;
    private final KafkaTopics topics;
    private long lastRestart = System.nanoTime() - RESTART_PAUSE.toNanos();

    private Cluster(
            Path directory, List<EmbeddedKafka> brokers, String bootstrapServers, List<EmbeddedConnect> workers) {
        this.directory = directory;
        this.brokers = new ArrayList<>(brokers);
        this.bootstrapServers = bootstrapServers;
        this.workers = workers;
        this.topics = new KafkaTopics(bootstrapServers);
    }

    /** Starts a broker and one worker, with data and logs in {@code target/<name>}. */
    static Cluster start(String name) {
        return start(name, 1, worker -> {});
    }

    /**
     * Starts a broker and workers that share the work, with data and logs in {@code target/<name>}.
     *
     * @param settings called for each worker before it starts
     */
    static Cluster start(String name, int workerCount, Consumer<EmbeddedConnect> settings) {
        return start(name, KafkaVersion.BUILT, workerCount, settings);
    }

    /**
     * Starts a broker and one worker, with data and logs in {@code target/<name>}.
     *
     * @param brokerSettings additional settings of the broker
     * @param settings called for the worker before it starts
     */
    static Cluster start(String name, Map<String, String> brokerSettings, Consumer<EmbeddedConnect> settings) {
        Path directory = emptied(name);
        EmbeddedKafka kafka = new EmbeddedKafka(directory.resolve("kafka")).with(brokerSettings);
        return start(directory, List.of(kafka), kafka.bootstrapServers(), 1, settings);
    }

    /** The same, with a broker of that version. */
    static Cluster start(String name, KafkaVersion broker, int workerCount, Consumer<EmbeddedConnect> settings) {
        return start(name, kafka -> kafka.withVersion(broker), workerCount, settings);
    }

    /**
     * The same, with a broker of these settings.
     *
     * @param broker called for the broker before it starts
     */
    static Cluster start(
            String name, Consumer<EmbeddedKafka> broker, int workerCount, Consumer<EmbeddedConnect> settings) {
        Path directory = emptied(name);
        EmbeddedKafka kafka = new EmbeddedKafka(directory.resolve("kafka"));
        broker.accept(kafka);
        return start(directory, List.of(kafka), kafka.bootstrapServers(), workerCount, settings);
    }

    /**
     * Starts three brokers with three replicas of everything, and two workers that share the work, with data and logs
     * in {@code target/<name>}.
     *
     * @param brokerSettings additional settings of every broker
     */
    static Cluster startReplicated(String name, Map<String, String> brokerSettings) {
        Path directory = emptied(name);
        EmbeddedKafkaCluster kafka = new EmbeddedKafkaCluster(directory).with(brokerSettings);
        return start(
                directory,
                kafka.brokers(),
                kafka.bootstrapServers(),
                2,
                worker -> worker.with(REPLICATED).withJvmOptions("-Xms128m", "-Xmx512m"));
    }

    private static Path emptied(String name) {
        Path directory = Path.of("target", name);
        Directories.delete(directory);
        return directory;
    }

    private static Cluster start(
            Path directory,
            List<EmbeddedKafka> brokers,
            String bootstrapServers,
            int workerCount,
            Consumer<EmbeddedConnect> settings) {
        List<EmbeddedConnect> workers = new ArrayList<>();
        try {
            brokers.forEach(EmbeddedKafka::launch);
            Path plugins = pluginPathWith(ServiceFiles.bundleJar(), directory.resolve("plugins"));
            for (int number = 1; number <= workerCount; number++) {
                EmbeddedConnect worker =
                        new EmbeddedConnect("worker", bootstrapServers, plugins, directory.resolve("worker-" + number));
                settings.accept(worker);
                workers.add(worker);
                worker.launch();
            }
            // a worker loads its plugins while the brokers start, and then waits for them
            brokers.forEach(EmbeddedKafka::awaitReady);
            workers.forEach(EmbeddedConnect::awaitReady);
            return new Cluster(directory, brokers, bootstrapServers, workers);
        } catch (RuntimeException e) {
            workers.forEach(EmbeddedConnect::close);
            brokers.forEach(EmbeddedKafka::close);
            throw e;
        }
    }

    /** A folder with only that jar, as a user would create it. */
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
        return bootstrapServers;
    }

    KafkaTopics topics() {
        return topics;
    }

    /** The only broker, or the first. */
    EmbeddedKafka kafka() {
        return brokers.get(0);
    }

    /** The brokers, in the order of their numbers. */
    List<EmbeddedKafka> brokers() {
        return brokers;
    }

    /**
     * Starts another broker. It only gets replicas that are placed on it from now on, so existing topics, and those of
     * Kafka and the worker, do not depend on it.
     */
    EmbeddedKafka addBroker() {
        EmbeddedKafka other = kafka().another(directory.resolve("kafka-" + (brokers.size() + 1)));
        brokers.add(other);
        other.start();
        return other;
    }

    /** The workers, in the order of their directories. */
    List<EmbeddedConnect> workers() {
        return workers;
    }

    /** The only worker, or the first. */
    EmbeddedConnect connect() {
        return workers.get(0);
    }

    /** The REST API of the first worker, which answers for all of them. */
    ConnectRest rest() {
        return connect().rest();
    }

    /** Returns when all launched services answer. */
    void awaitReady() {
        Stream.concat(brokers.stream(), workers.stream())
                .filter(EmbeddedService::isLaunched)
                .forEach(EmbeddedService::awaitReady);
    }

    /** Whether all launched workers answer. */
    boolean areWorkersReady() {
        return workers.stream().filter(EmbeddedService::isLaunched).allMatch(EmbeddedService::isReady);
    }

    /** Creates a connector and returns when it and its tasks run. */
    void startConnector(String name, Map<String, String> config) {
        rest().putConnector(name, config);
        awaitRunning(name);
    }

    /** Returns when the connector and its tasks run. Restarts tasks that fail in Connect meanwhile. */
    void awaitRunning(String name) {
        await().atMost(LIMIT).until(() -> {
            restartWhatConnectLetFail(name);
            return rest().isRunning(name, 1);
        });
    }

    /** Returns when the connector and each of its tasks are in a state such as {@code PAUSED}. */
    void awaitState(String name, String state) {
        await().atMost(LIMIT)
                .until(
                        () -> {
                            restartWhatConnectLetFail(name);
                            return rest().states(name);
                        },
                        states -> !states.isEmpty() && states.stream().allMatch(state::equals));
    }

    /**
     * Restarts tasks that failed in Connect, like the job that operators have for this, because Connect never restarts
     * them. A task fails, for example, if the request to fence its predecessors reaches a worker that is still
     * starting.
     *
     * @throws AssertionError if a task failed for any other reason
     */
    synchronized void restartWhatConnectLetFail(String name) {
        List<String> failures = rest().failures(name);
        List<String> others = failures.stream()
                .filter(trace -> trace.contains("io.kafkacourier")
                        || CONNECTS_OWN_FAILURES.stream().noneMatch(trace::contains))
                .toList();
        if (!others.isEmpty()) {
            throw new AssertionError(name + " failed: " + others);
        } else if (!failures.isEmpty() && System.nanoTime() - lastRestart > RESTART_PAUSE.toNanos()) {
            rest().restartFailed(name);
            lastRestart = System.nanoTime();
        }
    }

    /** The status of a connector from each worker, and the worker's last log lines, for failure messages. */
    String describe(String connector) {
        StringBuilder description = new StringBuilder();
        for (EmbeddedConnect worker : workers) {
            description.append(worker.url()).append(": ");
            try {
                description.append(worker.rest().status(connector));
            } catch (UncheckedIOException e) {
                description.append(e);
            }
            description.append('\n').append(worker.logTail()).append('\n');
        }
        return description.toString();
    }

    @Override
    public void close() {
        topics.close();
        workers.forEach(EmbeddedConnect::close);
        brokers.forEach(EmbeddedKafka::close);
    }
}
