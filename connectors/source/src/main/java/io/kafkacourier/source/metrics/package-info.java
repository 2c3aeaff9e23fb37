/* SPDX-License-Identifier: Apache-2.0 */
/** The metrics of source connectors. */
@NullMarked
package io.kafkacourier.source.metrics;

import org.jspecify.annotations.NullMarked;
