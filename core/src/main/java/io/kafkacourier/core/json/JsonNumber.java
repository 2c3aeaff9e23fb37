/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * A decimal number in its written form, compared by value: {@code 1000.0}, {@code 1e3} and {@code 1000} are equal. A
 * comparison takes linear time and no memory, for any number of digits and any exponent, so that no foreign number can
 * stall its reader. Immutable.
 */
public final class JsonNumber {

    /** Much larger than any text is long, and much smaller than the limits of a long. */
    private static final long EXPONENT_LIMIT = 1L << 40;

    private final byte[] text;

    private JsonNumber(byte[] text) {
        this.text = text;
    }

    /**
     * Reads a JSON number; leading zeros are accepted too.
     *
     * @throws NumberFormatException if the text is not a number
     */
    public static JsonNumber of(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        if (!isNumber(bytes)) {
            throw new NumberFormatException("is not a decimal number");
        }
        return new JsonNumber(bytes);
    }

    /** Whether the text is a number: minus, digits, fraction, exponent; only the digits are required. */
    static boolean isNumber(byte[] text) {
        int at = text.length > 0 && text[0] == '-' ? 1 : 0;
        int digits = digitsEnd(text, at, text.length);
        if (digits == at) {
            return false;
        }
        at = digits;
        if (at < text.length && text[at] == '.') {
            digits = digitsEnd(text, at + 1, text.length);
            if (digits == at + 1) {
                return false;
            }
            at = digits;
        }
        if (at < text.length && (text[at] | 0x20) == 'e') {
            at++;
            if (at < text.length && (text[at] == '+' || text[at] == '-')) {
                at++;
            }
            digits = digitsEnd(text, at, text.length);
            if (digits == at) {
                return false;
            }
            at = digits;
        }
        return at == text.length;
    }

    /** The end of the digits that begin at {@code from}. */
    static int digitsEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }

    /**
     * Compares the number in {@code other} from {@code from} to {@code to} with this number, like {@code compareTo}.
     */
    int compareFrom(byte[] other, int from, int to) {
        return compare(other, from, to, text, 0, text.length);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JsonNumber number && compareFrom(number.text, 0, number.text.length) == 0;
    }

    @Override
    public int hashCode() {
        int mantissaEnd = mantissaEnd(text, 0, text.length);
        int hash = sign(text, 0, mantissaEnd);
        int zeros = 0;
        for (int i = firstSignificant(text, 0, mantissaEnd); i < mantissaEnd; i++) {
            if (text[i] == '0') {
                zeros++;
            } else if (text[i] != '.') {
                hash = 31 * (hash + zeros) + text[i];
                zeros = 0;
            }
        }
        return hash;
    }

    @Override
    public String toString() {
        return new String(text, ISO_8859_1);
    }

    private static int compare(byte[] a, int aFrom, int aTo, byte[] b, int bFrom, int bTo) {
        int aEnd = mantissaEnd(a, aFrom, aTo);
        int bEnd = mantissaEnd(b, bFrom, bTo);
        int sign = sign(a, aFrom, aEnd);
        int bSign = sign(b, bFrom, bEnd);
        if (sign != bSign || sign == 0) {
            return Integer.compare(sign, bSign);
        }
        int aAt = firstSignificant(a, aFrom, aEnd);
        int bAt = firstSignificant(b, bFrom, bEnd);
        long aMagnitude = magnitude(a, aFrom, aAt, aEnd, aTo);
        long bMagnitude = magnitude(b, bFrom, bAt, bEnd, bTo);
        if (aMagnitude != bMagnitude) {
            return sign * Long.compare(aMagnitude, bMagnitude);
        }
        while (aAt < aEnd || bAt < bEnd) {
            if (aAt < aEnd && a[aAt] == '.') {
                aAt++;
            }
            if (bAt < bEnd && b[bAt] == '.') {
                bAt++;
            }
            int aDigit = aAt < aEnd ? a[aAt++] : '0';
            int bDigit = bAt < bEnd ? b[bAt++] : '0';
            if (aDigit != bDigit) {
                return sign * Integer.compare(aDigit, bDigit);
            }
        }
        return 0;
    }

    private static int sign(byte[] text, int from, int mantissaEnd) {
        if (firstSignificant(text, from, mantissaEnd) == mantissaEnd) {
            return 0;
        }
        return text[from] == '-' ? -1 : 1;
    }

    private static int mantissaEnd(byte[] text, int from, int to) {
        int at = from;
        while (at < to && (text[at] | 0x20) != 'e') {
            at++;
        }
        return at;
    }

    /** The position of the first digit other than zero, or {@code mantissaEnd} if there is none. */
    private static int firstSignificant(byte[] text, int from, int mantissaEnd) {
        int at = from;
        while (at < mantissaEnd && (text[at] < '1' || text[at] > '9')) {
            at++;
        }
        return at;
    }

    /** The power of ten of the first significant digit, which is at {@code significant}. */
    private static long magnitude(byte[] text, int from, int significant, int mantissaEnd, int to) {
        int start = text[from] == '-' ? from + 1 : from;
        int point = digitsEnd(text, start, mantissaEnd);
        long power = significant < point ? point - significant - 1L : (long) point - significant;
        return power + exponent(text, mantissaEnd, to);
    }

    private static long exponent(byte[] text, int mantissaEnd, int to) {
        boolean negative = false;
        long exponent = 0;
        for (int i = mantissaEnd + 1; i < to; i++) {
            if (text[i] == '-') {
                negative = true;
            } else if (text[i] != '+') {
                exponent = Math.min(EXPONENT_LIMIT, exponent * 10 + (text[i] - '0'));
            }
        }
        return negative ? -exponent : exponent;
    }
}
