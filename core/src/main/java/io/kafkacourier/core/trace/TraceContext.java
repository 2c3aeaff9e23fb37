/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * One span of a trace: what one hop did with a message.
 *
 * @param traceId 32 lower-case hex digits
 * @param spanId this hop's span, 16 lower-case hex digits
 * @param parentSpanId the span of the hop before; null where the trace starts here or its beginning named no span
 * @param sampled whether events of this trace are to be emitted
 * @param traceState what other vendors added, which goes on unchanged; empty where there is none
 */
public record TraceContext(
        String traceId, String spanId, @Nullable String parentSpanId, boolean sampled, String traceState) {

    /** @throws IllegalArgumentException where an id has another form */
    public TraceContext {
        if (traceId.length() != 32 || !Hex.isId(traceId, 0, 32)) {
            throw new IllegalArgumentException("a trace id must be 32 lower-case hex digits, not all zero");
        }
        if (spanId.length() != 16 || !Hex.isId(spanId, 0, 16)) {
            throw new IllegalArgumentException("a span id must be 16 lower-case hex digits, not all zero");
        }
    }

    /** The header {@code traceparent} by which the next hop continues from this span. */
    public String traceParent() {
        return TraceParent.format(traceId, spanId, sampled);
    }

    /** The same span with another parent: 16 lower-case hex digits. */
    public TraceContext childOf(String parent) {
        return new TraceContext(traceId, spanId, parent, sampled, traceState);
    }
}
