/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import java.util.function.Supplier;

/**
 * Shows values to operators. A value that cannot be shown is logged, and stops nothing.
 *
 * <p>Values are asked for by other threads, at any time until {@link #close}, and must not block.
 */
public interface MetricPublisher extends AutoCloseable {

    /** Shows the value of a metric that has only one; NaN means that there is none at the moment. */
    void publish(Metric metric, Supplier<? extends Number> value);

    /** Shows the value that a metric has for one value of its tag; NaN means that there is none at the moment. */
    void publish(Metric metric, String tagValue, Supplier<? extends Number> value);

    /** Shows a metric whose values are text. A publisher that shows only numbers leaves it out. */
    default void publishText(Metric metric, Supplier<String> value) {}

    /** Withdraws all that was published here. */
    @Override
    void close();
}
