/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Kafka versions of the brokers and workers that tests start, each with its JVM. The project's pom has the version
 * numbers. All except {@link #BUILT} need a build with {@code -Pversions}.
 */
public enum KafkaVersion {

    /**
     * The version for nearly all tests: the worker that the plugins are compiled against, and a broker that recovers
     * well from kills.
     */
    BUILT(ServiceFiles.BROKER, ServiceFiles.WORKER, Runtime.version().feature()),

    /** The oldest supported Connect. It does not run on Java 24, which no longer has a security manager. */
    OLDEST("oldest", 17),

    /** The newest supported Connect and broker. */
    NEWEST("newest", 25),

    /** The oldest supported broker, without Connect. */
    OLDEST_BROKER("oldest-broker", 17);

    private static final Pattern CLIENTS = Pattern.compile("kafka-clients-([0-9.]+)\\.jar");

    private final String broker;
    private final String worker;
    private final int feature;

    KafkaVersion(String module, int feature) {
        this(
                ServiceFiles.VERSIONS + module + "/target/kafka",
                ServiceFiles.VERSIONS + module + "/target/kafka",
                feature);
    }

    KafkaVersion(String broker, String worker, int feature) {
        this.broker = broker;
        this.worker = worker;
        this.feature = feature;
    }

    /** The version number of the worker, such as 3.9.2. */
    public String number() {
        Path folder = ServiceFiles.built(worker);
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> CLIENTS.matcher(file.getFileName().toString()))
                    .filter(Matcher::matches)
                    .map(clients -> Objects.requireNonNull(clients.group(1)))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(folder + " has no kafka-clients"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The JVM to run it on; the current JVM if the right one is not installed.
     *
     * @throws IllegalStateException if it is not installed and the property {@code java<feature>.required} is {@code true}
     */
    public Jvm jvm() {
        return Jvm.findOrCurrent(feature);
    }

    /** Both version numbers, for the output of tests. */
    public String description() {
        Jvm jvm = jvm();
        return "Kafka " + number() + " on Java " + jvm.feature()
                + (jvm.feature() == feature ? "" : ", as there is no Java " + feature);
    }

    String brokerClassPath() {
        return ServiceFiles.built(broker) + "/*";
    }

    String workerClassPath() {
        return ServiceFiles.built(worker) + "/*";
    }

    /** Whether it logs with Log4j 1, like all versions before 4.0. */
    boolean logsWithLog4j1() {
        return number().startsWith("3.");
    }
}
