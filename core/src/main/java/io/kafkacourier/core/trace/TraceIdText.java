/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Reads the header {@code trace_id} of clients without trace context, in any form. 32 hex digits and a UUID are the
 * trace id itself, and 16 hex digits are padded from the left. For any other text, the trace id is the first 16 bytes
 * of its SHA-256. Upper-case digits are read as lower case.
 */
final class TraceIdText {

    private static final int ID = 2 * Hex.DIGITS;
    private static final int UUID = 36;

    private TraceIdText() {}

    /** Reads the header; null if it is empty or an id of zeros, which many unrelated messages could share. */
    static @Nullable Incoming parse(CharSequence text) {
        if (text.isEmpty()) {
            return null;
        } else if (text.length() == ID && isHex(text)) {
            return incoming(Hex.bits(text, 0), Hex.bits(text, Hex.DIGITS));
        } else if (text.length() == Hex.DIGITS && isHex(text)) {
            return incoming(0, Hex.bits(text, 0));
        } else if (isDashed(text)) {
            return parse(text.toString().replace("-", ""));
        }
        return parse(Hex.sha256(text.toString(), ID));
    }

    private static @Nullable Incoming incoming(long traceHigh, long traceLow) {
        return (traceHigh | traceLow) == 0
                ? null
                : new Incoming(traceHigh, traceLow, TraceContext.NO_SPAN, null, false);
    }

    private static boolean isHex(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (!HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDashed(CharSequence text) {
        if (text.length() != UUID) {
            return false;
        }
        for (int i = 0; i < UUID; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : !HexFormat.isHexDigit(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
