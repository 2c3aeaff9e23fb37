/* SPDX-License-Identifier: Apache-2.0 */
/** Compares the cost of an application with and without tracing. */
@NullMarked
package io.kafkacourier.benchmarks.trace;

import org.jspecify.annotations.NullMarked;
