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
 * The versions of Kafka that tests start brokers and workers of, each on the JVM that it is tried on. The numbers are in
 * the project's pom; all but {@link #BUILT} are there only if it was built with {@code -Pversions}.
 */
public enum KafkaVersion {

    /** What nearly all tests run: the worker that the plugins are compiled against, and the broker that suits kills. */
    BUILT(ServiceFiles.BROKER, ServiceFiles.WORKER, Runtime.version().feature()),

    /** The oldest Connect that is supported. It does not run on Java 24, which has no security manager any more. */
    OLDEST("oldest", 17),

    /** The newest. */
    NEWEST("newest", 25),

    /** The oldest broker that is supported; nothing of Connect. */
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

    /** Its number, such as 3.9.2: the worker's. */
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
     * The JVM that it runs on; the one that runs this if the one that is meant is not installed.
     *
     * @throws IllegalStateException if it is not installed and the property {@code java<feature>.required} is {@code true}
     */
    public Jvm jvm() {
        return Jvm.findOrCurrent(feature);
    }

    /** What is run, for a test's output: both numbers. */
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

    /** Whether it logs with Log4j 1, as all before 4.0. */
    boolean logsWithLog4j1() {
        return number().startsWith("3.");
    }
}
