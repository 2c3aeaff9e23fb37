/* SPDX-License-Identifier: Apache-2.0 */
/** Publishes metrics: in the worker's own registry if it supports metrics of plugins, otherwise in JMX. */
@NullMarked
package io.kafkacourier.kafka.metrics;

import org.jspecify.annotations.NullMarked;
