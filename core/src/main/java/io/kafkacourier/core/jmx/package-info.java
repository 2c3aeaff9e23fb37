/* SPDX-License-Identifier: Apache-2.0 */
/** Counts of plugins that a worker keeps no metrics for: transforms, and interceptors of clients. Needs nothing but the platform. */
@NullMarked
package io.kafkacourier.core.jmx;

import org.jspecify.annotations.NullMarked;
