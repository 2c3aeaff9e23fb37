/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static io.kafkacourier.core.header.HeaderNames.MESSAGE_ID;
import static io.kafkacourier.core.header.HeaderNames.TRACEPARENT;
import static io.kafkacourier.core.header.HeaderNames.TRACESTATE;
import static io.kafkacourier.core.header.HeaderNames.TRACE_HOPS;
import static io.kafkacourier.core.header.HeaderNames.TRACE_ID;

import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.header.Utf8;
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
        @Nullable CharSequence messageId,
        @Nullable String hops) {

    static final int MAX_BYTES = 1024;

    /** Writes the headers, in place of earlier ones; {@code trace_id} is the trace id of {@code traceparent}. */
    public void writeTo(MessageHeaders headers) {
        byte[] traceParent = context.traceParentAscii();
        byte[] traceId = context.traceIdAscii();
        headers.putAscii(TRACEPARENT, traceParent);
        headers.putAscii(TRACE_ID, traceId);
        if (messageId != null) {
            headers.put(MESSAGE_ID, messageId);
        }
        int left = MAX_BYTES
                - TRACEPARENT.length()
                - traceParent.length
                - TRACE_ID.length()
                - traceId.length
                - bytes(MESSAGE_ID, headers.size(MESSAGE_ID));
        int stateBytes = bytes(TRACESTATE, Utf8.length(context.traceState()));
        int hopsBytes = bytes(TRACE_HOPS, hops == null ? headers.size(TRACE_HOPS) : Utf8.length(hops));
        if (stateBytes == 0 || stateBytes > left) {
            headers.remove(TRACESTATE);
        } else {
            headers.put(TRACESTATE, context.traceState());
        }
        if (stateBytes + hopsBytes > left) {
            headers.remove(TRACE_HOPS);
        } else if (hops != null) {
            headers.put(TRACE_HOPS, hops);
        }
    }

    /** What a header takes, and one without a value does not. */
    private static int bytes(String name, int value) {
        return value == 0 ? 0 : name.length() + value;
    }
}
