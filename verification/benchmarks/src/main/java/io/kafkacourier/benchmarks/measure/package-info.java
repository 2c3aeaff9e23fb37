/* SPDX-License-Identifier: Apache-2.0 */
/** How benchmarks measure: rounds, expectations, the machine, the console and the report. */
@NullMarked
package io.kafkacourier.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
