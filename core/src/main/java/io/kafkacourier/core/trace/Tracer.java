/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static io.kafkacourier.core.contract.HeaderNames.TRACEPARENT;
import static io.kafkacourier.core.contract.HeaderNames.TRACESTATE;

import io.kafkacourier.core.header.MessageHeaders;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Continues the trace in a message's headers, or starts one. It uses the first valid header of {@code traceparent},
 * {@code b3}, {@code X-B3-*}, {@code ce_traceparent} and {@code trace_id}. A malformed header is counted, treated as
 * absent, and never causes a failure. A {@code b3} with only a sampling decision applies to the trace of the later
 * headers, or to the trace that begins here. Safe for use by several threads.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">W3C Trace Context</a>
 */
public final class Tracer {

    static final String B3 = "b3";
    static final String CE_TRACEPARENT = "ce_traceparent";

    private final Ids ids;
    private final Sampler sampler;
    private final String traceIdHeader;
    private final LongAdder malformed = new LongAdder();
    private final LongAdder conflicts = new LongAdder();

    /** Like {@link #Tracer(Ids, Sampler, String)}, with the header {@code trace_id}. */
    public Tracer(Ids ids, Sampler sampler) {
        this(ids, sampler, HeaderPolicy.TRACE_ID_HEADER_DEFAULT);
    }

    /**
     * @param sampler decides for traces without a sampling decision
     * @param traceIdHeader the header with a bare trace id or the application's own text; empty if none
     */
    public Tracer(Ids ids, Sampler sampler, String traceIdHeader) {
        this.ids = ids;
        this.sampler = sampler;
        this.traceIdHeader = traceIdHeader;
    }

    /** A new span of the message's trace, whose parent is the span in the headers. Does not write headers. */
    public TraceContext next(MessageHeaders headers) {
        return next(headers, ids.span(), null);
    }

    /**
     * Like {@link #next(MessageHeaders)}, for a hop whose span and trace must be the same each time it reads the
     * message.
     *
     * @param spanId 16 lower-case hex digits, not all zero
     * @param traceId the id of a new trace if the headers have none: 32 lower-case hex digits, not all zero
     */
    public TraceContext next(MessageHeaders headers, String spanId, Supplier<String> traceId) {
        return next(headers, Hex.bits(spanId, 0), traceId);
    }

    /** Like {@link #next(MessageHeaders)}, but starts no trace: null if the headers have no valid trace. */
    public @Nullable TraceContext continued(MessageHeaders headers) {
        TraceContext continued = ofTraceParent(headers, ids.span());
        if (continued != null) {
            return continued;
        }
        Incoming named = withoutTraceParent(headers);
        return named == null || named.isDecisionAlone() ? null : child(named, ids.span(), headers);
    }

    private TraceContext next(MessageHeaders headers, long span, @Nullable Supplier<String> traceId) {
        TraceContext continued = ofTraceParent(headers, span);
        if (continued != null) {
            return continued;
        }
        Incoming named = withoutTraceParent(headers);
        if (named != null && !named.isDecisionAlone()) {
            return child(named, span, headers);
        }
        Boolean decided = named == null ? null : named.sampled();
        if (traceId == null) {
            long low = ids.low();
            return started(ids.nextHigh(), low, span, decided, headers);
        }
        String id = traceId.get();
        return started(Hex.bits(id, 0), Hex.bits(id, Hex.DIGITS), span, decided, headers);
    }

    /** Continues from {@code traceparent}; null if it is missing or malformed. */
    private @Nullable TraceContext ofTraceParent(MessageHeaders headers, long span) {
        CharSequence text = headers.chars(TRACEPARENT);
        Incoming parent = text == null ? null : counted(TraceParent.parse(text));
        if (parent == null) {
            return null;
        }
        CharSequence traceId = traceIdText(headers);
        if (traceId != null) {
            countConflict(traceId, parent);
        }
        return new TraceContext(
                parent.traceHigh(),
                parent.traceLow(),
                span,
                parent.span(),
                isSampled(parent.sampled(), parent.traceLow()),
                parent.random(),
                true,
                traceState(headers),
                name(traceId, parent.traceHigh(), parent.traceLow()));
    }

