/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.EmbeddedElasticsearch;
import io.kafkacourier.embedded.KafkaVersion;
import io.kafkacourier.embedded.TopicReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs each plugin once on a worker and a broker of each supported version, and checks its metrics. */
@Tag("versions")
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class WorkerVersionsIT {

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
    private static final Map<String, String> STAMPED_BY_THE_BROKER = Map.of("message.timestamp.type", "LogAppendTime");
    private static final int MESSAGES = 400;
    private static final int EVENTS = 500;

    private static EmbeddedElasticsearch elasticsearch;

    @SuppressWarnings("NullAway.Init") // set before each version
    private static Cluster cluster;

    private final KafkaVersion version;

    WorkerVersionsIT(KafkaVersion version) {
        this.version = version;
    }

    @BeforeAll
    static void startElasticsearch() {
        elasticsearch = new EmbeddedElasticsearch(Path.of("target", "worker-versions-it", "elasticsearch"));
        elasticsearch.start();
    }

    @AfterAll
    static void stopElasticsearch() {
        elasticsearch.close();
    }

    @BeforeParameterizedClassInvocation
    static void startCluster(KafkaVersion version) {
        System.out.println(version.description());
        cluster = Cluster.start(
                "worker-versions-it-" + version.number(),
                version,
                1,
                worker -> worker.withVersion(version).withJmx());
    }

    @AfterParameterizedClassInvocation
    static void stopCluster() {
        cluster.close();
    }

    @Test
    void theWorkerListsEveryPlugin() {
        assertThat(cluster.rest().plugins()).containsAllEntriesOf(BundleLoadsIT.everyPlugin());
    }

    @Test
    void delayedMessagesComeOnceAndNoneEarlyThroughTiers() {
        cluster.topics().create(2, "orders");
        cluster.topics().create("orders.due", 2, STAMPED_BY_THE_BROKER);
        cluster.startConnector(
                "delay",
                DelayConnector.config(
                        cluster,
                        Map.of(
                                "topics",
                                "orders",
                                "target.topic",
                                "orders.due",
                                "target.topics.allow",
                                "orders\\.due",
                                "horizon",
                                "2s",
                                "delay.max",
                                "1m")));
        try (TopicReader reader = cluster.topics().reader("orders(\\.due)?|delay\\.delay\\.[0-9]+s")) {
            cluster.topics()
                    .sendAll(IntStream.range(0, MESSAGES)
                            .mapToObj(number ->
                                    Messages.delayed("orders", number % 2, number, "key-" + number, number * 20L))
                            .toList());
            reader.readUntil(all -> in("orders.due", all) >= MESSAGES, LIMIT);
            reader.readTo(cluster.topics().endOffsets("orders.due"), LIMIT);

            Deliveries deliveries = new Deliveries(reader.records(), "orders", MESSAGES, "orders.due");
            deliveries.assertEachCameOnce();
            deliveries.assertNoneCameEarly();
            assertThat(deliveries.topics()).contains("delay.delay.4s", "delay.delay.2s");
        }
        assertMetrics("delay", metrics -> {
            assertThat(metrics.sum("delivered-total", "")).isEqualTo(MESSAGES);
            assertThat(metrics.sum("hop-total", "")).isGreaterThan(MESSAGES / 2.0);
            assertThat(metrics.sum("pending-count", "topic=orders")).isZero();
            assertThat(metrics.sum("held-count", "")).isZero();
            assertThat(metrics.values("upkeep-failure-total", "chore=trim"))
                    .isNotEmpty()
                    .containsOnly(0.0);
            assertThat(metrics.values("upkeep-failure-total", "chore=mirror")).containsOnly(0.0);
        });
    }

    /** Uses our router and predicate, and the data that was stored before the worker was stopped. */
    @Test
    void aWorkerContinuesWhereItWasStopped() {
        cluster.topics().create(2, "stopped", "stopped.due");
        cluster.topics().create("stopped.routed", 2, STAMPED_BY_THE_BROKER);
        Map<String, String> config = DelayConnector.config(
                cluster,
                Map.of(
                        "topics", "stopped",
                        "target.topic", "stopped.due",
                        "target.topics.allow", "stopped\\.due",
                        "horizon", "2s",
                        "delay.max", "1m"));
        config.putAll(Map.of(
                "transforms", "route",
                "transforms.route.type", "io.kafkacourier.transforms.ContentRouter",
                "transforms.route.rules", "order",
                "transforms.route.rules.order.when", "value.order_id exists",
                "transforms.route.rules.order.to", "stopped.routed",
                "transforms.route.topics.allow", "stopped\\.routed",
                "transforms.route.predicate", "due",
                "predicates", "due",
                "predicates.due.type", "io.kafkacourier.transforms.predicates.IsDue"));
        cluster.startConnector("stopped", config);
        try (TopicReader reader = cluster.topics().reader("stopped(\\.routed|\\.delay\\.[0-9]+s)?")) {
            cluster.topics()
                    .sendAll(IntStream.range(0, MESSAGES)
                            .mapToObj(number ->
                                    Messages.delayed("stopped", number % 2, number, "key-" + number, number * 20L))
                            .toList());
            reader.readUntil(all -> in("stopped.routed", all) > MESSAGES / 8, LIMIT);

            cluster.connect().stop();
            cluster.connect().start();

            reader.readUntil(
                    all -> {
                        cluster.restartWhatConnectLetFail("stopped");
                        return in("stopped.routed", all) >= MESSAGES;
                    },
                    LIMIT.multipliedBy(2));
            reader.readTo(cluster.topics().endOffsets("stopped.routed"), LIMIT);
            Deliveries deliveries = new Deliveries(reader.records(), "stopped", MESSAGES, "stopped.routed");
            deliveries.assertEachCameOnce();
            deliveries.assertNoneCameEarly();
        }
    }

    @Test
    void failuresAreRetriedAndExhaustedOnesDeadLettered() {
        RetryTrial.Size size = new RetryTrial.Size(MESSAGES, 0);
        RetryTrial trial = new RetryTrial(cluster, size);

        trial.run();

        trial.assertEachCameOnce();
        assertMetrics(RetryTrial.CONNECTOR, metrics -> {
            assertThat(metrics.sum("delivered-total", "")).isEqualTo(MESSAGES - size.messages());
            assertThat(metrics.sum("dead-letter-total", "reason=EXHAUSTED")).isEqualTo(size.messages());
            assertThat(metrics.sum("waiting-count", "attempt=1")).isZero();
        });
    }

    @Test
    void deadLettersAreRedriven() {
        RedriveTrial.Size size = new RedriveTrial.Size(150, 50);

        new RedriveTrial(cluster, size).runUndisturbed();

        assertMetrics(RedriveTrial.CONNECTOR, metrics -> {
            assertThat(metrics.sum("redriven-total", "")).isEqualTo(size.selected());
            assertThat(metrics.sum("left-total", "")).isEqualTo(size.letters() - size.selected());
            assertThat(metrics.sum("remaining-count", "")).isZero();
            assertThat(metrics.sum("done", "")).isEqualTo(1);
        });
    }

    @Test
    void traceEventsBecomeDocumentsAndRefusedOnesDeadLetters() throws Exception {
        String topic = "events-" + version.number();
        cluster.topics().create(2, topic);
        cluster.startConnector("sink", sink(topic));
        List<ProducerRecord<byte[], byte[]>> events = new ArrayList<>(IntStream.range(0, EVENTS)
                .mapToObj(number -> new ProducerRecord<>(
                        topic,
                        Integer.toString(number).getBytes(UTF_8),
                        event(number).getBytes(UTF_8)))
                .toList());
        events.add(new ProducerRecord<>(topic, "broken".getBytes(UTF_8), "{\"schema\":".getBytes(UTF_8)));

        cluster.topics().sendAll(events);

        await("documents").atMost(LIMIT).untilAsserted(() -> {
            assertThat(cluster.rest().failures("sink")).isEmpty();
            assertThat(documents(topic)).isEqualTo(EVENTS);
        });
        try (TopicReader reader = cluster.topics().reader(topic + "\\.dead")) {
            assertThat(reader.readUntil(dead -> !dead.isEmpty(), LIMIT))
                    .singleElement()
                    .satisfies(dead -> assertThat(Messages.key(dead)).isEqualTo("broken"));
        }
        try (JMXConnector jmx = cluster.connect().jmx()) {
            MBeanServerConnection worker = jmx.getMBeanServerConnection();
            assertThat(sinkSum(worker, "Documents")).isEqualTo(EVENTS);
            assertThat(sinkSum(worker, "Refused")).isEqualTo(1);
            assertThat(sinkSum(worker, "DestinationFault")).isZero();
        }
    }

    /** The metrics are among the worker's own if it supports metrics of plugins, otherwise in our JMX domain. */
    private void assertMetrics(String connector, Consumer<ConnectorMetrics> assertions) {
        try (JMXConnector jmx = cluster.connect().jmx()) {
            ConnectorMetrics metrics = new ConnectorMetrics(jmx.getMBeanServerConnection(), connector);
            await("metrics of " + connector).atMost(LIMIT).untilAsserted(() -> assertions.accept(metrics));
            assertThat(metrics.domains())
                    .containsExactly(version == KafkaVersion.OLDEST ? "io.kafkacourier" : "kafka.connect");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> sink(String topic) {
        return Map.ofEntries(
                Map.entry("connector.class", "io.kafkacourier.elasticsearch.ElasticsearchTraceSinkConnector"),
                Map.entry("tasks.max", "2"),
                Map.entry("topics", topic),
                Map.entry("elasticsearch.hosts", elasticsearch.url().toString()),
                Map.entry("index.prefix", topic),
                Map.entry("key.converter", BYTES),
                Map.entry("value.converter", BYTES),
                Map.entry("errors.tolerance", "all"),
                Map.entry("errors.deadletterqueue.topic.name", topic + ".dead"),
                Map.entry("errors.deadletterqueue.topic.replication.factor", "1"));
    }

    private static String event(int number) {
        Instant now = Instant.now();
        return """
                {"schema":1,"event_id":"event-%d","event":"send","@timestamp":"%s","record_ts":"%s",\
                "trace_id":"0af7651916cd43dd8448eb211c80319c","message_id":"%d","topic":"orders","partition":0}""".formatted(number, now, now, number);
    }

    private static long documents(String prefix) throws IOException {
        elasticsearch.http().send("POST", "/" + prefix + "-2*/_refresh", "");
        return elasticsearch
                .http()
                .send("GET", "/" + prefix + "-2*/_count", "")
                .body()
                .path("count")
                .asLong();
    }

    private static long sinkSum(MBeanServerConnection worker, String attribute) throws IOException, JMException {
        long sum = 0;
        for (ObjectName task : worker.queryNames(
                new ObjectName("io.kafkacourier:type=elasticsearch-trace-sink,connector=\"sink\",*"), null)) {
            sum += ((Number) worker.getAttribute(task, attribute)).longValue();
        }
        return sum;
    }

    private static long in(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().filter(record -> record.topic().equals(topic)).count();
    }
}
