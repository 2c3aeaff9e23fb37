/* SPDX-License-Identifier: Apache-2.0 */
/** The entry point of {@code mvn -Pbenchmark -Dbenchmark=<name>}. */
@NullMarked
package io.kafkacourier.benchmarks;

import org.jspecify.annotations.NullMarked;
