/* SPDX-License-Identifier: Apache-2.0 */
/** How values reach operators: through the worker's own metrics, or JMX where it has none for plugins. */
@NullMarked
package io.kafkacourier.metrics;

import org.jspecify.annotations.NullMarked;
