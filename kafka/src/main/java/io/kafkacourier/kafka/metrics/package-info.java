/* SPDX-License-Identifier: Apache-2.0 */
/** Metrics: through the worker's own registry if it takes those of plugins, otherwise through JMX. */
@NullMarked
package io.kafkacourier.kafka.metrics;

import org.jspecify.annotations.NullMarked;
