/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.metrics.Metric;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Keeps published metrics by name, with the tag in braces. */
public final class PublishedMetrics implements MetricPublisher {

    private final Map<String, Supplier<? extends Number>> values = new TreeMap<>();

    /** The published metrics, as {@code pending-count{topic=orders}}. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** The published metrics without tags. */
    public Set<String> names() {
        return keys().stream().map(key -> key.replaceAll("\\{.*", "")).collect(Collectors.toSet());
    }

    /** The current value of a metric. */
    public double value(String key) {
        return Objects.requireNonNull(values.get(key), key).get().doubleValue();
    }

    @Override
    public void publish(Metric metric, Supplier<? extends Number> value) {
        assertThat(metric.tag()).as(metric.name()).isNull();
        values.put(metric.name(), value);
    }

    @Override
    public void publish(Metric metric, String tagValue, Supplier<? extends Number> value) {
        assertThat(metric.tag()).as(metric.name()).isNotNull();
        values.put(metric.name() + "{" + metric.tag() + "=" + tagValue + "}", value);
    }

    @Override
    public void close() {
        values.clear();
    }
}
