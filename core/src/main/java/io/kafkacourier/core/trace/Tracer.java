/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static io.kafkacourier.core.header.HeaderNames.TRACEPARENT;
import static io.kafkacourier.core.header.HeaderNames.TRACESTATE;
import static io.kafkacourier.core.header.HeaderNames.TRACE_ID;

import io.kafkacourier.core.header.MessageHeaders;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Continues the trace that a message's headers name, or starts one. The first readable one of {@code traceparent},
 * {@code b3}, {@code ce_traceparent} and {@code trace_id} counts; a malformed header counts as absent and is counted, and
 * never fails anything. Safe for use by several threads.
 *
 * @see <a href="https://www.w3.org/TR/trace-context/">W3C Trace Context</a>
 */
public final class Tracer {

    private static final String B3 = "b3";
    private static final String CE_TRACEPARENT = "ce_traceparent";

    private final Ids ids;
    private final Sampler sampler;
    private final LongAdder malformed = new LongAdder();
    private final LongAdder conflicts = new LongAdder();

    /** @param sampler decides for traces that come without a decision */
    public Tracer(Ids ids, Sampler sampler) {
        this.ids = ids;
        this.sampler = sampler;
    }

    /** A new span of the message's trace, whose parent is the span that the headers name; writes nothing. */
    public TraceContext next(MessageHeaders headers) {
        return next(headers, ids.span());
    }

    /**
     * As {@link #next(MessageHeaders)}, for who must name the span alike each time the same message is read.
     *
     * @param spanId 16 lower-case hex digits, not all zero
     */
    public TraceContext next(MessageHeaders headers, String spanId) {
        return next(headers, Hex.bits(spanId, 0));
    }

    /** As {@link #next(MessageHeaders)}, but starts no trace: null where no header can be read. */
    public @Nullable TraceContext continued(MessageHeaders headers) {
        return continued(headers, ids.span());
    }

    private TraceContext next(MessageHeaders headers, long span) {
        TraceContext continued = continued(headers, span);
        return continued != null ? continued : start(span);
    }

    private @Nullable TraceContext continued(MessageHeaders headers, long span) {
        CharSequence text = headers.chars(TRACEPARENT);
        Incoming parent = text == null ? null : counted(TraceParent.parse(text));
        if (parent != null) {
            countConflict(headers, parent);
            return child(parent, span, traceState(headers));
        }
        parent = withoutTraceParent(headers);
        return parent == null ? null : child(parent, span, "");
    }

    private @Nullable Incoming withoutTraceParent(MessageHeaders headers) {
        CharSequence text = headers.chars(B3);
        Incoming parent = text == null ? null : counted(io.kafkacourier.core.trace.B3.parse(text));
        if (parent == null) {
            text = headers.chars(CE_TRACEPARENT);
            parent = text == null ? null : counted(TraceParent.parse(text));
        }
        if (parent == null) {
            text = headers.chars(TRACE_ID);
            parent = text == null ? null : counted(TraceIdText.parse(text));
        }
        return parent;
    }

    /**
     * Whether the headers say that nothing is to be told of the trace; false where they leave that open. Counts nothing, and
     * takes less than to read them whole.
     */
    public static boolean isUnsampled(MessageHeaders headers) {
        CharSequence text = headers.chars(TRACEPARENT);
        if (text == null || !TraceParent.looksUnsampled(text)) {
            return false;
        }
        Incoming parent = TraceParent.parse(text);
        return parent != null && Boolean.FALSE.equals(parent.sampled());
    }

    /** How many headers were malformed and counted as absent. */
    public long malformed() {
        return malformed.sum();
    }

    /** How many messages had a {@code trace_id} other than that of their {@code traceparent}, which won. */
    public long conflicts() {
        return conflicts.sum();
    }

    private TraceContext start(long span) {
        long traceLow = ids.low();
        return new TraceContext(ids.nextHigh(), traceLow, span, TraceContext.NO_SPAN, sampler.sampled(traceLow), "");
    }

    private TraceContext child(Incoming parent, long span, String traceState) {
        Boolean decided = parent.sampled();
        boolean sampled = decided != null ? decided : sampler.sampled(parent.traceLow());
        return new TraceContext(parent.traceHigh(), parent.traceLow(), span, parent.span(), sampled, traceState);
    }

    private String traceState(MessageHeaders headers) {
        CharSequence text = headers.chars(TRACESTATE);
        String state = text == null ? null : counted(TraceState.parse(text.toString()));
        return state == null ? "" : state;
    }

    private void countConflict(MessageHeaders headers, Incoming parent) {
        CharSequence text = headers.chars(TRACE_ID);
        if (text != null) {
            Incoming other = TraceIdText.parse(text);
            if (other == null || !other.isSameTrace(parent)) {
                conflicts.increment();
            }
        }
    }

    /** What was read of a header; null, of one that is malformed, is counted. */
    private <T> @Nullable T counted(@Nullable T read) {
        if (read == null) {
            malformed.increment();
        }
        return read;
    }
}
