/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static io.kafkacourier.core.header.HeaderNames.MESSAGE_ID;
import static io.kafkacourier.core.header.HeaderNames.TRACEPARENT;
import static io.kafkacourier.core.header.HeaderNames.TRACESTATE;
import static io.kafkacourier.core.header.HeaderNames.TRACE_HOPS;
import static io.kafkacourier.core.header.HeaderNames.TRACE_ID;

import io.kafkacourier.core.header.MessageHeaders;
import org.jspecify.annotations.Nullable;

/**
 * What one hop writes on a message. Names and values together stay within 1 KiB: what does not fit goes, the hops first,
 * then {@code tracestate}, and never {@code traceparent}, {@code trace_id} and {@code message_id}.
 *
 * @param messageId null where the message keeps the one it has, or stays without
 * @param hops from {@link Hops#append}; null where the message keeps those it has, or stays without
 */
public record TraceHeaders(
        TraceContext context,
        @Nullable String messageId,
        @Nullable String hops) {

    static final int MAX_BYTES = 1024;

    /** Writes the headers, in place of earlier ones; {@code trace_id} is the trace id of {@code traceparent}. */
    public void writeTo(MessageHeaders headers) {
        String traceParent = context.traceParent();
        headers.put(TRACEPARENT, traceParent);
        headers.put(TRACE_ID, context.traceId());
        int left = MAX_BYTES - bytes(TRACEPARENT, traceParent) - bytes(TRACE_ID, context.traceId());
        if (messageId != null) {
            headers.put(MESSAGE_ID, messageId);
            left -= bytes(MESSAGE_ID, messageId);
        }
        String traceState = context.traceState();
        int stateBytes = traceState.isEmpty() ? 0 : bytes(TRACESTATE, traceState);
        boolean stateFits = stateBytes <= left;
        if (stateFits && !traceState.isEmpty()) {
            headers.put(TRACESTATE, traceState);
            left -= stateBytes;
        } else {
            headers.remove(TRACESTATE);
        }
        if (hops != null) {
            if (stateFits && bytes(TRACE_HOPS, hops) <= left) {
                headers.put(TRACE_HOPS, hops);
            } else {
                headers.remove(TRACE_HOPS);
            }
        }
    }

    private static int bytes(String name, String value) {
        return name.length() + Utf8.length(value);
    }
}
