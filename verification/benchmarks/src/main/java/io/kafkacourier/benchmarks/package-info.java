/* SPDX-License-Identifier: Apache-2.0 */
/** {@code mvn -Pbenchmark -Dbenchmark=<name>}. */
@NullMarked
package io.kafkacourier.benchmarks;

import org.jspecify.annotations.NullMarked;
