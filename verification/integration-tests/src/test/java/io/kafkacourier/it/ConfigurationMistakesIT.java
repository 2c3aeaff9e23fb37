/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every mistake in a configuration is reported with key, value and what is allowed, as early as Connect permits. */
class ConfigurationMistakesIT {

    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final String DELAY = "io.kafkacourier.delay.DelaySourceConnector";
    private static final String SINK = "io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector";

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("configuration-mistakes-it");
        cluster.topics().create(1, "orders", "due");
        cluster.topics().create("compacted", 1, Map.of("cleanup.policy", "compact,delete"));
        cluster.topics().create("careful", 1, Map.of("min.insync.replicas", "2"));
        cluster.topics().create("short.16s", 1, Map.of("retention.ms", "3600000"));
        cluster.topics().create("kept.16s", 1, Map.of("retention.ms", "-1"));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void acceptsGoodConfigurations() {
        assertThat(cluster.rest().validate(DELAY, delay())).isEmpty();
        assertThat(cluster.rest().validate(SINK, sink())).isEmpty();
    }

    @ParameterizedTest(name = "{1}={2}")
    @MethodSource
    void validateReportsKeyValueAndWhatIsAllowed(String plugin, String key, String value, List<String> allowed) {
        Map<String, String> config = plugin.equals(DELAY) ? delay() : sink();
        if (value.equals(ABSENT)) {
            config.remove(key);
        } else {
            config.put(key, value);
        }

        Map<String, List<String>> errors = cluster.rest().validate(plugin, config);

        assertThat(errors).as("keys with errors").containsOnlyKeys(key);
        assertThat(String.join("\n", errors.get(key)))
                .contains(key)
                .contains(value.equals(ABSENT) ? "" : value)
                .satisfies(error -> allowed.forEach(part -> assertThat(error).contains(part)));
    }

    private static final String NAME = "mistaken";
    /** The connector that is started. It creates tiers, which the configurations above do not have. */
    private static final String STARTED = "started";

    private static final String ABSENT = "(absent)";

    static Stream<Arguments> validateReportsKeyValueAndWhatIsAllowed() {
        return Stream.of(
                Arguments.of(DELAY, "timestamp", "now", List.of("due", "original")),
                Arguments.of(DELAY, "invalid.behavior", "drop", List.of("route", "fail", "deliver")),
                Arguments.of(DELAY, "on.missing", "ignore", List.of("fail", "skip")),
                Arguments.of(DELAY, "bootstrap.servers", ABSENT, List.of()),
                Arguments.of(DELAY, "topics", ABSENT, List.of("topics.regex")),
                Arguments.of(DELAY, "target.topics.allow", ABSENT, List.of("target.topic.header")),
                Arguments.of(DELAY, "horizon", "soon", List.of("PT30M")),
                Arguments.of(DELAY, "delay.max", "-1s", List.of("at least")),
                Arguments.of(DELAY, "target.topics.allow", "due[", List.of("regular expression")),
                Arguments.of(DELAY, "value.converter", "org.apache.kafka.connect.json.JsonConverter", List.of(BYTES)),
                Arguments.of(DELAY, "key.converter", ABSENT, List.of(BYTES)),
                Arguments.of(DELAY, "header.converter", ABSENT, List.of(BYTES)),
                Arguments.of(DELAY, "errors.tolerance", "all", List.of("none")),
                Arguments.of(DELAY, "topic.delays", "later", List.of("<topic>=<duration>", "delay_<n>m")),
                Arguments.of(
                        DELAY,
                        "topics",
                        "compacted",
                        List.of("Topic compacted has cleanup.policy=compact,delete, must be delete")),
                Arguments.of(
                        DELAY,
                        "invalid.topic",
                        "compacted",
                        List.of("Topic compacted has cleanup.policy=compact,delete, must be delete")),
                Arguments.of(
                        DELAY,
                        "target.topic",
                        "careful",
                        List.of("replication factor of 1", "its min.insync.replicas of 2")),
                Arguments.of(
                        DELAY,
                        "trace.topic",
                        "careful",
                        List.of("replication factor of 1", "its min.insync.replicas of 2")),
                Arguments.of(
                        DELAY,
                        "tiers.prefix",
                        "short.",
                        List.of("Topic short.16s has retention.ms=3600000, must be -1")),
                Arguments.of(
                        DELAY,
                        "tiers.replication.factor",
                        "3",
                        List.of("Topic mistaken.delay.1s is missing and cannot be created", "3", "1 broker")),
                Arguments.of(SINK, "elasticsearch.hosts", ABSENT, List.of()),
                Arguments.of(SINK, "elasticsearch.hosts", "localhost", List.of("http")),
                Arguments.of(SINK, "on.malformed", "ignore", List.of("report", "fail", "warn")),
                Arguments.of(SINK, "linger", "fast", List.of("PT30M")),
                Arguments.of(SINK, "index.prefix", "Kafka Traces", List.of("lower")),
                Arguments.of(SINK, "errors.tolerance", ABSENT, List.of("all")),
                Arguments.of(SINK, "errors.deadletterqueue.topic.name", ABSENT, List.of("on.malformed")),
                Arguments.of(SINK, "value.converter", "org.apache.kafka.connect.json.JsonConverter", List.of(BYTES)));
    }

