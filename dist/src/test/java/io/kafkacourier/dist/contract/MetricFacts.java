/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.elasticsearch.ElasticsearchTraceSinkTask;
import io.kafkacourier.interceptors.TraceConsumerInterceptor;
import io.kafkacourier.interceptors.TraceProducerInterceptor;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.metrics.Metric;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.kafka.metrics.MetricPublishers;
import io.kafkacourier.source.metrics.SourceMetric;
import io.kafkacourier.transforms.StampTrace;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.awaitility.Awaitility;

/**
 * Facts about metrics. Those of source connectors come from their declarations. All others are read from JMX while the
 * plugin runs, without a cluster.
 */
final class MetricFacts {

    private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();
    private static final String NOBODY = "127.0.0.1:1";

    private final List<Fact> facts = new ArrayList<>();

    private MetricFacts() {}

    static List<Fact> all() {
        MetricFacts found = new MetricFacts();
        for (SourceMetric.Of connector : SourceMetric.Of.values()) {
            if (connector != SourceMetric.Of.ALL) {
                connector.metrics().forEach(metric -> found.declared(connector, metric));
            }
        }
        found.sourcesBeforePluginMetrics();
        found.sink();
        found.stampTrace();
        found.interceptors();
        return found.facts;
    }

    private void declared(SourceMetric.Of connector, SourceMetric declared) {
        String owner =
                connector.name().toLowerCase(Locale.ROOT) + (connector == SourceMetric.Of.CONNECTOR ? "" : " task");
        Metric metric = declared.metric();
        facts.add(new Fact("metric", owner, metric.name(), metric.tag() == null ? "" : "tag " + metric.tag()));
        tagValues(connector, declared)
                .forEach(value -> facts.add(new Fact("tag", owner, metric.name(), metric.tag() + "=" + value)));
    }

    /** The values that a tag can have, if the project defines them. */
    private static Stream<String> tagValues(SourceMetric.Of connector, SourceMetric declared) {
        return switch (declared) {
            case INVALID, DEAD_LETTERS -> connector.reasons().stream().map(Reason::name);
            case HELD_BACK, STALLED -> Arrays.stream(Obstacle.values()).map(Obstacle::tagValue);
            default -> Stream.empty();
        };
    }

    /** Adds the JMX beans of sources on a worker before Connect 4.1. */
    private void sourcesBeforePluginMetrics() {
        for (String kind :
                List.of(NameFacts.DELAY.kind().text(), NameFacts.RETRY.kind().text())) {
            MetricPublisher task =
                    MetricPublishers.forTask(withoutMetrics(SourceTaskContext.class), kind + "-source", "c", "0");
            MetricPublisher connector =
                    MetricPublishers.forConnector(withoutMetrics(SourceConnectorContext.class), kind + "-source", "c");
            Metric tagged = SourceMetric.PENDING.metric();
            Metric plain = SourceMetric.HELD.metric();
            for (ObjectName bean : beansOf(() -> {
                task.publish(plain, () -> 0);
                task.publish(tagged, "orders", () -> 0);
                connector.publish(plain, () -> 0);
            })) {
                facts.add(new Fact("bean", "", bean.getKeyProperty("type"), bean.getCanonicalName()));
            }
            task.close();
            connector.close();
        }
    }

    private void sink() {
        ElasticsearchTraceSinkTask task = new ElasticsearchTraceSinkTask();
        task.initialize(proxy(SinkTaskContext.class, null));
        task.start(Map.of(
                "name", "c",
                "topics", "message-trace",
                "elasticsearch.hosts", "http://" + NOBODY,
                "on.malformed", "warn"));
        published("elasticsearch-trace-sink");
        task.stop();
    }

    private void stampTrace() {
        try (StampTrace<SourceRecord> transform = new StampTrace<>()) {
            transform.configure(Map.of(
                    "node", "n",
                    "emit.topic", "message-trace",
                    "emit.bootstrap.servers", NOBODY));
            transform.apply(new SourceRecord(Map.of(), Map.of(), "orders", null, null));
            published("stamp-trace");
            published("trace-emitter");
        }
    }

    private void interceptors() {
        Map<String, ?> client = Map.of(
                "client.id", "i",
                "group.id", "g",
                "bootstrap.servers", NOBODY,
                "courier.trace.topic", "message-trace");
        try (TraceProducerInterceptor<byte[], byte[]> producer = new TraceProducerInterceptor<>();
                TraceConsumerInterceptor<byte[], byte[]> consumer = new TraceConsumerInterceptor<>()) {
            producer.configure(client);
            published("trace-producer");
            consumer.configure(client);
            published("trace-consumer");
        }
    }

    /** Waits for a bean of the type, and adds its name and attributes. */
    private void published(String type) {
        ObjectName pattern = pattern("type=" + type);
        Awaitility.await(type)
                .atMost(Duration.ofSeconds(30))
                .until(() -> !JMX.queryNames(pattern, null).isEmpty());
        ObjectName bean = JMX.queryNames(pattern, null).iterator().next();
        facts.add(new Fact("bean", "", type, bean.getCanonicalName().replaceFirst("\\bid=\\d+", "id=<n>")));
        try {
            for (MBeanFeatureInfo attribute : JMX.getMBeanInfo(bean).getAttributes()) {
                facts.add(Fact.of("metric", type, attribute.getName()));
            }
        } catch (JMException e) {
            throw new IllegalStateException(bean.toString(), e);
        }
    }

    private static Set<ObjectName> beansOf(Runnable start) {
        Set<ObjectName> before = JMX.queryNames(pattern("type=*"), null);
        start.run();
        Set<ObjectName> after = new TreeSet<>(JMX.queryNames(pattern("type=*"), null));
        after.removeAll(before);
        return after;
    }

    private static ObjectName pattern(String type) {
        try {
            return new ObjectName("io.kafkacourier:" + type + ",*");
        } catch (JMException e) {
            throw new IllegalArgumentException(type, e);
        }
    }

    /** The context of an older worker, without the methods for metrics. */
    private static <T> T withoutMetrics(Class<T> context) {
        return proxy(context, new NoSuchMethodError("pluginMetrics"));
    }

    /** A proxy whose methods throw the error; if that is null, they return null. */
    private static <T> T proxy(Class<T> type, Error error) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    if (error != null) {
                        throw error;
                    }
                    return null;
                }));
    }
}
