/* SPDX-License-Identifier: Apache-2.0 */
/** Compares the content router with a minimal router, Kafka's own router and other ways to find a topic in a record. */
@NullMarked
package io.kafkacourier.benchmarks.routing;

import org.jspecify.annotations.NullMarked;
