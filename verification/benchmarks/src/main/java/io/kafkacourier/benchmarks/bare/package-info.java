/* SPDX-License-Identifier: Apache-2.0 */
/** The base case of the benchmarks: Kafka clients without Connect, as a program of their own. */
@NullMarked
package io.kafkacourier.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
