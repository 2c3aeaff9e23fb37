/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/** A Kafka broker in KRaft mode, broker and controller in one process. It creates no topic by itself. */
public final class EmbeddedKafka extends EmbeddedService {

    private final Path directory;
    private final Path configuration;
    private final int port = freePort();
    private final int controllerPort = freePort();
    private final Map<String, String> overrides = new HashMap<>();
    private boolean formatted;

    /** A broker that keeps its data and its log in {@code directory}, which is emptied now. */
    public EmbeddedKafka(Path directory) {
        super("kafka", directory);
        this.directory = Directories.create(directory);
        this.configuration = this.directory.resolve("server.properties");
    }

    /** Adds or replaces settings of the broker, from its first start on. */
    public EmbeddedKafka with(Map<String, String> brokerSettings) {
        overrides.putAll(brokerSettings);
        return this;
    }

    /** {@code host:port}, the same for every start. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Loses what is in a partition, as with its disk, while the broker is stopped; the topic stays the same. */
    public void loseLog(String topic, int partition) {
        Path log = directory.resolve("data").resolve(topic + "-" + partition);
        try (Stream<Path> files = Files.list(log)) {
            files.filter(file -> !file.endsWith("partition.metadata")).forEach(Directories::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    ServiceProcess spawn(Path log) {
        if (!formatted) {
            write(configuration, settings());
            format(log);
            formatted = true;
        }
        return ServiceProcess.start(
                KafkaProgram.command(
                        directory,
                        List.of("-Xms256m", "-Xmx1g"),
                        ServiceFiles.brokerClassPath(),
                        "kafka.Kafka",
                        configuration.toString()),
                Map.of(),
                directory,
                log);
    }

    @Override
    boolean answers() {
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 50,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
        try (Admin admin = Admin.create(client)) {
            return !admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void format(Path log) {
        ServiceProcess format = ServiceProcess.start(
                KafkaProgram.command(
                        directory,
                        List.of("-Xmx256m"),
                        ServiceFiles.brokerClassPath(),
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        configuration.toString()),
                Map.of(),
                directory,
                log);
        if (format.awaitExit() != 0) {
            throw new IllegalStateException("cannot format the broker's storage; see " + log);
        }
    }

    private Properties settings() {
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", "1");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", directory.resolve("data").toString());
        settings.put("auto.create.topics.enable", "false");
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "4");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "4");
        settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.min.session.timeout.ms", "1000");
        settings.putAll(overrides);
        return settings;
    }

    static void write(Path file, Properties properties) {
        try (Writer writer = Files.newBufferedWriter(file, UTF_8)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
