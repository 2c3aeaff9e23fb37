/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * The header {@code traceparent} of W3C Trace Context Level 2, section 3.2: {@code 00-<trace id>-<parent id>-<flags>}.
 * The flags {@code sampled} and {@code random-trace-id} are passed on; the others are ignored and written as zero.
 *
 * @see <a href="https://www.w3.org/TR/trace-context-2/">Trace Context Level 2</a>
 */
final class TraceParent {

    private static final int TRACE_ID = 3;
    private static final int SPAN_ID = 36;
    private static final int FLAGS = 53;
    static final int LENGTH = 55;
    private static final int SAMPLED = 1;
    private static final int RANDOM = 2;

    private TraceParent() {}

    /**
     * Reads the header. If its version is higher than 00, only the first 55 characters are read, and the rest must
     * begin with a dash.
     *
     * @return null if it is malformed
     */
    static @Nullable Incoming parse(CharSequence text) {
        if (text.length() < LENGTH
                || text.charAt(TRACE_ID - 1) != '-'
                || text.charAt(SPAN_ID - 1) != '-'
                || text.charAt(FLAGS - 1) != '-'
                || !Hex.isHex(text, 0, TRACE_ID - 1)
                || !hasLengthOfItsVersion(text)
                || !Hex.isHex(text, TRACE_ID, SPAN_ID - 1)
                || !Hex.isHex(text, SPAN_ID, FLAGS - 1)
                || !Hex.isHex(text, FLAGS, LENGTH)) {
            return null;
        }
        long traceHigh = Hex.bits(text, TRACE_ID);
        long traceLow = Hex.bits(text, TRACE_ID + Hex.DIGITS);
        long span = Hex.bits(text, SPAN_ID);
        int flags = Character.digit(text.charAt(LENGTH - 1), 16);
        return (traceHigh | traceLow) == 0 || span == TraceContext.NO_SPAN
                ? null
                : new Incoming(traceHigh, traceLow, span, (flags & SAMPLED) != 0, (flags & RANDOM) != 0);
    }

    /** Whether a header of version 00 has the flags of a trace that is not sampled; the rest is not checked. */
    static boolean looksUnsampled(CharSequence text) {
        return text.length() == LENGTH && (Character.digit(text.charAt(LENGTH - 1), 16) & SAMPLED) == 0;
    }

    /** The header of version 00, in ASCII, that makes {@code span} the parent of the next hop. */
    static byte[] format(long traceHigh, long traceLow, long span, boolean sampled, boolean random) {
        byte[] header = new byte[LENGTH];
        header[0] = '0';
        header[1] = '0';
        header[TRACE_ID - 1] = '-';
        Hex.write(traceHigh, header, TRACE_ID);
        Hex.write(traceLow, header, TRACE_ID + Hex.DIGITS);
        header[SPAN_ID - 1] = '-';
        Hex.write(span, header, SPAN_ID);
        header[FLAGS - 1] = '-';
        header[FLAGS] = '0';
        header[LENGTH - 1] = (byte) ('0' + (sampled ? SAMPLED : 0) + (random ? RANDOM : 0));
        return header;
    }

    private static boolean hasLengthOfItsVersion(CharSequence text) {
        if (isVersion(text, '0')) {
            return text.length() == LENGTH;
        }
        return !isVersion(text, 'f') && (text.length() == LENGTH || text.charAt(LENGTH) == '-');
    }

    private static boolean isVersion(CharSequence text, char digit) {
        return text.charAt(0) == digit && text.charAt(1) == digit;
    }
}
