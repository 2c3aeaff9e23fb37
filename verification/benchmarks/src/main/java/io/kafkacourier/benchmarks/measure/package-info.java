/* SPDX-License-Identifier: Apache-2.0 */
/** What was measured, against what, on which machine, and how it is told. */
@NullMarked
package io.kafkacourier.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
