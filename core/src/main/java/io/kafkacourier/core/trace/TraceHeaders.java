/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static io.kafkacourier.core.contract.HeaderNames.MESSAGE_ID;
import static io.kafkacourier.core.contract.HeaderNames.TRACEPARENT;
import static io.kafkacourier.core.contract.HeaderNames.TRACESTATE;
import static io.kafkacourier.core.contract.HeaderNames.TRACE_HOPS;

import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.text.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * The trace headers that one hop writes to a message. Their names and values take at most 1 KiB. If they do not fit,
 * the hops are left out first, then {@code tracestate}, but never {@code traceparent}, {@code trace_id} and {@code
 * message_id}. An application's own {@code trace_id} and {@code message_id} count as if they had the length of ours.
 *
 * @param messageId null if the message id does not change
 * @param hops from {@link Hops#append}; null if the hops do not change
 */
public record TraceHeaders(
        TraceContext context,
        @Nullable CharSequence messageId,
        @Nullable String hops) {

    public static final int MAX_BYTES = 1024;

    private static final int TRACE_ID_BYTES = 2 * Hex.DIGITS;
    private static final int UUID_BYTES = 36;

    /**
     * Like {@link #writeTo(MessageHeaders, HeaderPolicy, boolean)}, for a hop that emits an event and keeps no header.
     */
    public void writeTo(MessageHeaders headers) {
        writeTo(headers, HeaderPolicy.DEFAULT, true);
    }

    /**
     * Writes the headers. They replace earlier ones, except the trace id, which is only written if the message has no
     * header of its name.
     *
     * @param hasEvent whether an event reports this hop's span. If not, the incoming span stays the parent of the next
     *     hop, so that the parent is never a span without event; only a trace that begins here has no other span
     */
    public void writeTo(MessageHeaders headers, HeaderPolicy policy, boolean hasEvent) {
        boolean keeps = policy.keepsTraceParent() && context.hasTraceParent();
        int left = left(headers, policy);
        int stateBytes = bytes(TRACESTATE, keeps ? headers.size(TRACESTATE) : Utf8.length(context.traceState()));
        if (!keeps) {
            boolean isParent = hasEvent && !policy.keepsTraceParent();
            headers.putAscii(TRACEPARENT, isParent ? context.traceParentAscii() : context.incomingTraceParentAscii());
            if (stateBytes == 0 || stateBytes > left) {
                headers.remove(TRACESTATE);
            } else {
                headers.put(TRACESTATE, context.traceState());
            }
        }
        String traceIdHeader = policy.traceIdHeader();
        if (!traceIdHeader.isEmpty() && headers.chars(traceIdHeader) == null) {
            headers.putAscii(traceIdHeader, context.traceIdAscii());
        }
        if (messageId != null) {
            headers.put(MESSAGE_ID, messageId);
        }
        int hopsBytes = bytes(TRACE_HOPS, hops == null ? headers.size(TRACE_HOPS) : Utf8.length(hops));
        if (stateBytes + hopsBytes > left) {
            headers.remove(TRACE_HOPS);
        } else if (hops != null) {
            headers.put(TRACE_HOPS, hops);
        }
    }

    /** Makes this span the parent of the next hop, and changes nothing else. */
    public static void writeParent(TraceContext context, MessageHeaders headers) {
        headers.putAscii(TRACEPARENT, context.traceParentAscii());
    }

    /** The number of bytes left for {@code tracestate} and hops. */
    private int left(MessageHeaders headers, HeaderPolicy policy) {
        int idBytes = messageId == null ? Math.min(headers.size(MESSAGE_ID), UUID_BYTES) : Utf8.length(messageId);
        return MAX_BYTES
                - bytes(TRACEPARENT, TraceParent.LENGTH)
                - (policy.traceIdHeader().isEmpty() ? 0 : bytes(policy.traceIdHeader(), TRACE_ID_BYTES))
                - bytes(MESSAGE_ID, idBytes);
    }

    /** The size of a header on the wire; 0 if it has no value. */
    private static int bytes(String name, int value) {
        return value == 0 ? 0 : name.length() + value;
    }
}
