/* SPDX-License-Identifier: Apache-2.0 */
/** What tracing costs, beside the same without it. */
@NullMarked
package io.kafkacourier.benchmarks.trace;

import org.jspecify.annotations.NullMarked;
