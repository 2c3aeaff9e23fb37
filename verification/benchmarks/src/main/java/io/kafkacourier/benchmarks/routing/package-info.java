/* SPDX-License-Identifier: Apache-2.0 */
/** The router beside the least that any router has to do, Kafka's own, and what else finds a topic in a record. */
@NullMarked
package io.kafkacourier.benchmarks.routing;

import org.jspecify.annotations.NullMarked;
