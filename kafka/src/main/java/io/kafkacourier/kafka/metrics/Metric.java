/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.metrics;

import org.jspecify.annotations.Nullable;

/**
 * A metric as it is declared. Its name is public API.
 *
 * @param name in the form of Kafka's own: {@code held-count}
 * @param description what the value says, with its unit, in whole sentences
 * @param tag what there is a value for each of, such as {@code topic}; null where there is only one value
 */
public record Metric(
        String name, String description, @Nullable String tag) {}
