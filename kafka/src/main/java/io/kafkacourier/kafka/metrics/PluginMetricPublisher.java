/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes among the worker's own metrics, through all their reporters (KIP-877). The worker adds the connector's name
 * and the task. This class can only be loaded by Connect 4.1 or later.
 */
final class PluginMetricPublisher implements MetricPublisher {

    private static final Logger log = LoggerFactory.getLogger(PluginMetricPublisher.class);

    /** A metric that could not be published, because an earlier run of the task still has a metric of that name. */
    private record Blocked(MetricName name, Gauge<?> gauge) {}

    /** Publishers with blocked metrics. An earlier run of a task can be closed late, on any thread. */
    private static final Set<PluginMetricPublisher> WAITING = ConcurrentHashMap.newKeySet();

    private final PluginMetrics metrics;
    private final List<MetricName> published = new ArrayList<>();
    private final List<Blocked> blocked = new ArrayList<>();

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

    /**
     * For a connector.
     *
     * @throws LinkageError before Connect 4.1
     */
    static MetricPublisher of(SourceConnectorContext context) {
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

    @Override
    public void publishText(Metric metric, Supplier<String> value) {
        add(metric, null, value);
    }

    private synchronized void add(Metric metric, @Nullable String tagValue, Supplier<?> value) {
        LinkedHashMap<String, String> tags = new LinkedHashMap<>();
        if (metric.tag() != null && tagValue != null) {
            tags.put(metric.tag(), tagValue);
        }
        Gauge<Object> gauge = (config, nowMs) -> value.get();
        MetricName name = metrics.metricName(metric.name(), metric.description(), tags);
        if (!isAdded(name, gauge)) {
            log.warn(
                    "The metric {} is not published yet, because an earlier run of the task still publishes it",
                    metric.name());
            blocked.add(new Blocked(name, gauge));
            WAITING.add(this);
        }
    }

    private boolean isAdded(MetricName name, Gauge<?> gauge) {
        try {
            metrics.addMetric(name, gauge);
            published.add(name);
            return true;
        } catch (IllegalArgumentException taken) {
            return false;
        }
    }

    /** Publishes blocked metrics whose names an earlier run of the task has released. */
    private synchronized void retry() {
        try {
            blocked.removeIf(waiting -> isAdded(waiting.name(), waiting.gauge()));
        } catch (IllegalStateException e) {
            log.debug("The worker accepts no more metrics of this task", e);
            blocked.clear();
        }
        if (blocked.isEmpty()) {
            WAITING.remove(this);
        }
    }

    @Override
    public void close() {
        withdraw();
        WAITING.forEach(PluginMetricPublisher::retry);
    }

    private synchronized void withdraw() {
        WAITING.remove(this);
        blocked.clear();
        try {
            published.forEach(metrics::removeMetric);
        } catch (IllegalStateException e) {
            log.debug("The worker has already removed the metrics", e);
        }
        published.clear();
    }
}
