/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The retry connector without the permission to write to one of its own topics, on a broker with an authorizer. */
class UnwritableTopicsIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String RETRY = "io.kafkacourier.retry.RetrySourceConnector";
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private static EmbeddedKafka kafka;
    private static EmbeddedConnect worker;
    private static KafkaTopics topics;
    private static Admin admin;

    @BeforeAll
    static void start() {
        Path directory = Path.of("target", "unwritable-topics-it");
        Directories.delete(directory);
        kafka = new EmbeddedKafka(directory.resolve("kafka"))
                .with(Map.of(
                        "authorizer.class.name",
                        "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                        "allow.everyone.if.no.acl.found",
                        "true"));
        kafka.start();
        Path plugins = Cluster.pluginPathWith(ServiceFiles.bundleJar(), directory.resolve("plugins"));
        worker = new EmbeddedConnect("worker", kafka.bootstrapServers(), plugins, directory.resolve("worker"));
        worker.start();
        topics = new KafkaTopics(kafka.bootstrapServers());
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        admin.close();
        topics.close();
        worker.close();
        kafka.close();
    }

    @Test
    void aRedriveWhoseControlTopicMayNotBeWrittenToIsRefusedBeforeItStarts() throws Exception {
        topics.create(1, "first.dlq", "first.retry", "first.redrive");
        allowAllBut("first.redrive", AclOperation.WRITE);

        Map<String, List<String>> errors = worker.rest().validate(RETRY, redrive("first"));

        assertThat(errors).containsOnlyKeys("name");
        assertThat(errors.get("name")).singleElement().asString().contains("Topic first.redrive may not be written to");
    }

    @Test
    void aRedriveFailsIfItMayNoLongerWriteToItsControlTopicWhenItStartsAgain() throws Exception {
        topics.create(1, "second.dlq", "second.retry");
        worker.rest().putConnector("second", redrive("second"));
        await().atMost(LIMIT).until(() -> worker.rest().isRunning("second", 1));
        allowAllBut("second.redrive", AclOperation.WRITE);

        assertThat(restart("connectors/second/restart")).isEqualTo(500);

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(worker.rest().failures("second"))
                        .anySatisfy(
                                failure -> assertThat(failure).contains("Topic second.redrive may not be written to")));
        worker.rest().deleteConnector("second");
    }

    @Test
    void aTaskThatCannotContinueWaitsAndLogsOnceAndContinuesWhenItCan() throws Exception {
        topics.create(1, "third.errors", "third.retry", "third.dlq", "third.events");
        Map<String, String> config = config("third");
        config.putAll(Map.of(
                "topics", "third.errors",
                "retry.topic", "third.retry",
                "dead.letter.topic", "third.dlq",
                "backoff.initial", "1ms",
                "trace.topic", "third.events"));
        worker.rest().putConnector("third", config);
        await().atMost(LIMIT).until(() -> worker.rest().isRunning("third", 1));
        AclBinding denied = allowAllBut("third.events", AclOperation.WRITE);
        long logged = Files.size(worker.log());
        assertThat(restart("connectors/third/tasks/0/restart")).isEqualTo(204);
        ProducerRecord<byte[], byte[]> failed = new ProducerRecord<>("third.errors", bytes("key"), bytes("value"));
        failed.headers().add("error_msg", bytes("no"));
        topics.sendAll(List.of(failed));

        Predicate<String> isLogged = line -> line.contains("cannot go on") && line.contains("third.events");
        await().atMost(LIMIT).until(() -> linesSince(logged, isLogged), lines -> !lines.isEmpty());
        await().during(Duration.ofSeconds(5)).atMost(LIMIT).untilAsserted(() -> {
            assertThat(linesSince(logged, isLogged)).hasSize(1);
            assertThat(linesSince(logged, line -> line.contains("connect.errors.RetriableException")))
                    .as("stack traces")
                    .isEmpty();
        });
        assertThat(worker.rest().isRunning("third", 1)).isTrue();

        admin.deleteAcls(List.of(denied.toFilter())).all().get();
        try (TopicReader reader = topics.reader("third\\.retry")) {
            assertThat(reader.readUntil(records -> !records.isEmpty(), LIMIT)).hasSize(1);
        }
        worker.rest().deleteConnector("third");
    }

    /**
     * Denies one operation on a topic, and allows all other operations to everyone, because a topic with any rule has
     * no implicit permissions.
     */
    private static AclBinding allowAllBut(String topic, AclOperation operation) throws Exception {
        ResourcePattern resource = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
        AclBinding allowed = binding(resource, AclOperation.ALL, AclPermissionType.ALLOW);
        AclBinding denied = binding(resource, operation, AclPermissionType.DENY);
        admin.createAcls(List.of(allowed, denied)).all().get();
        return denied;
    }

    private static AclBinding binding(ResourcePattern resource, AclOperation operation, AclPermissionType type) {
        return new AclBinding(resource, new AccessControlEntry("User:*", "*", operation, type));
    }

    private static Map<String, String> redrive(String name) {
        Map<String, String> config = config(name);
        config.putAll(Map.of("mode", "redrive", "topics", name + ".dlq", "retry.topic", name + ".retry"));
        return config;
    }

    private static Map<String, String> config(String name) {
        return new HashMap<>(Map.of(
                "name",
                name,
                "connector.class",
                RETRY,
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "key.converter",
                BYTES,
                "value.converter",
                BYTES,
                "header.converter",
                BYTES));
    }

    /** Restarts the connector or task at a path of the REST API, and returns the status of the answer. */
    private static int restart(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(worker.url().resolve("/" + path))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The matching log lines of the worker after {@code position}. */
    private static List<String> linesSince(long position, Predicate<String> wanted) throws IOException {
        String log = Files.readString(worker.log());
        return log.substring((int) Math.min(position, log.length()))
                .lines()
                .filter(wanted)
                .toList();
    }
}
