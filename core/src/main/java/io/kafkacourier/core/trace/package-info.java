/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which trace a message belongs to, and what happened to it. {@link Tracer} reads the trace from a message's headers
 * and continues it, {@link TraceHeaders} writes it back, {@link TraceEvent} tells of it.
 */
@NullMarked
package io.kafkacourier.core.trace;

import org.jspecify.annotations.NullMarked;
