/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * Zipkin's single header {@code b3}: {@code <trace id>-<span id>[-<sampling state>[-<parent span id>]]}, with trace ids
 * of 16 or 32 digits and the states 0 (no), 1 (yes) and d (debug: yes). A sampling state alone is a decision for a trace
 * that has not begun.
 *
 * @see <a href="https://github.com/openzipkin/b3-propagation">B3 propagation</a>
 */
final class B3 {

    private static final int ID = Hex.DIGITS;

    private B3() {}

    /** Reads the header; null if it is malformed. */
    static @Nullable Incoming parse(CharSequence text) {
        if (text.length() == 1) {
            return isState(text.charAt(0)) ? Incoming.decision(text.charAt(0) != '0') : null;
        }
        int traceEnd = isDash(text, ID) ? ID : 2 * ID;
        int spanEnd = traceEnd + 1 + ID;
        if (text.length() < spanEnd
                || !isDash(text, traceEnd)
                || !Hex.isHex(text, 0, traceEnd)
                || !Hex.isHex(text, traceEnd + 1, spanEnd)
                || !isRest(text, spanEnd)) {
            return null;
        }
        long traceHigh = traceEnd == ID ? 0 : Hex.bits(text, 0);
        long traceLow = Hex.bits(text, traceEnd - ID);
        long span = Hex.bits(text, traceEnd + 1);
        Boolean sampled = text.length() == spanEnd ? null : text.charAt(spanEnd + 1) != '0';
        return (traceHigh | traceLow) == 0 || span == TraceContext.NO_SPAN
                ? null
                : new Incoming(traceHigh, traceLow, span, sampled, false);
    }

    private static boolean isRest(CharSequence text, int from) {
        int length = text.length() - from;
        if (length == 0) {
            return true;
        }
        boolean state = length >= 2 && isDash(text, from) && isState(text.charAt(from + 1));
        int parent = from + 3;
        return state
                && (length == 2
                        || (length == 3 + ID && isDash(text, parent - 1) && Hex.isHex(text, parent, parent + ID)));
    }

    private static boolean isState(char c) {
        return c == '0' || c == '1' || c == 'd';
    }

    private static boolean isDash(CharSequence text, int at) {
        return at < text.length() && text.charAt(at) == '-';
    }
}
