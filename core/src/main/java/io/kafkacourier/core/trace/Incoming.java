/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * The trace that a message already belongs to, from a header.
 *
 * @param traceHigh the first half of the trace id
 * @param traceLow the second half of the trace id; both are zero if the header has a sampling decision and no ids
 * @param span the parent's span id; {@link TraceContext#NO_SPAN} if the header names no span
 * @param sampled null if the sampling decision is left to later hops
 * @param random whether the header promises that the last 7 bytes of the trace id are random
 */
record Incoming(
        long traceHigh, long traceLow, long span, @Nullable Boolean sampled, boolean random) {

    /** A sampling decision without a trace. */
    static Incoming decision(boolean sampled) {
        return new Incoming(0, 0, TraceContext.NO_SPAN, sampled, false);
    }

    boolean isDecisionAlone() {
        return (traceHigh | traceLow) == 0;
    }

    boolean isSameTrace(Incoming other) {
        return traceHigh == other.traceHigh && traceLow == other.traceLow;
    }

    /** The same trace with this sampling decision; this instance if {@code decision} is null. */
    Incoming decided(@Nullable Boolean decision) {
        return decision == null ? this : new Incoming(traceHigh, traceLow, span, decision, random);
    }
}
