/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent} of W3C Trace Context, section 3.2: {@code 00-<trace id>-<parent id>-<flags>}. Of the
 * flags only {@code sampled} is known; the others are read over and written as zero.
 */
final class TraceParent {

    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = 36;
    private static final int FLAGS = 53;
    private static final int LENGTH = 55;
    private static final int SAMPLED = 1;

    private TraceParent() {}

    /**
     * Reads the header. Of a version higher than 00 the first 55 characters are read, and what follows must begin with a
     * dash.
     *
     * @return null where it is malformed
     */
    static @Nullable Incoming parse(String text) {
        if (text.length() < LENGTH
                || text.charAt(TRACE_ID - 1) != '-'
                || text.charAt(SPAN_ID - 1) != '-'
                || text.charAt(FLAGS - 1) != '-'
                || !Hex.isHex(text, 0, TRACE_ID - 1)
                || !hasLengthOfItsVersion(text)
                || !Hex.isId(text, TRACE_ID, SPAN_ID - 1)
                || !Hex.isId(text, SPAN_ID, FLAGS - 1)
                || !Hex.isHex(text, FLAGS, LENGTH)) {
            return null;
        }
        boolean sampled = (Character.digit(text.charAt(LENGTH - 1), 16) & SAMPLED) != 0;
        return new Incoming(text.substring(TRACE_ID, SPAN_ID - 1), text.substring(SPAN_ID, FLAGS - 1), sampled);
    }

    /** The header of version 00 that makes {@code spanId} the parent of whoever reads it. */
    static String format(String traceId, String spanId, boolean sampled) {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }

    private static boolean hasLengthOfItsVersion(String text) {
        if (text.startsWith("00")) {
            return text.length() == LENGTH;
        }
        return !text.startsWith("ff") && (text.length() == LENGTH || text.charAt(LENGTH) == '-');
    }
}
