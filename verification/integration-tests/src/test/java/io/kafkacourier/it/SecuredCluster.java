/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

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
 * A broker that asks for a user over TLS and checks what each may do, and a worker that is one of its users. The tests
 * themselves come by another listener, and may do everything.
 */
final class SecuredCluster implements AutoCloseable {

    /** Whom the worker's own clients log in as: its producers among them. */
    static final String WORKER = "connect";
    /** Whom the connectors' own clients log in as. */
    static final String CONNECTOR = "courier";

    /** What the worker's producers send at most; no connector may say otherwise. */
    static final int LARGEST_RECORD = 3_000_000;

    private static final Map<String, String> PASSWORDS =
            Map.of(WORKER, "worker-secret", CONNECTOR, "courier-secret", "stranger", "stranger-secret");

    private final Path directory;
    private final EmbeddedKafka kafka;
    private final EmbeddedConnect connect;
    private final KafkaTopics topics;
    private final Admin admin;
    private final TlsCertificate certificate;

    private SecuredCluster(Path directory) {
        this.directory = directory;
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
                        Integer.toString(LARGEST_RECORD),
                        "config.providers",
                        "file",
                        "config.providers.file.class",
                        "org.apache.kafka.common.config.provider.FileConfigProvider"))
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

    /** Starts both; the worker has the permissions that every worker needs, and no more. */
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

    /** A producer that may do everything. */
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

    /** Where users log in. */
    String servers() {
        return kafka.securedServers();
    }

    /** Where users log in without TLS. */
    String serversWithoutTls() {
        return kafka.saslServers();
    }

    /** The keys with which a client logs in as a user. */
    Map<String, String> security(String user) {
        return security(user, PASSWORDS.getOrDefault(user, ""));
    }

    /** The same, with a reference to a file of the worker for the password. */
    Map<String, String> securityByReference(String user) {
        try {
            Path file = Files.writeString(directory.resolve(user + ".properties"), "password=" + PASSWORDS.get(user));
            return security(user, "${file:" + file.toAbsolutePath() + ":password}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** What an embedded worker and all clients that it makes log in with. */
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
        DocumentedPermissions.ofTheWorker().forEach(this::grant);
    }

    /** Gives every permission that the documentation lists for a connector of that name. */
    void permit(String connector) {
        DocumentedPermissions.of(connector).forEach(this::grant);
    }

    private void grant(AclBinding binding) {
        get(admin.createAcls(List.of(binding)).all());
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

    /** Takes back what was granted. */
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

    /** The lines that the worker has logged that have all the parts. */
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