    @Test
    void validateReportsTopicsThatCouldNotBeWrittenToAfterTheirCreation() throws Exception {
        Map<String, String> config = delay();
        config.putAll(Map.of("target.topic", "careful", "invalid.topic", "not_there_yet"));
        setLeastReplicasInSync("2");
        try {
            Map<String, List<String>> errors = cluster.rest().validate(DELAY, config);

            assertThat(errors).containsOnlyKeys("target.topic", "invalid.topic", "tiers.replication.factor");
            assertThat(errors.values())
                    .allSatisfy(error -> assertThat(error)
                            .singleElement()
                            .asString()
                            .contains("replication factor of 1", "its min.insync.replicas of 2"));
        } finally {
            setLeastReplicasInSync("1");
        }
    }

    /** Sets min.insync.replicas of all topics without a setting. */
    private static void setLeastReplicasInSync(String least) throws Exception {
        ConfigResource everyBroker = new ConfigResource(ConfigResource.Type.BROKER, "");
        AlterConfigOp set = new AlterConfigOp(new ConfigEntry("min.insync.replicas", least), OpType.SET);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(everyBroker, List.of(set)))
                    .all()
                    .get();
        }
    }

    @Test
    void validateReportsTiersWithOtherPartitions() {
        Map<String, String> config = delay();
        config.putAll(Map.of("tiers.prefix", "kept.", "tiers.partitions", "2"));

        assertThat(cluster.rest().validate(DELAY, config))
                .containsOnlyKeys("tiers.partitions")
                .extractingByKey("tiers.partitions")
                .asString()
                .contains("Topic kept.16s has 1 partitions, must have 2");
    }

    @Test
    void validateReportsAForeignTransformThatSeesMoreThanMessages() {
        Map<String, String> config = delay();
        config.putAll(Map.of(
                "transforms", "mask", "transforms.mask.type", "org.apache.kafka.connect.transforms.DropHeaders"));
        config.put("transforms.mask.headers", "x");
        assertThat(cluster.rest().validate(DELAY, config)).containsOnlyKeys("transforms.mask.predicate");

        config.putAll(Map.of(
                "transforms.mask.predicate",
                "isDue",
                "predicates",
                "isDue",
                "predicates.isDue.type",
                "io.kafkacourier.transforms.predicates.IsDue"));
        assertThat(cluster.rest().validate(DELAY, config)).isEmpty();
    }

    @Test
    void validateReportsWithinSecondsThatNoClusterAnswers() {
        Map<String, String> config = delay();
        config.putAll(Map.of("bootstrap.servers", "127.0.0.1:1", "topics", "compacted"));
        Instant begin = Instant.now();

        assertThat(cluster.rest().validate(DELAY, config))
                .containsOnlyKeys("bootstrap.servers")
                .extractingByKey("bootstrap.servers")
                .asString()
                .contains("The cluster at 127.0.0.1:1 did not answer", "security.protocol=PLAINTEXT, the default");
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aCompactedInputThatAppearsLaterIsNotReadAndIsNamedInTheLog() {
        Map<String, String> config = delay();
        config.remove("topics");
        config.putAll(Map.of("name", "late", "topics.regex", "late_.*", "topics.refresh.interval", "1s"));
        cluster.rest().putConnector("late", config);
        await().atMost(Duration.ofSeconds(30)).until(() -> cluster.rest().isRunning("late", 0));

        cluster.topics().create("late_orders", 1, Map.of("cleanup.policy", "compact"));

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> assertThat(cluster.workers().get(0).log())
                                .content()
                                .contains(
                                        "Topic late_orders is not read: Topic late_orders has cleanup.policy=compact, must be delete"));
        assertThat(cluster.rest().failures("late")).isEmpty();
        assertThat(cluster.rest().status("late").path("tasks")).isEmpty();
        cluster.rest().deleteConnector("late");
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource
    void aMistakeInATransformIsReportedBeforeAnyMessageIsSent(String key, String value, List<String> parts) {
        Map<String, String> config = delay();
        config.putAll(Map.of(
                "transforms", "route",
                "transforms.route.type", "io.kafkacourier.transforms.ContentRouter",
                "transforms.route.rules", "one",
                "transforms.route.rules.one.when", "header.tenant exists",
                "transforms.route.rules.one.to", "due"));
        config.put("transforms.route." + key, value);

        List<String> errors = errorsOf(config);

        assertThat(String.join("\n", errors))
                .contains(key)
                .satisfies(error -> parts.forEach(part -> assertThat(error).contains(part)));
    }

    static Stream<Arguments> aMistakeInATransformIsReportedBeforeAnyMessageIsSent() {
        return Stream.of(
                Arguments.of("rules.one.to", "${body.type}", List.of("${body.type}", "header.", "value")),
                Arguments.of("rules.one.when", "value.type = 'a'", List.of("value.type = 'a'", "==")),
                Arguments.of("rules.two.when", "topic == 'a'", List.of("rules.two.when", "rules")),
                Arguments.of("topics.allow", "a[", List.of("a[", "regular expression")),
                Arguments.of("error.behavior", "explode", List.of("explode", "passthrough", "fail")),
                Arguments.of("partition.by", "header.tenant", List.of("partition.count")));
    }

    /** The errors of validation or, if there are none, of the start of the task. */
    private static List<String> errorsOf(Map<String, String> config) {
        Map<String, List<String>> errors = cluster.rest().validate(DELAY, config);
        if (!errors.isEmpty()) {
            return errors.values().stream().flatMap(List::stream).toList();
        }
        config.put("name", STARTED);
        cluster.rest().putConnector(STARTED, config);
        try {
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !cluster.rest().failures(STARTED).isEmpty());
            return cluster.rest().failures(STARTED);
        } finally {
            cluster.rest().deleteConnector(STARTED);
        }
    }

    private static Map<String, String> delay() {
        return new HashMap<>(Map.of(
                "name",
                NAME,
                "connector.class",
                DELAY,
                "bootstrap.servers",
                cluster.bootstrapServers(),
                "topics",
                "orders",
                "target.topic",
                "due",
                "target.topics.allow",
                "due",
                "key.converter",
                BYTES,
                "value.converter",
                BYTES,
                "header.converter",
                BYTES));
    }

    private static Map<String, String> sink() {
        return new HashMap<>(Map.of(
                "name",
                NAME,
                "connector.class",
                SINK,
                "topics",
                "events",
                "elasticsearch.hosts",
                "http://localhost:9200",
                "value.converter",
                BYTES,
                "errors.tolerance",
                "all",
                "errors.deadletterqueue.topic.name",
                "events.dlq",
                "errors.deadletterqueue.topic.replication.factor",
                "1"));
    }
}
