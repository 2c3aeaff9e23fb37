/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Traces of messages. {@link Tracer} reads the trace from a message's headers and continues it, {@link TraceHeaders}
 * writes it back, {@link TraceEvent} reports what happened.
 */
@NullMarked
package io.kafkacourier.core.trace;

import org.jspecify.annotations.NullMarked;
