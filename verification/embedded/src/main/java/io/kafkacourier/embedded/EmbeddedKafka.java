/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker in KRaft mode, with broker and controller in one process. It does not create topics automatically. See
 * {@link EmbeddedKafkaCluster} for several brokers.
 */
public final class EmbeddedKafka extends EmbeddedService {

    /** The login module of SASL/PLAIN; its options must follow. */
    public static final String PLAIN_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required";

    private final Path directory;
    private final Path configuration;
    private final int nodeId;
    private final Uuid clusterId;
    private final int port = freePort();
    private final int controllerPort = freePort();
    private final int securedPort = freePort();
    private final int saslPort = freePort();
    private final Map<String, String> overrides = new HashMap<>();
    private final List<String> jvmOptions = new ArrayList<>(List.of("-Xms256m", "-Xmx1g"));
    private KafkaVersion version = KafkaVersion.BUILT;
    /** The class path after the broker's own. */
    private String classPath = "";

    private boolean formatted;

    /** Creates a broker with its data and its log in {@code directory}, which is emptied now. */
    public EmbeddedKafka(Path directory) {
        this(directory, 1, Uuid.randomUuid());
    }

    /** Creates a broker of a cluster, which needs {@code controller.quorum.voters} unless it is the only broker. */
    EmbeddedKafka(Path directory, int nodeId, Uuid clusterId) {
        super("kafka", directory);
        this.directory = Directories.create(directory);
        this.configuration = this.directory.resolve("server.properties");
        this.nodeId = nodeId;
        this.clusterId = clusterId;
    }

    /**
     * Creates another broker in the cluster of this broker, which is the only controller. The new broker only has
     * replicas that a test places on it, so that it can be down without affecting anything else.
     *
     * @param anotherDirectory the directory for its data and its log; emptied now
     */
    public EmbeddedKafka another(Path anotherDirectory) {
        EmbeddedKafka other = new EmbeddedKafka(anotherDirectory, nodeId + 1, clusterId);
        return other.with(Map.of(
                "process.roles",
                "broker",
                "listeners",
                "PLAINTEXT://" + other.bootstrapServers(),
                "controller.quorum.voters",
                voter()));
    }

    /** Adds or replaces settings of the broker, from its first start on. */
    public EmbeddedKafka with(Map<String, String> brokerSettings) {
        overrides.putAll(brokerSettings);
        return this;
    }

    /** Replaces the options of the broker's JVM, from the next start on. */
    public EmbeddedKafka withJvmOptions(String... options) {
        jvmOptions.clear();
        jvmOptions.addAll(List.of(options));
        return this;
    }

    /** The broker's number in its cluster. */
    public int nodeId() {
        return nodeId;
    }

    /** The broker as a voter of the controllers: {@code id@host:port}. */
    String voter() {
        return nodeId + "@127.0.0.1:" + controllerPort;
    }

    /** Chooses another version of Kafka, before the first start. */
    public EmbeddedKafka withVersion(KafkaVersion kafkaVersion) {
        version = kafkaVersion;
        return this;
    }

    /** Adds the class path of a class, such as a policy for topics, to the broker's, before the first start. */
    public EmbeddedKafka withClassesOf(Class<?> type) {
        try {
            classPath += File.pathSeparator
                    + Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI());
            return this;
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** {@code host:port}, the same after every start. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Deletes the data of a partition, like a lost disk, while the broker is stopped. The topic stays the same. */
    public void loseLog(String topic, int partition) {
        Path log = data().resolve(topic + "-" + partition);
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
            BrokerStorage.format(
                    version, version.brokerClassPath() + classPath, configuration, data(), nodeId, clusterId, log);
            formatted = true;
        }
        return ServiceProcess.start(
                KafkaProgram.command(
                        version,
                        directory,
                        jvmOptions,
                        version.brokerClassPath() + classPath,
                        "kafka.Kafka",
                        configuration.toString()),
                Map.of(),
                directory,
                log);
    }

    /** Whether the cluster considers the broker alive; an answer of the broker is not enough. */
    @Override
    boolean answers() {
        Map<String, Object> client = Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers(),
                AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, 50,
                AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 200);
        try (Admin admin = Admin.create(client)) {
            return admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).stream()
                    .anyMatch(node -> node.id() == nodeId);
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Properties settings() {
        Properties settings = new Properties();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", Integer.toString(nodeId));
        settings.put("controller.quorum.voters", voter());
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("listeners", listeners());
        settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        settings.put("log.dirs", data().toString());
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

    /**
     * Adds a listener with TLS and one without, which both require a user and a password (SASL/PLAIN), and an
     * authorizer for the permissions of each user. The first listener does not change, and its clients have all
     * permissions.
     *
     * @param passwords by user
     * @param certificate the broker's certificate
     */
    public EmbeddedKafka secured(Map<String, String> passwords, TlsCertificate certificate) {
        String users = passwords.entrySet().stream()
                .map(user -> " user_" + user.getKey() + "=\"" + user.getValue() + "\"")
                .collect(Collectors.joining());
        String tls = "listener.name.sasl_ssl.";
        return with(Map.ofEntries(
                Map.entry(
                        "listeners",
                        listeners() + ",SASL_SSL://127.0.0.1:" + securedPort + ",SASL_PLAINTEXT://127.0.0.1:"
                                + saslPort),
                Map.entry(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL,SASL_PLAINTEXT:SASL_PLAINTEXT"),
                Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                Map.entry(tls + "plain.sasl.jaas.config", PLAIN_LOGIN + users + ";"),
                Map.entry("listener.name.sasl_plaintext.plain.sasl.jaas.config", PLAIN_LOGIN + users + ";"),
                Map.entry(tls + "ssl.keystore.type", "PKCS12"),
                Map.entry(
                        tls + "ssl.keystore.location",
                        certificate.keyStore().toAbsolutePath().toString()),
                Map.entry(tls + "ssl.keystore.password", TlsCertificate.PASSWORD),
                Map.entry(tls + "ssl.key.password", TlsCertificate.PASSWORD),
                Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                Map.entry("super.users", "User:ANONYMOUS")));
    }

    /** {@code host:port} of the listener of {@link #secured} with TLS, the same after every start. */
    public String securedServers() {
        return "127.0.0.1:" + securedPort;
    }

    /** {@code host:port} of the listener of {@link #secured} without TLS, the same after every start. */
    public String saslServers() {
        return "127.0.0.1:" + saslPort;
    }

    private Path data() {
        return directory.resolve("data");
    }

    private String listeners() {
        return "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort;
    }

    static void write(Path file, Properties properties) {
        try (Writer writer = Files.newBufferedWriter(file, UTF_8)) {
            properties.store(writer, null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
