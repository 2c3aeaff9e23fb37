/* SPDX-License-Identifier: Apache-2.0 */
/** The delay connector beside a bare loop of Kafka's clients and Kafka's own source connector. */
@NullMarked
package io.kafkacourier.benchmarks.delay;

import org.jspecify.annotations.NullMarked;
