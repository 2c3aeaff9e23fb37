/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * Zipkin's single header {@code b3}: {@code <trace id>-<span id>[-<sampling state>[-<parent span id>]]}, with trace ids
 * of 16 or 32 digits and the states 0 (no), 1 (yes) and d (debug: yes). A sampling state alone names no trace to
 * continue and is malformed here.
 */
final class B3 {

    private static final int ID = 16;

    private B3() {}

    /** Reads the header; null where it is malformed. */
    static @Nullable Incoming parse(String text) {
        int traceEnd = text.indexOf('-');
        int spanEnd = traceEnd + 1 + ID;
        if ((traceEnd != ID && traceEnd != 2 * ID)
                || text.length() < spanEnd
                || !Hex.isId(text, 0, traceEnd)
                || !Hex.isId(text, traceEnd + 1, spanEnd)
                || !isRest(text, spanEnd)) {
            return null;
        }
        String traceId = traceEnd == ID ? "0".repeat(ID) + text.substring(0, ID) : text.substring(0, traceEnd);
        Boolean sampled = text.length() == spanEnd ? null : text.charAt(spanEnd + 1) != '0';
        return new Incoming(traceId, text.substring(traceEnd + 1, spanEnd), sampled);
    }

    private static boolean isRest(String text, int from) {
        int length = text.length() - from;
        if (length == 0) {
            return true;
        }
        boolean state = length >= 2 && text.charAt(from) == '-' && "01d".indexOf(text.charAt(from + 1)) >= 0;
        int parent = from + 3;
        return state
                && (length == 2
                        || (length == 3 + ID
                                && text.charAt(parent - 1) == '-'
                                && Hex.isHex(text, parent, parent + ID)));
    }
}
