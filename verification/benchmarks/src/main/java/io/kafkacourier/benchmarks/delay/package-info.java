/* SPDX-License-Identifier: Apache-2.0 */
/** Compares the delay connector with a bare loop of Kafka clients and with Kafka's own source connector. */
@NullMarked
package io.kafkacourier.benchmarks.delay;

import org.jspecify.annotations.NullMarked;
