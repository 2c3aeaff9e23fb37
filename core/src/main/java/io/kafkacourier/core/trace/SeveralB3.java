/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import io.kafkacourier.core.header.MessageHeaders;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Zipkin's several headers: {@code X-B3-TraceId} of 16 or 32 digits, {@code X-B3-SpanId}, {@code X-B3-Sampled} (0 or 1;
 * false or true in old versions) and {@code X-B3-Flags} (1 is debug, which means sampled). {@code X-B3-ParentSpanId} is
 * not read: the span is the parent of the next span. The names come from HTTP, and tools that copy them into messages
 * use upper, lower and mixed case, so case is ignored.
 *
 * @see <a href="https://github.com/openzipkin/b3-propagation">B3 propagation</a>
 */
final class SeveralB3 {

    static final String PREFIX = "X-B3-";
    private static final String TRACE_ID = PREFIX + "TraceId";
    private static final String SPAN_ID = PREFIX + "SpanId";
    private static final String SAMPLED = PREFIX + "Sampled";
    private static final String FLAGS = PREFIX + "Flags";

    private SeveralB3() {}

    /**
     * Reads the headers.
     *
     * @param malformed counts malformed headers, which are treated as absent
     * @return null if they contain neither a trace nor a sampling decision
     */
    static @Nullable Incoming read(MessageHeaders headers, LongAdder malformed) {
        if (!headers.hasAnyIgnoringCase(PREFIX)) {
            return null;
        }
        Boolean sampled = sampled(headers, malformed);
        CharSequence traceId = headers.charsIgnoringCase(TRACE_ID);
        CharSequence spanId = headers.charsIgnoringCase(SPAN_ID);
        Incoming trace = traceId == null || spanId == null ? null : trace(traceId, spanId);
        if (trace != null) {
            return trace.decided(sampled);
        } else if (traceId != null || spanId != null) {
            malformed.increment();
        }
        return sampled == null ? null : Incoming.decision(sampled);
    }

    private static @Nullable Incoming trace(CharSequence traceId, CharSequence spanId) {
        return spanId.length() == Hex.DIGITS ? B3.parse(traceId + "-" + spanId) : null;
    }

    /** The sampling decision; null if none. */
    private static @Nullable Boolean sampled(MessageHeaders headers, LongAdder malformed) {
        CharSequence flags = headers.charsIgnoringCase(FLAGS);
        if (flags != null && flags.toString().equals("1")) {
            return true;
        }
        CharSequence sampled = headers.charsIgnoringCase(SAMPLED);
        if (sampled == null) {
            return null;
        }
        String text = sampled.toString();
        if (text.equals("1") || text.equalsIgnoreCase("true")) {
            return true;
        } else if (text.equals("0") || text.equalsIgnoreCase("false")) {
            return false;
        }
        malformed.increment();
        return null;
    }
}
