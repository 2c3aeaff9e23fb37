/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.ConnectRest;
import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import io.kafkacourier.embedded.TlsCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker with TLS, authentication and permissions, and a worker that is one of its users. The tests themselves use
 * another listener with all permissions.
 */
final class SecuredCluster implements AutoCloseable {

    /** The user of the worker's own clients, including its producers. */
    static final String WORKER = "connect";
    /** The user of the connectors' own clients. */
    static final String CONNECTOR = "courier";

    /** The largest request of the worker's producers, which connectors must not override. */
    static final int LARGEST_RECORD = 3_000_000;

    private static final String PASSWORD = "courier-secret";

    private static final Map<String, String> PASSWORDS =
            Map.of(WORKER, "worker-secret", CONNECTOR, PASSWORD, "stranger", "stranger-secret");

    /** A variable of the worker's environment with the password of {@link #CONNECTOR}. */
    private static final String VARIABLE = "COURIER_PASSWORD";

    private final Path secrets;
    private final EmbeddedKafka kafka;
    private final EmbeddedConnect connect;
    private final KafkaTopics topics;
    private final Admin admin;
    private final TlsCertificate certificate;

    private SecuredCluster(Path directory) {
        secrets = writeSecrets(directory.resolve("secrets"));
        certificate = TlsCertificate.create(directory.resolve("tls"), "broker");
        kafka = new EmbeddedKafka(directory.resolve("kafka")).secured(PASSWORDS, certificate);
        Path plugins = Cluster.pluginPathWith(ServiceFiles.bundleJar(), directory.resolve("plugins"));
        connect = new EmbeddedConnect(WORKER, kafka.securedServers(), plugins, directory.resolve("connect"))
                .with(workerSecurity())
                .with(Map.of(
                        "status.storage.topic",
                        "connect-status",
                        "connector.client.config.override.policy",
                        "None",
                        "producer.max.request.size",
                        Integer.toString(LARGEST_RECORD)))
                .with(providers(secrets))
                .withEnvironment(Map.of(VARIABLE, PASSWORD))
                .withJmx();
        try {
            kafka.start();
            topics = new KafkaTopics(kafka.bootstrapServers());
            admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        } catch (RuntimeException e) {
            kafka.close();
            throw e;
        }
    }

    /** Starts both; the worker has only the permissions that every worker needs. */
    static SecuredCluster start(String name) {
        Path directory = Path.of("target", name);
        Directories.delete(directory);
        SecuredCluster cluster = new SecuredCluster(directory);
        try {
            cluster.permitWorker();
            cluster.connect.start();
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    KafkaTopics topics() {
        return topics;
    }

    /** A producer with all permissions. */
    KafkaProducer<byte[], byte[]> producer(int maxRequestSize) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "max.request.size", maxRequestSize),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    ConnectRest rest() {
        return connect.rest();
    }

    EmbeddedConnect connect() {
        return connect;
    }

    /** The address for users. */
    String servers() {
        return kafka.securedServers();
    }

    /** The address for users without TLS. */
    String serversWithoutTls() {
        return kafka.saslServers();
    }

    /** The keys with which a client logs in as a user. */
    Map<String, String> security(String user) {
        return security(user, PASSWORDS.getOrDefault(user, ""));
    }

    /**
     * The keys with which a client logs in as the connectors do, with a reference to the worker for the password.
     *
     * @param provider {@code file}, {@code directory} or {@code env}
     */
    Map<String, String> securityByReference(String provider) {
        return security(
                CONNECTOR,
                switch (provider) {
                    case "file" -> "${file:" + secrets.resolve("courier.properties") + ":password}";
                    case "directory" -> "${directory:" + secrets + ":password}";
                    case "env" -> "${env:" + VARIABLE + "}";
                    default -> throw new IllegalArgumentException(provider);
                });
    }

    /** A folder with the password of {@link #CONNECTOR} in a properties file and in a separate file. */
    private static Path writeSecrets(Path folder) {
        try {
            Directories.create(folder);
            Files.writeString(folder.resolve("courier.properties"), "password=" + PASSWORD);
            Files.writeString(folder.resolve("password"), PASSWORD);
            return folder.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The config providers, with the settings on the page. */
    private static Map<String, String> providers(Path secrets) {
        Map<String, String> settings = new HashMap<>();
        Matcher setting =
                Pattern.compile("`(config\\.providers\\.[a-z.]+)=([^`]+)`").matcher(DocumentedPermissions.page());
        while (setting.find()) {
            settings.put(setting.group(1), setting.group(2));
        }
        settings.keySet().removeIf(key -> key.contains("secrets"));
        assertThat(settings).containsKey("config.providers.file.param.allowed.paths");
        settings.replace("config.providers.file.param.allowed.paths", secrets.toString());
        settings.put("config.providers", "file,directory,env");
        return settings;
    }

    Map<String, String> security(String user, String password) {
        return Map.of(
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "PLAIN",
                "sasl.jaas.config",
                        EmbeddedKafka.PLAIN_LOGIN + " username=\"" + user + "\" password=\"" + password + "\";",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", certificate.pem().toAbsolutePath().toString());
    }

    /** The login settings of an embedded worker and all its clients. */
    private Map<String, String> workerSecurity() {
        Map<String, String> settings = new HashMap<>();
        Stream.of("", "producer.", "consumer.", "admin.")
                .forEach(prefix -> settings.putAll(prefixed(prefix, security(WORKER))));
        return settings;
    }

    static Map<String, String> prefixed(String prefix, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put(prefix + key, value));
        return all;
    }

    private void permitWorker() {
        grant(DocumentedPermissions.ofTheWorker());
    }

    /** Grants every permission that the documentation lists for a connector of that name. */
    void permit(String connector) {
        grant(DocumentedPermissions.of(connector));
    }

    private void grant(List<AclBinding> bindings) {
        get(admin.createAcls(bindings).all());
    }

    static ResourcePattern topic(String name) {
        return resource(ResourceType.TOPIC, name);
    }

    static ResourcePattern topics(String prefix) {
        return prefix(ResourceType.TOPIC, prefix);
    }

    static ResourcePattern group(String name) {
        return resource(ResourceType.GROUP, name);
    }

    private static ResourcePattern resource(ResourceType type, String name) {
        return new ResourcePattern(type, name, PatternType.LITERAL);
    }

    private static ResourcePattern prefix(ResourceType type, String name) {
        return new ResourcePattern(type, name, PatternType.PREFIXED);
    }

    /** Allows a user to do something with a resource. */
    void grant(String user, ResourcePattern resource, AclOperation... operations) {
        get(admin.createAcls(Stream.of(operations)
                        .map(operation -> acl(user, resource, operation))
                        .toList())
                .all());
    }

    /** Revokes granted permissions. */
    void revoke(String user, ResourcePattern resource, AclOperation... operations) {
        get(admin.deleteAcls(Stream.of(operations)
                        .map(operation -> acl(user, resource, operation).toFilter())
                        .toList())
                .all());
    }

    private static AclBinding acl(String user, ResourcePattern resource, AclOperation operation) {
        return new AclBinding(
                resource, new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    /** The worker's log lines that contain all the parts. */
    List<String> logged(String... parts) {
        try (Stream<String> lines = Files.lines(connect.log())) {
            return lines.filter(line -> Stream.of(parts).allMatch(line::contains))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void get(KafkaFuture<?> future) {
        try {
            future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        admin.close();
        topics.close();
        connect.close();
        kafka.close();
    }
}
