/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * What a header says of the trace a message already belongs to.
 *
 * @param traceHigh the first half of the trace id
 * @param traceLow the second half of the trace id; not both are zero
 * @param span the parent's span id; {@link TraceContext#NO_SPAN} where the header names the trace alone
 * @param sampled null where the decision is left to those who come after
 */
record Incoming(
        long traceHigh, long traceLow, long span, @Nullable Boolean sampled) {

    boolean isSameTrace(Incoming other) {
        return traceHigh == other.traceHigh && traceLow == other.traceLow;
    }
}
