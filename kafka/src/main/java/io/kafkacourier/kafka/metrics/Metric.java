/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import org.jspecify.annotations.Nullable;

/**
 * The declaration of a metric. Its name is public API.
 *
 * @param name the name, in the form of Kafka's own ({@code held-count}) or of a bean's attribute ({@code HeldCount})
 * @param description what the value means, with its unit, in whole sentences
 * @param tag the tag that has a value for each of several things, such as {@code topic}; null if there is only one
 *     value
 * @param type the type of the value, as JMX declares it
 */
public record Metric(
        String name, String description, @Nullable String tag, Class<?> type) {

    /** A metric whose values are numbers of any type. */
    public Metric(String name, String description, @Nullable String tag) {
        this(name, description, tag, Number.class);
    }
}
