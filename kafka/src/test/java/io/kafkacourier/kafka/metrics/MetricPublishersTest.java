/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.Test;

class MetricPublishersTest {

    private static final Metric HELD = new Metric("held-count", "Messages held.", null);
    private static final Metric PENDING = new Metric("pending-count", "Messages pending.", "topic");

    private final Metrics worker = new Metrics();
    private final int ownMetrics = worker.metrics().size();

    @Test
    void publishesAmongTheMetricsOfTheWorkerIfItSupportsThem() throws Exception {
        try (PluginMetricsImpl ofTask = ofTask()) {
            try (MetricPublisher publisher = publisher(() -> ofTask)) {
                publisher.publish(HELD, () -> 1);
                publisher.publish(PENDING, "orders", () -> 2.0);

                assertThat(metric("held-count", Map.of()).metricValue()).isEqualTo(1);
                assertThat(metric("held-count", Map.of()).metricName().description())
                        .isEqualTo("Messages held.");
                assertThat(metric("pending-count", Map.of("topic", "orders")).metricValue())
                        .isEqualTo(2.0);
            }
            assertThat(worker.metrics()).hasSize(ownMetrics);
        }
    }

    @Test
    void continuesWithoutAMetricThatAnEarlierRunOfTheTaskStillHas() throws Exception {
        try (PluginMetricsImpl earlier = ofTask();
                PluginMetricsImpl later = ofTask()) {
            publisher(() -> earlier).publish(HELD, () -> 1);
            try (MetricPublisher publisher = publisher(() -> later)) {
                publisher.publish(HELD, () -> 2);
            }

            assertThat(metric("held-count", Map.of()).metricValue()).isEqualTo(1);
        }
    }

    @Test
    void canBeClosedAfterTheWorkerHasRemovedAllMetrics() throws Exception {
        PluginMetricsImpl ofTask = ofTask();
        MetricPublisher publisher = publisher(() -> ofTask);
        publisher.publish(HELD, () -> 1);
        ofTask.close();

        publisher.close();

        assertThat(worker.metrics()).hasSize(ownMetrics);
    }

    @Test
    void publishesMetricsOfAnEarlierRunOfTheTaskWhenThatIsClosedLate() {
        MetricPublisher earlier = publisher(this::ofTask);
        earlier.publish(HELD, () -> 1);
        try (MetricPublisher later = publisher(this::ofTask)) {
            later.publish(HELD, () -> 2);

            earlier.close();

            assertThat(metric("held-count", Map.of()).metricValue()).isEqualTo(2);
        }
        assertThat(worker.metrics()).hasSize(ownMetrics);
    }

    @Test
    void publishesInJmxIfTheWorkerDoesNotSupportMetricsOfPlugins() {
        try (MetricPublisher publisher = publisher(() -> {
            throw new NoSuchMethodError("pluginMetrics");
        })) {
            assertThat(publisher).isInstanceOf(JmxMetricPublisher.class);
        }
    }

    private PluginMetricsImpl ofTask() {
        return new PluginMetricsImpl(worker, Map.of("connector", "delay", "task", "0"));
    }

    private KafkaMetric metric(String name, Map<String, String> tags) {
        Map<String, String> all = new LinkedHashMap<>(Map.of("connector", "delay", "task", "0"));
        all.putAll(tags);
        return Objects.requireNonNull(worker.metric(worker.metricName(name, "plugins", "", all)));
    }

    private static MetricPublisher publisher(Supplier<PluginMetrics> metrics) {
        SourceTaskContext context = new SourceTaskContext() {
            @Override
            public Map<String, String> configs() {
                return Map.of();
            }

            @Override
            public OffsetStorageReader offsetStorageReader() {
                throw new UnsupportedOperationException("metrics need no offsets");
            }

            @Override
            public PluginMetrics pluginMetrics() {
                return metrics.get();
            }
        };
        return MetricPublishers.forTask(context, "delay-source", "delay", "0");
    }
}
