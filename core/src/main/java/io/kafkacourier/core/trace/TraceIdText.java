/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code trace_id} as clients without trace context write it, in any form: 32 hex digits and a UUID are taken,
 * 16 hex digits are padded from the left, of any other text the first 16 bytes of its SHA-256 are the trace id. Upper-case
 * digits are read as lower case.
 */
final class TraceIdText {

    private static final int ID = 32;
    private static final int SHORT_ID = 16;
    private static final int UUID = 36;

    private TraceIdText() {}

    /** Reads the header; null where it is empty or an id of zeros, which so many unrelated messages would share. */
    static @Nullable Incoming parse(String text) {
        if (text.isEmpty()) {
            return null;
        }
        String traceId = traceId(text);
        return Hex.isId(traceId, 0, ID) ? new Incoming(traceId, null, null) : null;
    }

    private static String traceId(String text) {
        if (isHexId(text)) {
            return text;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (isHexId(lower)) {
            return lower;
        } else if (lower.length() == SHORT_ID && Hex.isHex(lower, 0, SHORT_ID)) {
            return "0".repeat(ID - SHORT_ID) + lower;
        } else if (isDashed(lower)) {
            return lower.replace("-", "");
        }
        return Hex.sha256(text, ID);
    }

    private static boolean isHexId(String text) {
        return text.length() == ID && Hex.isHex(text, 0, ID);
    }

    private static boolean isDashed(String text) {
        if (text.length() != UUID) {
            return false;
        }
        for (int i = 0; i < UUID; i++) {
            boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
            if (dash ? text.charAt(i) != '-' : !Hex.isHex(text, i, i + 1)) {
                return false;
            }
        }
        return true;
    }
}
