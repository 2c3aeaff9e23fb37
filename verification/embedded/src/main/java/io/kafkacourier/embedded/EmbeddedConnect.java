/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A Connect worker in distributed mode with exactly-once sources. It finds plugins only in a folder, through their
 * service files. Its settings are those of a user's worker, except shorter time-outs after a kill.
 */
public final class EmbeddedConnect extends EmbeddedService {

    /**
     * The JVM options of Kafka's start scripts for brokers and workers, so that garbage collection pauses as in
     * production.
     */
    public static final List<String> START_SCRIPT_OPTIONS = List.of(
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent");

    private final Path directory;
    private final Properties settings = new Properties();
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Xms256m", "-Xmx1g"));
    private final List<String> jmxOptions = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final int jmxPort = freePort();
    private final URI url;
    private final HttpJson http;
    private KafkaVersion version = KafkaVersion.BUILT;

    /**
     * Creates a worker with its log in {@code directory}, which is emptied now. Workers of one broker with the same
     * {@code name} share the work.
     *
     * @param pluginPath a folder with plugins for the worker's {@code plugin.path}; Kafka's file connectors are in
     *     another folder
     */
    public EmbeddedConnect(String name, String bootstrapServers, Path pluginPath, Path directory) {
        super("connect", directory);
        this.directory = Directories.create(directory);
        int port = freePort();
        this.url = URI.create("http://127.0.0.1:" + port);
        this.http = new HttpJson(url);
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", name);
        settings.put("listeners", url.toString());
        settings.put(
                "plugin.path",
                pluginPath.toAbsolutePath() + "," + ServiceFiles.othersPlugins().toAbsolutePath());
        settings.put("plugin.discovery", "service_load");
        settings.put("exactly.once.source.support", "enabled");
        settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        for (String topic : List.of("config", "offset", "status")) {
            settings.put(topic + ".storage.topic", name + "-" + topic + "s");
            settings.put(topic + ".storage.replication.factor", "1");
        }
        settings.put("offset.storage.partitions", "4");
        settings.put("status.storage.partitions", "1");
        settings.put("offset.flush.interval.ms", "2000");
        settings.put("session.timeout.ms", "6000");
        settings.put("heartbeat.interval.ms", "1000");
        settings.put("rebalance.timeout.ms", "10000");
        settings.put("scheduled.rebalance.max.delay.ms", "0");
    }

    /** Adds or replaces settings of the worker, from the next start on. */
    public EmbeddedConnect with(Map<String, String> workerSettings) {
        settings.putAll(workerSettings);
        return this;
    }

    /** Chooses another version of Connect, from the next start on. */
    public EmbeddedConnect withVersion(KafkaVersion kafkaVersion) {
        version = kafkaVersion;
        return this;
    }

    /** Replaces the options of the worker's JVM, from the next start on. */
    public EmbeddedConnect withJvmOptions(String... options) {
        jvmOptions.clear();
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /** Adds variables to the environment of the worker's process, from the next start on. */
    public EmbeddedConnect withEnvironment(Map<String, String> variables) {
        environment.putAll(variables);
        return this;
    }

    /** Opens JMX to this machine, from the next start on. */
    public EmbeddedConnect withJmx() {
        jmxOptions.clear();
        jmxOptions.addAll(List.of(
                "-Dcom.sun.management.jmxremote.port=" + jmxPort,
                "-Dcom.sun.management.jmxremote.rmi.port=" + jmxPort,
                "-Dcom.sun.management.jmxremote.host=127.0.0.1",
                "-Djava.rmi.server.hostname=127.0.0.1",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false"));
        return this;
    }

    /** Connects to the worker's JMX, which {@link #withJmx} has opened. */
    @SuppressWarnings("BanJNDI") // the other end is our own process
    public JMXConnector jmx() {
        try {
            return JMXConnectorFactory.connect(
                    new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + jmxPort + "/jmxrmi"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The address of the worker's REST API, the same after every start. */
    public URI url() {
        return url;
    }

    /** The worker's REST API. */
    public ConnectRest rest() {
        return new ConnectRest(http);
    }

    @Override
    ServiceProcess spawn(Path log) {
        Path configuration = directory.resolve("connect.properties");
        EmbeddedKafka.write(configuration, settings);
        List<String> options = new ArrayList<>(jvmOptions);
        options.addAll(jmxOptions);
        return ServiceProcess.start(
                KafkaProgram.command(
                        version,
                        directory,
                        options,
                        version.workerClassPath(),
                        "org.apache.kafka.connect.cli.ConnectDistributed",
                        configuration.toString()),
                environment,
                directory,
                log);
    }

    /** Whether the worker has joined its group. It reports stored data, such as its connectors, long before that. */
    @Override
    boolean answers() {
        try {
            return http.get("/health").isOk();
        } catch (IOException e) {
            return false;
        }
    }
}
