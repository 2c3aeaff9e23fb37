/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import java.util.function.Supplier;

/**
 * Publishes values for operators. If a value cannot be published, the failure is logged, and nothing else happens.
 *
 * <p>Other threads call the suppliers of values, at any time until {@link #close}. They must not block.
 */
public interface MetricPublisher extends AutoCloseable {

    /** Publishes the value of a metric without tag; NaN means that it has no value at the moment. */
    void publish(Metric metric, Supplier<? extends Number> value);

    /** Publishes the value of a metric for one value of its tag; NaN means that it has no value at the moment. */
    void publish(Metric metric, String tagValue, Supplier<? extends Number> value);

    /** Publishes a metric whose values are text. A publisher that supports only numbers ignores it. */
    default void publishText(Metric metric, Supplier<String> value) {}

    /** Removes all metrics that were published here. */
    @Override
    void close();
}
