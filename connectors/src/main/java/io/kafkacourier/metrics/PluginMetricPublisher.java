/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes among the worker's own metrics, whose reporters show them wherever they show those (KIP-877). The worker adds
 * the connector's name and the task. This class loads on Connect 4.1 or later only.
 */
final class PluginMetricPublisher implements MetricPublisher {

    private static final Logger log = LoggerFactory.getLogger(PluginMetricPublisher.class);

    private final PluginMetrics metrics;
    private final List<MetricName> published = new ArrayList<>();

    private PluginMetricPublisher(PluginMetrics metrics) {
        this.metrics = metrics;
    }

    /**
     * For a task.
     *
     * @throws LinkageError before Connect 4.1
     */
    static MetricPublisher of(SourceTaskContext context) {
        return new PluginMetricPublisher(context.pluginMetrics());
    }

    @Override
    public void publish(Metric metric, Supplier<? extends Number> value) {
        add(metric, null, value);
    }

    @Override
    public void publish(Metric metric, String tagValue, Supplier<? extends Number> value) {
        add(metric, tagValue, value);
    }

    private void add(Metric metric, @Nullable String tagValue, Supplier<? extends Number> value) {
        LinkedHashMap<String, String> tags = new LinkedHashMap<>();
        if (metric.tag() != null && tagValue != null) {
            tags.put(metric.tag(), tagValue);
        }
        Gauge<Number> gauge = (config, nowMs) -> value.get();
        try {
            MetricName name = metrics.metricName(metric.name(), metric.description(), tags);
            metrics.addMetric(name, gauge);
            published.add(name);
        } catch (IllegalArgumentException e) {
            log.warn("The metric {} is not published, an earlier run of the task has it still: {}", metric.name(), e);
        }
    }

    @Override
    public void close() {
        try {
            published.forEach(metrics::removeMetric);
        } catch (IllegalStateException e) {
            log.debug("The worker has withdrawn the metrics already", e);
        }
        published.clear();
    }
}
