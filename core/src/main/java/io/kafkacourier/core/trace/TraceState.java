/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/** Reads the header {@code tracestate} of W3C Trace Context, section 3.3: data of vendors, as {@code key=value,...}. */
final class TraceState {

    private static final int MAX_MEMBERS = 32;
    private static final int MAX_LENGTH = 512;
    private static final int MAX_KEY = 256;
    private static final int MAX_TENANT = 241;
    private static final int MAX_SYSTEM = 14;
    private static final int MAX_VALUE = 256;

    private TraceState() {}

    /**
     * The members of the header, without blanks between them and without empty members: as many from the left as fit
     * into 512 characters. Duplicate keys are kept.
     *
     * @return null if a member is illegal or there are more than 32; empty if there are none
     */
    static @Nullable String parse(String text) {
        if (!isLegal(text)) {
            return null;
        }
        return isTight(text) ? text : tightened(text);
    }

    private static boolean isLegal(String text) {
        int members = 0;
        for (int start = 0, end; start <= text.length(); start = end + 1) {
            end = memberEnd(text, start);
            int from = skipBlanks(text, start, end);
            int to = skipBlanksBackwards(text, from, end);
            if (from < to && (++members > MAX_MEMBERS || !isMember(text, from, to))) {
                return false;
            }
        }
        return true;
    }

    /** Whether nothing must be removed, as in nearly every header, so that no new text is needed. */
    private static boolean isTight(String text) {
        return text.length() <= MAX_LENGTH
                && text.indexOf(' ') < 0
                && text.indexOf('\t') < 0
                && !text.startsWith(",")
                && !text.endsWith(",")
                && !text.contains(",,");
    }

    private static String tightened(String text) {
        StringBuilder kept = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
        for (int start = 0, end; start <= text.length(); start = end + 1) {
            end = memberEnd(text, start);
            int from = skipBlanks(text, start, end);
            int to = skipBlanksBackwards(text, from, end);
            String separator = kept.isEmpty() ? "" : ",";
            if (kept.length() + separator.length() + to - from > MAX_LENGTH) {
                break;
            }
            if (from < to) {
                kept.append(separator).append(text, from, to);
            }
        }
        return kept.toString();
    }

    private static int memberEnd(String text, int start) {
        int comma = text.indexOf(',', start);
        return comma < 0 ? text.length() : comma;
    }

    private static boolean isMember(String text, int from, int to) {
        int equals = text.indexOf('=', from);
        return equals > from && equals < to && isKey(text, from, equals) && isValue(text, equals + 1, to);
    }

    /** {@code key = lcalpha 0*255keychar / (lcalpha / DIGIT) 0*240keychar "@" lcalpha 0*13keychar}. */
    private static boolean isKey(String text, int from, int to) {
        int at = text.indexOf('@', from);
        if (at < 0 || at >= to) {
            return isWord(text, from, to, MAX_KEY) && isLetter(text.charAt(from));
        }
        return isWord(text, from, at, MAX_TENANT)
                && (isLetter(text.charAt(from)) || isDigit(text.charAt(from)))
                && isWord(text, at + 1, to, MAX_SYSTEM)
                && isLetter(text.charAt(at + 1));
    }

    private static boolean isWord(String text, int from, int to, int max) {
        if (from >= to || to - from > max) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !isDigit(c) && "_-*/".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** {@code value = 0*255(chr) nblk-chr}: printable ASCII without comma and equals sign, not ending in a blank. */
    private static boolean isValue(String text, int from, int to) {
        if (from >= to || to - from > MAX_VALUE) {
            return false;
        }
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '=') {
                return false;
            }
        }
        return true;
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static int skipBlanks(String text, int from, int to) {
        int i = from;
        while (i < to && isBlank(text.charAt(i))) {
            i++;
        }
        return i;
    }

    private static int skipBlanksBackwards(String text, int from, int to) {
        int i = to;
        while (i > from && isBlank(text.charAt(i - 1))) {
            i--;
        }
        return i;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