    /** The trace, or only a sampling decision, from the other headers; null if neither. */
    private @Nullable Incoming withoutTraceParent(MessageHeaders headers) {
        CharSequence text = headers.chars(B3);
        Incoming b3 = text == null ? null : counted(io.kafkacourier.core.trace.B3.parse(text));
        if (b3 == null) {
            b3 = SeveralB3.read(headers, malformed);
        }
        if (b3 != null && !b3.isDecisionAlone()) {
            return b3;
        }
        text = headers.chars(CE_TRACEPARENT);
        Incoming named = text == null ? null : counted(TraceParent.parse(text));
        if (named == null) {
            text = traceIdText(headers);
            named = text == null ? null : counted(TraceIdText.parse(text));
        }
        if (named == null) {
            return b3;
        }
        return b3 == null ? named : named.decided(b3.sampled());
    }

    private TraceContext child(Incoming parent, long span, MessageHeaders headers) {
        return new TraceContext(
                parent.traceHigh(),
                parent.traceLow(),
                span,
                parent.span(),
                isSampled(parent.sampled(), parent.traceLow()),
                parent.random(),
                false,
                "",
                name(traceIdText(headers), parent.traceHigh(), parent.traceLow()));
    }

    /**
     * Starts a trace. The flag for random ids stays off, because later samplers do not need it, and old readers do not
     * know it.
     */
    private TraceContext started(
            long traceHigh, long traceLow, long span, @Nullable Boolean decided, MessageHeaders headers) {
        return new TraceContext(
                traceHigh,
                traceLow,
                span,
                TraceContext.NO_SPAN,
                isSampled(decided, traceLow),
                false,
                false,
                "",
                name(traceIdText(headers), traceHigh, traceLow));
    }

    /**
     * Whether {@code traceparent} shows that the trace is not sampled; false if that is unknown. Counts nothing, and is
     * cheaper than reading all headers.
     */
    public static boolean isUnsampled(MessageHeaders headers) {
        CharSequence text = headers.chars(TRACEPARENT);
        if (text == null || !TraceParent.looksUnsampled(text)) {
            return false;
        }
        Incoming parent = TraceParent.parse(text);
        return parent != null && Boolean.FALSE.equals(parent.sampled());
    }

    /** How many headers were malformed and treated as absent. */
    public long malformed() {
        return malformed.sum();
    }

    /** How many messages had a {@code trace_id} that differed from their {@code traceparent}; the latter was used. */
    public long conflicts() {
        return conflicts.sum();
    }

    private boolean isSampled(@Nullable Boolean decided, long traceLow) {
        return decided != null ? decided : sampler.sampled(traceLow);
    }

    private @Nullable CharSequence traceIdText(MessageHeaders headers) {
        return traceIdHeader.isEmpty() ? null : headers.chars(traceIdHeader);
    }

    /** The application's own name of the trace; null if none, or if it is the trace id. */
    private static @Nullable String name(@Nullable CharSequence text, long traceHigh, long traceLow) {
        return text == null || isTraceId(text, traceHigh, traceLow) ? null : TraceEvent.keyword(text.toString());
    }

    private static boolean isTraceId(CharSequence text, long traceHigh, long traceLow) {
        return text.length() == 2 * Hex.DIGITS
                && Hex.isHex(text, 0, 2 * Hex.DIGITS)
                && Hex.bits(text, 0) == traceHigh
                && Hex.bits(text, Hex.DIGITS) == traceLow;
    }

    private String traceState(MessageHeaders headers) {
        CharSequence text = headers.chars(TRACESTATE);
        String state = text == null ? null : counted(TraceState.parse(text.toString()));
        return state == null ? "" : state;
    }

    private void countConflict(CharSequence traceId, Incoming parent) {
        Incoming other = TraceIdText.parse(traceId);
        if (other == null || !other.isSameTrace(parent)) {
            conflicts.increment();
        }
    }

    /** Returns its argument, and counts a malformed header if that is null. */
    private <T> @Nullable T counted(@Nullable T read) {
        if (read == null) {
            malformed.increment();
        }
        return read;
    }
}
