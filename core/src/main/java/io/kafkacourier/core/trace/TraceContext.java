/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One span of a trace: what one hop did with a message. Immutable; safe for use by several threads. */
public final class TraceContext {

    /** No span has this id. */
    static final long NO_SPAN = 0;

    private final long traceHigh;
    private final long traceLow;
    private final long span;
    private final long parentSpan;
    private final boolean sampled;
    private final boolean random;
    private final boolean hasTraceParent;
    private final String traceState;
    private final @Nullable String traceName;

    /**
     * Creates a span with known ids.
     *
     * @param traceId 32 lower-case hex digits
     * @param spanId this hop's span, 16 lower-case hex digits
     * @param parentSpanId the span of the previous hop; null if the trace starts here, or its start had no span
     * @param sampled whether events of this trace are emitted
     * @param traceState data of other vendors, which is passed on unchanged; empty if none
     * @throws IllegalArgumentException if an id has another form
     */
    public TraceContext(
            String traceId, String spanId, @Nullable String parentSpanId, boolean sampled, String traceState) {
        if (traceId.length() != 2 * Hex.DIGITS || !Hex.isHex(traceId, 0, 2 * Hex.DIGITS)) {
            throw new IllegalArgumentException("a trace id must be 32 lower-case hex digits, not all zero");
        }
        this.traceHigh = Hex.bits(traceId, 0);
        this.traceLow = Hex.bits(traceId, Hex.DIGITS);
        if ((traceHigh | traceLow) == 0) {
            throw new IllegalArgumentException("a trace id must be 32 lower-case hex digits, not all zero");
        }
        this.span = span(spanId);
        this.parentSpan = parentSpanId == null ? NO_SPAN : span(parentSpanId);
        this.sampled = sampled;
        this.random = false;
        this.hasTraceParent = false;
        this.traceState = traceState;
        this.traceName = null;
    }

    /**
     * Like the public constructor, with ids as bits.
     *
     * @param parentSpan {@link #NO_SPAN} if there is none
     * @param random whether the header promised that the last 7 bytes of the trace id are random
     * @param hasTraceParent whether the message had a valid {@code traceparent}
     * @param traceName the application's own text for the trace id; null if it has none
     */
    TraceContext(
            long traceHigh,
            long traceLow,
            long span,
            long parentSpan,
            boolean sampled,
            boolean random,
            boolean hasTraceParent,
            String traceState,
            @Nullable String traceName) {
        this.traceHigh = traceHigh;
        this.traceLow = traceLow;
        this.span = span;
        this.parentSpan = parentSpan;
        this.sampled = sampled;
        this.random = random;
        this.hasTraceParent = hasTraceParent;
        this.traceState = traceState;
        this.traceName = traceName;
    }

    /** 32 lower-case hex digits. */
    public String traceId() {
        return new String(traceIdAscii(), US_ASCII);
    }

    /** This hop's span, 16 lower-case hex digits. */
    public String spanId() {
        return HexFormat.of().toHexDigits(span);
    }

    /** The span of the previous hop; null if the trace starts here, or its start had no span. */
    public @Nullable String parentSpanId() {
        return parentSpan == NO_SPAN ? null : HexFormat.of().toHexDigits(parentSpan);
    }

    /** Whether events of this trace are emitted. */
    public boolean sampled() {
        return sampled;
    }

    /** Data of other vendors, which is passed on unchanged; empty if none. */
    public String traceState() {
        return traceState;
    }

    /**
     * The application's own name of the trace: the text of the message's {@code trace_id}, shortened like a keyword.
     *
     * @return null if there is none, it cannot be read, or it is the trace id
     */
    public @Nullable String traceName() {
        return traceName;
    }

    /** Whether the message had a valid {@code traceparent}. */
    boolean hasTraceParent() {
        return hasTraceParent;
    }

    /** The header {@code traceparent} that makes this span the parent of the next hop. */
    public String traceParent() {
        return new String(traceParentAscii(), US_ASCII);
    }

    byte[] traceParentAscii() {
        return TraceParent.format(traceHigh, traceLow, span, sampled, random);
    }

    /** Like {@link #traceParentAscii}, but with the incoming span as parent, if there was one. */
    byte[] incomingTraceParentAscii() {
        return TraceParent.format(traceHigh, traceLow, parentSpan == NO_SPAN ? span : parentSpan, sampled, random);
    }

    byte[] traceIdAscii() {
        byte[] digits = new byte[2 * Hex.DIGITS];
        Hex.write(traceHigh, digits, 0);
        Hex.write(traceLow, digits, Hex.DIGITS);
        return digits;
    }

    /** Sets the fields of this span. */
    void writeTo(TraceEvent.Builder event) {
        event.hex(TraceField.TRACE_ID, traceHigh, traceLow);
        event.hex(TraceField.SPAN_ID, span);
        if (parentSpan != NO_SPAN) {
            event.hex(TraceField.PARENT_SPAN_ID, parentSpan);
        }
        event.keyword(TraceField.TRACE_NAME, traceName);
    }

    @Override
    public String toString() {
        return traceParent();
    }

    private static long span(String spanId) {
        if (spanId.length() != Hex.DIGITS || !Hex.isHex(spanId, 0, Hex.DIGITS) || Hex.bits(spanId, 0) == NO_SPAN) {
            throw new IllegalArgumentException("a span id must be 16 lower-case hex digits, not all zero");
        }
        return Hex.bits(spanId, 0);
    }

    /** A new span of the same trace, whose parent is this one. */
    public TraceContext child(Ids ids) {
        return withSpan(ids.span(), span);
    }

    /** The same span with another parent: 16 lower-case hex digits. */
    public TraceContext childOf(String parent) {
        return withSpan(span, span(parent));
    }

    private TraceContext withSpan(long newSpan, long newParent) {
        return new TraceContext(
                traceHigh, traceLow, newSpan, newParent, sampled, random, hasTraceParent, traceState, traceName);
    }
}
