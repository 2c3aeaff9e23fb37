/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static io.kafkacourier.it.Messages.header;
import static io.kafkacourier.it.SecuredCluster.CONNECTOR;
import static io.kafkacourier.it.SecuredCluster.WORKER;
import static io.kafkacourier.it.SecuredCluster.group;
import static io.kafkacourier.it.SecuredCluster.prefixed;
import static io.kafkacourier.it.SecuredCluster.topic;
import static io.kafkacourier.it.SecuredCluster.topics;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.delay.DelaySourceConnector;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The permissions in {@code docs/security.md}: with those it lists everything works, and without one of them a message
 * names the resource, the operation and the principal. Each test has a separate connector and topics, so that tests run
 * at the same time.
 */
class SecuredClusterIT {

    private static final String DELAY = "io.kafkacourier.delay.DelaySourceConnector";
    private static final String RETRY = "io.kafkacourier.retry.RetrySourceConnector";
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration VALIDATION_LIMIT = Duration.ofSeconds(10);

    private static SecuredCluster cluster;

    @BeforeAll
    static void start() {
        cluster = SecuredCluster.start("secured-cluster-it");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "keys begin with [{0}], the password is in a {1}")
    @CsvSource({"'', file", "consumer. admin., directory"})
    void delaysRefusesAndTrimsWithTheDocumentedPermissions(String prefixes, String provider) {
        boolean isPlain = prefixes.isEmpty();
        String name = isPlain ? DocumentedPermissions.CONNECTOR : "prefixed";
        cluster.topics().create(1, name + ".in", name + ".out");
        cluster.permit(name);
        Map<String, String> config = delay(name, isPlain ? documentedExample() : Map.of());
        config.put("bootstrap.servers", cluster.servers());
        config.keySet()
                .removeIf(key -> key.startsWith("sasl.") || key.startsWith("ssl.") || key.startsWith("security."));
        for (String prefix : prefixes.split(" ", -1)) {
            config.putAll(prefixed(prefix, cluster.securityByReference(provider)));
        }
        assertThat(cluster.rest().validate(DELAY, config)).isEmpty();

        startConnector(name, config);
        try (TopicReader reader = cluster.topics().reader(name + "\\.(out|invalid|trace)")) {
            cluster.topics()
                    .sendAll(List.of(
                            message(name + ".in", "at once"),
                            message(name + ".in", "later", "delay", "4s"),
                            message(name + ".in", "unreadable", "delay", "soon")));

            reader.readUntil(
                    read -> read.stream()
                                    .map(ConsumerRecord::topic)
                                    .filter(found -> found.endsWith(".out") || found.endsWith(".invalid"))
                                    .count()
                            >= 3,
                    LIMIT);
            assertThat(keys(reader, name + ".out")).containsExactlyInAnyOrder("at once", "later");
            assertThat(keys(reader, name + ".invalid")).containsExactly("unreadable");
            reader.readUntil(
                    read -> read.stream().anyMatch(record -> record.topic().endsWith(".trace")), LIMIT);
        }
        await("trimmed tiers")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(tiers(name))
                        .anySatisfy(tier -> assertThat(
                                        cluster.topics().firstOffsets(tier).values())
                                .anySatisfy(first -> assertThat(first).isPositive())));
        await("committed offsets of the group")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(cluster.topics().committedOffsets("courier-" + name))
                        .containsKey(new TopicPartition(name + ".in", 0)));
        assertThat(cluster.topics().names()).contains(name + "-offsets");
        assertThat(cluster.logged(name, "lacks")).isEmpty();
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    void retriesAndRedrivesWithTheDocumentedPermissions() {
        for (AclOperation operation : List.of(READ, WRITE, CREATE, DESCRIBE_CONFIGS)) {
            cluster.grant(CONNECTOR, topics("again."), operation);
        }
        cluster.grant(CONNECTOR, topics("again.delay."), DELETE);
        cluster.grant(CONNECTOR, group("courier-again"), READ);
        cluster.grant(CONNECTOR, group("courier-back"), READ);
        cluster.grant(CONNECTOR, topic("back.redrive"), WRITE, CREATE, DESCRIBE_CONFIGS);
        cluster.grant(WORKER, topics("again."), WRITE);
        cluster.grant(WORKER, topic("back.redrive"), WRITE);
        permitOffsets("again");
        permitOffsets("back");
        Map<String, String> retry = retry(
                "again",
                Map.of(
                        "topics", "again.errors",
                        "retry.topic", "again.retry",
                        "dead.letter.topic", "again.dlq",
                        "max.attempts", "1",
                        "horizon", "1s",
                        "backoff.initial", "3s",
                        "backoff.max", "10s"));
        Map<String, String> redrive =
                retry("back", Map.of("mode", "redrive", "topics", "again.dlq", "retry.topic", "again.retry"));
        retry.putAll(cluster.securityByReference("env"));
        assertThat(cluster.rest().validate(RETRY, retry)).isEmpty();
        startConnector("again", retry);

        try (TopicReader reader = cluster.topics().reader("again\\.(retry|dlq)|back\\.redrive")) {
            cluster.topics()
                    .sendAll(List.of(
                            message("again.errors", "first", "error_msg", "down"),
                            message(
                                    "again.errors",
                                    "hopeless",
                                    "__courier.error.class",
                                    "java.lang.NullPointerException")));
            reader.readUntil(read -> read.size() >= 2, LIMIT);
            assertThat(keys(reader, "again.retry")).containsExactly("first");
            assertThat(keys(reader, "again.dlq")).containsExactly("hopeless");

            startConnector("back", redrive);
            reader.readUntil(read -> keys(reader, "again.retry").contains("hopeless"), LIMIT);
            reader.readUntil(
                    read -> read.stream().anyMatch(record -> record.topic().equals("back.redrive")), LIMIT);
        }
        cluster.rest().deleteConnector("back");
        cluster.rest().deleteConnector("again");
    }

    /** A row of the table: the revoked permissions, and the resulting error of validate with its key. */
    private record Row(ResourcePattern resource, List<AclOperation> taken, String key, List<String> parts) {

        private static Row of(ResourcePattern resource, List<AclOperation> taken, String key, String... parts) {
            return new Row(resource, taken, key, List.of(parts));
        }

        @Override
        public String toString() {
            return taken + " on " + resource.name()
                    + (resource.patternType() == topics("x").patternType() ? "*" : "");
        }
    }

    static Stream<Arguments> validateNamesTheMissingPermission() {
        return Stream.of(
                        Row.of(
                                topic("%s.in"),
                                List.of(READ),
                                "topics",
                                "Topic %s.in may not be read",
                                "consumer",
                                "READ"),
                        Row.of(
                                topic("%s.in"),
                                List.of(READ, DESCRIBE, DESCRIBE_CONFIGS),
                                "topics",
                                "Topic %s.in may not be looked at",
                                "DESCRIBE"),
                        Row.of(
                                topic("%s.out"),
                                List.of(WRITE),
                                "target.topic",
                                "Topic %s.out may not be written to",
                                "admin client",
                                "WRITE"),
                        Row.of(
                                topic("%s.out"),
                                List.of(WRITE, DESCRIBE, DESCRIBE_CONFIGS),
                                "target.topic",
                                "Topic %s.out may not be looked at",
                                "DESCRIBE"),
                        Row.of(
                                topic("%s.invalid"),
                                List.of(WRITE),
                                "invalid.topic",
                                "Topic %s.invalid may not be written to",
                                "WRITE"),
                        Row.of(
                                topic("%s.trace"),
                                List.of(CREATE),
                                "trace.topic",
                                "Topic %s.trace is missing and cannot be created",
                                "CREATE"),
                        Row.of(
                                topics("%s.delay."),
                                List.of(CREATE),
                                "tiers.prefix",
                                "Topic %s.delay.1s is missing and cannot be created",
                                "CREATE"),
                        Row.of(
                                topics("%s.delay."),
                                List.of(READ),
                                "tiers.prefix",
                                "Topic %s.delay.4s may not be read",
                                "consumer",
                                "READ"),
                        Row.of(
                                topics("%s.delay."),
                                List.of(WRITE),
                                "tiers.prefix",
                                "Topic %s.delay.4s may not be written to",
                                "WRITE"))
                .map(Arguments::of);
    }

    @Execution(ExecutionMode.CONCURRENT)
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void validateNamesTheMissingPermission(Row row) {
        String name = "row" + Integer.toHexString(row.toString().hashCode());
        cluster.topics().create(1, name + ".in", name + ".out", name + ".invalid");
        cluster.topics().create(name + ".delay.4s", 1, Map.of("retention.ms", "-1"));
        cluster.permit(name);
        // The revoked permission also implies DESCRIBE, so DESCRIBE is granted separately and only one permission is
        // missing.
        cluster.grant(CONNECTOR, resource(row, name), DESCRIBE);
        cluster.revoke(CONNECTOR, resource(row, name), row.taken().toArray(new AclOperation[0]));

        await().atMost(LIMIT).untilAsserted(() -> {
            Map<String, List<String>> errors = cluster.rest().validate(DELAY, delay(name, Map.of()));
            assertThat(errors).containsKey(row.key());
            assertThat(errors.get(row.key())).first().asString().contains("User:" + CONNECTOR, "lacks", row.key());
            row.parts()
                    .forEach(part -> assertThat(errors.get(row.key()))
                            .first()
                            .asString()
                            .contains(String.format(part, name))
                            .doesNotContain("Invalid value"));
            assertThat(DocumentedPermissions.page())
                    .contains(Objects.requireNonNull(errors.get(row.key()))
                            .get(0)
                            .replace(" (" + row.key() + ")", "")
                            .replace(name, DocumentedPermissions.CONNECTOR));
        });
    }

    private static ResourcePattern resource(Row row, String name) {
        ResourcePattern pattern = row.resource();
        return new ResourcePattern(pattern.resourceType(), String.format(pattern.name(), name), pattern.patternType());
    }

    @ConcurrentTest
    void onlyTheMessagesForATargetThatMayNotBeWrittenToAreRefused() {
        String name = "denied";
        cluster.topics().create(1, name + ".in", name + ".out", name + ".out.closed");
        cluster.permit(name);
        cluster.grant(CONNECTOR, topic(name + ".out.closed"), DESCRIBE, DESCRIBE_CONFIGS);
        startConnector(name, delay(name, Map.of("target.topics.allow", "denied\\.out.*")));

        try (TopicReader reader = cluster.topics().reader(name + "\\.(out|out\\.closed|invalid)")) {
            cluster.topics()
                    .sendAll(List.of(
                            message(name + ".in", "closed", "target_topic", name + ".out.closed"),
                            message(name + ".in", "open")));
            reader.readUntil(read -> read.size() >= 2, LIMIT);

            assertThat(keys(reader, name + ".out")).containsExactly("open");
            assertThat(reader.records())
                    .filteredOn(record -> record.topic().equals(name + ".invalid"))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(header(record, "__courier.route.reason")).isEqualTo("TARGET_NOT_ALLOWED"));
        }
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    void allMessagesWaitForInvalidTopicWithALogLineUntilItCanBeWrittenTo() {
        String name = "blocked";
        cluster.topics().create(1, name + ".in", name + ".out", name + ".invalid");
        cluster.permit(name);
        startConnector(name, delay(name, Map.of()));
        cluster.grant(CONNECTOR, topic(name + ".invalid"), DESCRIBE);
        cluster.revoke(CONNECTOR, topic(name + ".invalid"), WRITE);

        try (TopicReader reader = cluster.topics().reader(name + "\\.(out|invalid)")) {
            await("the permission is gone")
                    .atMost(LIMIT)
                    .until(() -> !cluster.rest()
                            .validate(DELAY, delay(name, Map.of()))
                            .isEmpty());
            cluster.topics().sendAll(List.of(message(name + ".in", "unreadable", "delay", "soon")));
            await("a log line")
                    .atMost(LIMIT)
                    .untilAsserted(() -> assertThat(cluster.logged(
                                    "Topic blocked.invalid may not be written to", "User:courier", "lacks WRITE"))
                            .isNotEmpty());
            assertThat(cluster.rest().isRunning(name, 1)).isTrue();

            cluster.grant(CONNECTOR, topic(name + ".invalid"), WRITE);
            reader.readUntil(read -> !keys(reader, name + ".invalid").isEmpty(), LIMIT);
        }
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    void missingPermissionsThatDeliveryDoesNotNeedAreLoggedAndCountedAndStopNothing() throws IOException {
        String name = "least";
        cluster.topics().create(1, name + ".in", name + ".out");
        cluster.permit(name);
        for (ResourcePattern resource :
                List.of(topic(name + ".in"), topic(name + ".out"), topic(name + ".invalid"), topic(name + ".trace"))) {
            cluster.revoke(CONNECTOR, resource, DESCRIBE_CONFIGS);
        }
        cluster.revoke(CONNECTOR, topics(name + ".delay."), DELETE);
        cluster.revoke(CONNECTOR, group("courier-" + name), READ);
        assertThat(cluster.rest().validate(DELAY, delay(name, Map.of()))).isEmpty();
        startConnector(name, delay(name, Map.of()));

        try (TopicReader reader = cluster.topics().reader(name + "\\.out")) {
            cluster.topics().sendAll(List.of(message(name + ".in", "later", "delay", "4s")));
            reader.readUntil(read -> read.size() == 1, LIMIT);
        }
        await("log lines").atMost(LIMIT).untilAsserted(() -> {
            assertThat(cluster.logged("[least.in]", "(User:courier) lacks DESCRIBE_CONFIGS", "retention"))
                    .isNotEmpty();
            assertThat(cluster.logged("Topic least.delay.", "(User:courier) lacks DELETE", "the tier grows"))
                    .isNotEmpty();
            assertThat(cluster.logged("delete from the tiers of", "(User:courier) lacks DELETE on topic least.delay."))
                    .isNotEmpty();
            assertThat(cluster.logged("(User:courier) lacks READ on group courier-least"))
                    .isNotEmpty();
        });
        try (JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), name);
            await("metrics").atMost(LIMIT).untilAsserted(() -> {
                assertThat(metrics.sum("upkeep-failure-total", "chore=trim")).isPositive();
                assertThat(metrics.sum("upkeep-failure-total", "chore=mirror")).isPositive();
            });
        }
        assertThat(cluster.rest().isRunning(name, 1)).isTrue();
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    void anInputWithoutPermissionToReadOrDescribeIsReadAgainWhenPermitted() throws IOException {
        String name = "withdrawn";
        cluster.topics().create(1, name + ".in", name + ".out");
        cluster.permit(name);
        startConnector(name, delay(name, Map.of()));
        cluster.grant(CONNECTOR, topic(name + ".in"), DESCRIBE);
        cluster.revoke(CONNECTOR, topic(name + ".in"), READ);

        await("a log line")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(cluster.logged(
                                "Topic withdrawn.in may not be read",
                                "the connector's consumer (User:courier) lacks READ"))
                        .isNotEmpty());
        cluster.revoke(CONNECTOR, topic(name + ".in"), DESCRIBE, DESCRIBE_CONFIGS);
        try (JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), name);
            await("failed look-ups")
                    .atMost(LIMIT)
                    .untilAsserted(() ->
                            assertThat(metrics.sum("look-failure-total", "")).isPositive());
        }
        assertThat(cluster.logged("Could not look for topics", "(User:courier) lacks DESCRIBE on topic withdrawn.in"))
                .isNotEmpty();
        assertThat(cluster.rest().isRunning(name, 1)).isTrue();
        cluster.grant(CONNECTOR, topic(name + ".in"), READ);
        try (TopicReader reader = cluster.topics().reader(name + "\\.out")) {
            cluster.topics().sendAll(List.of(message(name + ".in", "at once")));
            reader.readUntil(read -> read.size() == 1, LIMIT);
        }
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    void validateReportsWithinSecondsWhyTheClusterRefusesTheLogin() {
        Map<String, String> unsecured = delay("outside", Map.of());
        unsecured.keySet().removeAll(cluster.security(CONNECTOR).keySet());
        assertNotLetIn(
                unsecured,
                "speaks TLS there, and the connector's admin client does not, with security.protocol=PLAINTEXT, the default",
                "security.protocol must be SSL or SASL_SSL");

        unsecured.put("bootstrap.servers", cluster.serversWithoutTls());
        assertNotLetIn(
                unsecured,
                "did not answer the connector's admin client within 8 s, with security.protocol=PLAINTEXT, the default",
                "inherits none of the worker's settings",
                "sasl.*");

        Map<String, String> wrong = delay("outside", Map.of());
        wrong.putAll(cluster.security(CONNECTOR, "wrong"));
        assertNotLetIn(
                wrong, "does not let the connector's admin client (User:courier) in", "Invalid username or password");

        Map<String, String> untrusted = delay("outside", Map.of());
        untrusted.remove("ssl.truststore.location");
        untrusted.remove("ssl.truststore.type");
        assertNotLetIn(untrusted, "does not let the connector's admin client", "SASL_SSL", "SSL handshake failed");

        Map<String, String> halfWrong = delay("outside", Map.of());
        halfWrong.put(
                "consumer.sasl.jaas.config",
                cluster.security(CONNECTOR, "wrong").get("sasl.jaas.config"));
        assertNotLetIn(halfWrong, "does not let the connector's consumer (User:courier) in");

        Map<String, String> broken = delay("outside", Map.of());
        broken.put("sasl.jaas.config", "PlainLoginModule");
        assertNotLetIn(broken, "make no client", "JAAS");
    }

    /** The time includes a check whether the brokers use TLS, for each of the two clients. */
    @ConcurrentTest
    void validateGivesUpWithinSecondsIfBrokersAcceptConnectionsAndDoNotAnswer() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Map<String, String> silent = delay("outside", Map.of("consumer.sasl.mechanism", "PLAIN"));
            silent.keySet().removeAll(cluster.security(CONNECTOR).keySet());
            silent.put("bootstrap.servers", "127.0.0.1:" + one.getLocalPort() + ",127.0.0.1:" + two.getLocalPort());

            assertNotLetIn(silent, "did not answer the connector's admin client within 8 s");
        }
    }

    @ConcurrentTest
    void aStartFailsWithTheErrorsOfValidate() {
        Map<String, String> wrong = delay("outside", Map.of());
        wrong.putAll(cluster.security(CONNECTOR, "wrong"));
        wrong.put("name", "outside");

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new DelaySourceConnector().start(wrong))
                .withMessageStartingWith("The cluster at " + cluster.servers()
                        + " does not let the connector's admin client (User:courier) in, with sasl.mechanism=PLAIN,"
                        + " security.protocol=SASL_SSL:");
    }

    @ConcurrentTest
    void aMessageCanBeAsLargeAsTheWorkersProducerAllowsIfThatIsConfigured() throws Exception {
        String name = "large";
        for (String topic : List.of(".in", ".out", ".invalid", ".trace")) {
            cluster.topics().create(name + topic, 1, Map.of("max.message.bytes", "9000000"));
        }
        cluster.permit(name);
        Map<String, String> config =
                delay(name, Map.of("max.request.size", Integer.toString(SecuredCluster.LARGEST_RECORD)));
        startConnector(name, config);

        try (KafkaProducer<byte[], byte[]> producer = cluster.producer(9_000_000);
                TopicReader reader = cluster.topics().reader(name + "\\.(out|invalid)")) {
            for (int bytes : List.of(SecuredCluster.LARGEST_RECORD - 10_000, SecuredCluster.LARGEST_RECORD)) {
                producer.send(new ProducerRecord<>(name + ".in", bytes("of " + bytes), new byte[bytes]))
                        .get();
            }
            reader.readUntil(read -> read.size() == 2, LIMIT);

            assertThat(keys(reader, name + ".out")).containsExactly("of 2990000");
            assertThat(reader.records())
                    .filteredOn(record -> record.topic().equals(name + ".invalid"))
                    .singleElement()
                    .satisfies(record ->
                            assertThat(header(record, "__courier.route.reason")).isEqualTo("TOO_LARGE"));
        }
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    void anOverrideThatTheWorkerForbidsIsRefusedByConnect() {
        String override = "producer.override.max.in.flight.requests.per.connection";

        assertThat(cluster.rest()
                        .validate(DELAY, delay("overriding", Map.of(override, "5")))
                        .get(override))
                .singleElement()
                .asString()
                .isEqualTo(
                        "The 'None' policy does not allow 'max.in.flight.requests.per.connection' to be overridden in"
                                + " the connector configuration.");
    }

    @ConcurrentTest
    void theConsumerCanBeAnotherUserThanTheAdminClient() {
        String name = "apart";
        cluster.topics().create(1, name + ".in", name + ".out");
        cluster.permit(name);
        cluster.revoke(CONNECTOR, topic(name + ".in"), READ);
        cluster.grant(CONNECTOR, topic(name + ".in"), DESCRIBE);
        Map<String, String> config = delay(name, prefixed("consumer.", cluster.security("stranger")));

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(cluster.rest().validate(DELAY, config).get("topics"))
                                .singleElement()
                                .asString()
                                .contains("the connector's consumer (User:stranger) lacks DESCRIBE"));
        cluster.grant("stranger", topic(name + ".in"), READ);
        cluster.grant("stranger", topics(name + ".delay."), READ);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(cluster.rest().validate(DELAY, config)).isEmpty());
    }

    @ConcurrentTest
    @Tag("soak")
    void aTaskWithoutTheOffsetsTopicOrItsTransactionalIdFailsAndNamesIt() {
        String name = "unkept";
        cluster.topics().create(1, name + ".in", name + ".out");
        cluster.permit(name);
        cluster.revoke(WORKER, topic(name + "-offsets"), READ, WRITE, CREATE, DESCRIBE_CONFIGS);
        cluster.rest().putConnector(name, delay(name, Map.of()));
        await("a failure")
                .atMost(LIMIT.multipliedBy(2))
                .untilAsserted(() -> assertThat(cluster.rest().failures(name))
                        .anySatisfy(failure -> assertThat(failure).contains(name + "-offsets")));

        permitOffsets(name);
        ResourcePattern ids = new ResourcePattern(ResourceType.TRANSACTIONAL_ID, WORKER + "-", PatternType.PREFIXED);
        ResourcePattern ofTheLeader =
                new ResourcePattern(ResourceType.TRANSACTIONAL_ID, "connect-cluster-" + WORKER, PatternType.LITERAL);
        cluster.grant(WORKER, ofTheLeader, WRITE, DESCRIBE);
        cluster.revoke(WORKER, ids, WRITE, DESCRIBE);
        try {
            cluster.rest().restartFailed(name);
            await("a failure")
                    .atMost(LIMIT.multipliedBy(2))
                    .untilAsserted(() -> assertThat(cluster.rest().failures(name))
                            .anySatisfy(
                                    failure -> assertThat(failure).contains("Transactional Id authorization failed")));
        } finally {
            cluster.grant(WORKER, ids, WRITE, DESCRIBE);
        }
        await("a running task").atMost(LIMIT.multipliedBy(2)).until(() -> {
            cluster.rest().restartFailed(name);
            return cluster.rest().isRunning(name, 1);
        });
        cluster.rest().deleteConnector(name);
    }

    @ConcurrentTest
    @Tag("soak")
    void aStartReportsThatTheClusterDoesNotAnswer() {
        Map<String, String> unsecured = delay("outside", Map.of());
        unsecured.keySet().removeAll(cluster.security(CONNECTOR).keySet());
        unsecured.put("bootstrap.servers", cluster.serversWithoutTls());

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> new DelaySourceConnector().start(unsecured))
                .withMessageStartingWith("The cluster at " + cluster.serversWithoutTls()
                        + " did not answer the connector's admin client within 30 s, with security.protocol=PLAINTEXT,"
                        + " the default.");
    }

    private static void assertNotLetIn(Map<String, String> config, String... parts) {
        Instant begin = Instant.now();
        Map<String, List<String>> errors = cluster.rest().validate(DELAY, config);

        assertThat(Duration.between(begin, Instant.now())).isLessThan(VALIDATION_LIMIT);
        assertThat(errors).containsOnlyKeys("bootstrap.servers");
        assertThat(errors.get("bootstrap.servers"))
                .singleElement()
                .asString()
                .contains(parts)
                .doesNotContain("secret", "password=");
    }

    /** The connector of the page, with other login settings for its clients. */
    private static Map<String, String> documentedExample() {
        String page = DocumentedPermissions.page();
        int begin = page.indexOf("```json") + "```json".length();
        try {
            Map<String, String> example = new ObjectMapper()
                    .readValue(page.substring(begin, page.indexOf("```", begin)), new TypeReference<>() {});
            assertThat(example).containsKeys("security.protocol", "sasl.jaas.config", "ssl.truststore.location");
            return example;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void permitOffsets(String name) {
        cluster.grant(WORKER, topic(name + "-offsets"), READ, WRITE, CREATE, DESCRIBE_CONFIGS);
    }

    private static Map<String, String> delay(String name, Map<String, String> own) {
        Map<String, String> config = source(name, DELAY);
        config.putAll(Map.of(
                "topics", name + ".in",
                "target.topic", name + ".out",
                "target.topics.allow", name + ".out",
                "invalid.topic", name + ".invalid",
                "trace.topic", name + ".trace",
                "horizon", "1s",
                "delay.max", "10s"));
        config.putAll(own);
        return config;
    }

    private static Map<String, String> retry(String name, Map<String, String> own) {
        Map<String, String> config = source(name, RETRY);
        config.putAll(own);
        return config;
    }

    private static Map<String, String> source(String name, String connectorClass) {
        Map<String, String> config = new HashMap<>(Map.of(
                "name", name,
                "connector.class", connectorClass,
                "tasks.max", "1",
                "bootstrap.servers", cluster.servers(),
                "offsets.storage.topic", name + "-offsets",
                "topics.refresh.interval", "1s",
                "key.converter", BYTES,
                "value.converter", BYTES,
                "header.converter", BYTES));
        config.putAll(cluster.security(CONNECTOR));
        return config;
    }

    private static void startConnector(String name, Map<String, String> config) {
        cluster.rest().putConnector(name, config);
        await(name).atMost(LIMIT).until(() -> {
            assertThat(cluster.rest().failures(name)).isEmpty();
            return cluster.rest().isRunning(name, 1);
        });
    }

    private static ProducerRecord<byte[], byte[]> message(String topic, String key, String... header) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(topic, bytes(key), bytes("{}"));
        if (header.length > 0) {
            message.headers().add(header[0], bytes(header[1]));
        }
        return message;
    }

    private static List<String> keys(TopicReader reader, String topic) {
        return reader.records().stream()
                .filter(record -> record.topic().equals(topic))
                .map(Messages::key)
                .toList();
    }

    private static List<String> tiers(String name) {
        return cluster.topics().names().stream()
                .filter(topic -> topic.startsWith(name + ".delay."))
                .toList();
    }
}
