/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
import io.kafkacourier.embedded.EmbeddedService;
import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.ServiceFiles;
import io.kafkacourier.embedded.TopicReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The worker's producer logs in as another user than the connector's own clients, and may not write to a topic to which
 * they may write. No check can detect that in advance.
 */
class ProducerPrincipalIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    /** The time for a task to start or to fail again; an earlier restart would start it again. */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(3);

    private static final Path DIRECTORY = Path.of("target", "producer-principal-it");

    /** Connect needs half a minute for each failure, to close the producer. */
    @Test
    @Tag("soak")
    void messagesForATargetThatTheWorkersProducerMayNotWriteToAreRefusedAfterTwoRestarts() throws Exception {
        Directories.delete(DIRECTORY);
        String servers = "127.0.0.1:" + EmbeddedService.freePort();
        Path plugins =
                Cluster.pluginPathWith(ServiceFiles.bundleJar(), Directories.create(DIRECTORY.resolve("plugins")));
        try (EmbeddedKafka kafka = kafka(servers);
                EmbeddedConnect connect =
                        new EmbeddedConnect("worker", servers, plugins, DIRECTORY.resolve("connect")).with(worker())) {
            kafka.start();
            try (KafkaTopics topics = new KafkaTopics(kafka.bootstrapServers());
                    TopicReader reader = topics.reader("denied|due|invalid_delay")) {
                topics.create(1, "orders", "due", "denied");
                allowOnly(kafka, "courier", "denied");
                connect.start();
                connect.rest().putConnector("delay", connector(servers));
                await().atMost(Duration.ofMinutes(1)).until(() -> connect.rest().isRunning("delay", 1));

                List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
                messages.add(message("denied"));
                IntStream.range(0, 5).forEach(number -> messages.add(message("due")));
                topics.sendAll(messages);
                Set<String> failures = new HashSet<>();
                await("all messages")
                        .atMost(Duration.ofMinutes(3))
                        .pollInterval(RESTART_PAUSE)
                        .until(() -> {
                            failures.addAll(connect.rest().failures("delay"));
                            connect.rest().restartFailed("delay");
                            reader.poll();
                            return reader.records().size() >= 6;
                        });

                assertThat(reader.records())
                        .extracting(record ->
                                record.topic() + " " + reason(record) + " " + new String(record.value(), UTF_8))
                        .containsExactlyInAnyOrder(
                                "invalid_delay TARGET_NOT_ALLOWED value",
                                "due  value",
                                "due  value",
                                "due  value",
                                "due  value",
                                "due  value");
                assertThat(failures).isNotEmpty().allMatch(trace -> trace.contains("TopicAuthorizationException"));
                assertThat(Files.readString(connect.log()))
                        .contains(
                                "could write a record to the topic denied",
                                "grant WRITE on the topic to the principal of the worker's producer",
                                "remove the topic from target.topics.allow");
            }
        }
    }

    /**
     * A broker with a second listener that requires a user. The first listener is for the tests, which have all
     * permissions.
     */
    private static EmbeddedKafka kafka(String servers) {
        EmbeddedKafka kafka = new EmbeddedKafka(DIRECTORY.resolve("kafka"));
        int controller = EmbeddedService.freePort();
        return kafka.with(Map.ofEntries(
                Map.entry(
                        "listeners",
                        "PLAINTEXT://" + kafka.bootstrapServers() + ",SASL://" + servers + ",CONTROLLER://127.0.0.1:"
                                + controller),
                Map.entry("controller.quorum.voters", "1@127.0.0.1:" + controller),
                Map.entry(
                        "listener.security.protocol.map",
                        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL:SASL_PLAINTEXT"),
                Map.entry("sasl.enabled.mechanisms", "PLAIN"),
                Map.entry(
                        "listener.name.sasl.plain.sasl.jaas.config",
                        "org.apache.kafka.common.security.plain.PlainLoginModule required user_worker=\"secret\""
                                + " user_courier=\"secret\";"),
                Map.entry("super.users", "User:ANONYMOUS"),
                Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                Map.entry("allow.everyone.if.no.acl.found", "true")));
    }

    private static Map<String, String> worker() {
        Map<String, String> settings = new HashMap<>();
        Stream.of("", "producer.", "consumer.", "admin.")
                .forEach(prefix -> settings.putAll(security(prefix, "worker")));
        return settings;
    }

    private static Map<String, String> connector(String servers) {
        Map<String, String> config = new HashMap<>(Map.of(
                "connector.class",
                "io.kafkacourier.delay.DelaySourceConnector",
                "bootstrap.servers",
                servers,
                "topics",
                "orders",
                "target.topics.allow",
                "due|denied",
                "delay.max",
                "1m",
                "key.converter",
                BYTES,
                "value.converter",
                BYTES,
                "header.converter",
                BYTES));
        Stream.of("consumer.", "admin.").forEach(prefix -> config.putAll(security(prefix, "courier")));
        return config;
    }

    private static Map<String, String> security(String prefix, String user) {
        return Map.of(
                prefix + "security.protocol",
                "SASL_PLAINTEXT",
                prefix + "sasl.mechanism",
                "PLAIN",
                prefix + "sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"" + user
                        + "\" password=\"secret\";");
    }

    private static void allowOnly(EmbeddedKafka kafka, String user, String topic) throws Exception {
        AclBinding all = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", AclOperation.ALL, AclPermissionType.ALLOW));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createAcls(List.of(all)).all().get();
        }
    }

    private static ProducerRecord<byte[], byte[]> message(String target) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>("orders", "value".getBytes(UTF_8));
        message.headers().add("target_topic", target.getBytes(UTF_8));
        return message;
    }

    private static String reason(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader("__courier.route.reason");
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
