/* SPDX-License-Identifier: Apache-2.0 */
/** The benchmark of the Elasticsearch sink. */
@NullMarked
package io.kafkacourier.benchmarks.indexing;

import org.jspecify.annotations.NullMarked;
