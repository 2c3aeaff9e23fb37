/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.Directories;
import io.kafkacourier.embedded.EmbeddedConnect;
import io.kafkacourier.embedded.EmbeddedKafka;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No target blocks messages for other targets, on a broker with permissions and a worker that creates no topics. */
class TargetsIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    /** The time for a task to start or to fail again; an earlier restart would start it again. */
    private static final Duration RESTART_PAUSE = Duration.ofSeconds(3);

    private static final Path DIRECTORY = Path.of("target", "targets-it");
    private static final EmbeddedKafka KAFKA = new EmbeddedKafka(DIRECTORY.resolve("kafka"))
            .with(Map.of(
                    "authorizer.class.name",
                    "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                    "allow.everyone.if.no.acl.found",
                    "true"));

    @BeforeAll
    static void startBroker() {
        KAFKA.start();
    }

    @AfterAll
    static void stopBroker() {
        KAFKA.close();
    }

    @Test
    void messagesGoToAllowedTargetsAndTheOthersAreRefusedWithTheReason() throws Exception {
        Path plugins =
                Cluster.pluginPathWith(ServiceFiles.bundleJar(), Directories.create(DIRECTORY.resolve("plugins")));
        try (KafkaTopics topics = new KafkaTopics(KAFKA.bootstrapServers());
                EmbeddedConnect connect = new EmbeddedConnect(
                                "worker", KAFKA.bootstrapServers(), plugins, DIRECTORY.resolve("connect"))
                        .with(Map.of("topic.creation.enable", "false"));
                TopicReader reader = topics.reader("due|made|too_many|readonly|invalid_delay")) {
            topics.create(1, "orders", "due", "readonly");
            allowNothingButReading("readonly");
            connect.start();
            connect.rest().putConnector("delay", connector());
            await().atMost(Duration.ofMinutes(1)).until(() -> connect.rest().isRunning("delay", 1));

            topics.sendAll(Stream.of("due", "readonly", "made", "too_many", "absent/", "due")
                    .map(TargetsIT::message)
                    .toList());

            Map<String, List<String>> reasonsByTopic =
                    reader.readUntil(records -> records.size() >= 6, Duration.ofMinutes(1)).stream()
                            .collect(groupingBy(ConsumerRecord::topic, mapping(TargetsIT::reason, toList())));
            assertThat(reasonsByTopic)
                    .isEqualTo(Map.of(
                            "due",
                            List.of("", ""),
                            "made",
                            List.of(""),
                            "invalid_delay",
                            // the illegal name at once, the others when a second check has confirmed the first
                            List.of("TARGET_NOT_ALLOWED", "TARGET_NOT_ALLOWED", "TARGET_MISSING")));
            assertThat(topics.endOffsets("made"))
                    .as("partitions of the created topic")
                    .hasSize(2);
            assertThat(topics.names()).doesNotContain("too_many");
            assertThat(connect.rest().failures("delay")).isEmpty();
        }
    }

    @Test
    void aMessageThatATargetWithUnreadableSettingsDoesNotAcceptIsRefusedAfterTwoRestarts() throws Exception {
        Path plugins = Cluster.pluginPathWith(
                ServiceFiles.bundleJar(), Directories.create(DIRECTORY.resolve("unreadable-plugins")));
        try (KafkaTopics topics = new KafkaTopics(KAFKA.bootstrapServers());
                EmbeddedConnect connect = new EmbeddedConnect(
                        "unreadable-worker",
                        KAFKA.bootstrapServers(),
                        plugins,
                        DIRECTORY.resolve("unreadable-connect"));
                TopicReader reader = topics.reader("unreadable|unreadable_due|unreadable_invalid")) {
            topics.create(1, "unreadable_orders", "unreadable_due");
            topics.create("unreadable", 1, Map.of("max.message.bytes", "1000"));
            allowNothingBut("unreadable", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE);
            connect.start();
            Map<String, String> connector = new HashMap<>(connector());
            connector.put("topics", "unreadable_orders");
            connector.put("invalid.topic", "unreadable_invalid");
            connect.rest().putConnector("unreadable", connector);
            await().atMost(Duration.ofMinutes(1)).until(() -> connect.rest().isRunning("unreadable", 1));

            List<ProducerRecord<byte[], byte[]>> messages = new ArrayList<>();
            messages.add(message("unreadable_orders", "unreadable", new byte[100]));
            messages.add(message("unreadable_orders", "unreadable", new byte[2_000]));
            IntStream.range(0, 5)
                    .forEach(number -> messages.add(message("unreadable_orders", "unreadable_due", new byte[100])));
            topics.sendAll(messages);
            Set<String> failures = new HashSet<>();
            await("all messages")
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(RESTART_PAUSE)
                    .until(() -> {
                        failures.addAll(connect.rest().failures("unreadable"));
                        connect.rest().restartFailed("unreadable");
                        reader.poll();
                        return reader.records().size() >= 7;
                    });

            assertThat(reader.records())
                    .extracting(record -> record.topic() + " " + reason(record) + " " + record.value().length)
                    .containsExactlyInAnyOrder(
                            "unreadable  100",
                            "unreadable_invalid TARGET_NOT_ALLOWED 2000",
                            "unreadable_due  100",
                            "unreadable_due  100",
                            "unreadable_due  100",
                            "unreadable_due  100",
                            "unreadable_due  100");
            assertThat(failures).isNotEmpty().allMatch(trace -> trace.contains("RecordTooLargeException"));
            assertThat(Files.readString(connect.log())).contains("unreadable").contains("DESCRIBE_CONFIGS");
        }
    }

    private static void allowNothingButReading(String topic) throws Exception {
        allowNothingBut(topic, AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DESCRIBE_CONFIGS);
    }

    private static void allowNothingBut(String topic, AclOperation... operations) throws Exception {
        ResourcePattern resource = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
            admin.createAcls(Stream.of(operations)
                            .map(operation -> new AclBinding(
                                    resource,
                                    new AccessControlEntry("User:ANONYMOUS", "*", operation, AclPermissionType.ALLOW)))
                            .toList())
                    .all()
                    .get();
        }
    }

    private static Map<String, String> connector() {
        return Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.delay.DelaySourceConnector"),
                Map.entry("bootstrap.servers", KAFKA.bootstrapServers()),
                Map.entry("topics", "orders"),
                Map.entry("target.topics.allow", ".*"),
                Map.entry("topic.creation.groups", "many"),
                Map.entry("topic.creation.many.include", "too_.*"),
                Map.entry("topic.creation.many.replication.factor", "3"),
                Map.entry("topic.creation.default.partitions", "2"),
                Map.entry("topic.creation.default.replication.factor", "1"),
                Map.entry("key.converter", BYTES),
                Map.entry("value.converter", BYTES),
                Map.entry("header.converter", BYTES));
    }

    private static ProducerRecord<byte[], byte[]> message(String target) {
        return message("orders", target, "value".getBytes(UTF_8));
    }

    private static ProducerRecord<byte[], byte[]> message(String topic, String target, byte[] value) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, value);
        message.headers().add("target_topic", target.getBytes(UTF_8));
        return message;
    }

    private static String reason(ConsumerRecord<byte[], byte[]> record) {
        var header = record.headers().lastHeader("__courier.route.reason");
        return header == null ? "" : new String(header.value(), UTF_8);
    }
}
