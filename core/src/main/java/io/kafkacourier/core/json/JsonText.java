/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** The inside of JSON strings (RFC 8259, section 7) in well-formed UTF-8 (Unicode, table 3-7). */
final class JsonText {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private JsonText() {}

    /** The position of the first byte that is not plain: a quote, a backslash, a control character, or not ASCII. */
    static int plainEnd(byte[] json, int from, int to) {
        int at = from;
        // Documents consist mostly of strings, so the scan is fast because it checks eight bytes at a time.
        while (at + Long.BYTES <= to) {
            long other = notPlain((long) EIGHT_BYTES.get(json, at));
            if (other != 0) {
                return at + Long.numberOfTrailingZeros(other) / Byte.SIZE;
            }
            at += Long.BYTES;
        }
        return lastPlainEnd(json, at, to);
    }

    /** The same for less than eight bytes; a separate method, so that the loop above is small enough to be inlined. */
    private static int lastPlainEnd(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] >= ' ' && json[at] != '"' && json[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * Marks the bytes that are not plain in their highest bit. The lowest mark is exact, because bytes below it neither
     * borrow nor carry. Above it, marks can be wrong or missing.
     */
    private static long notPlain(long bytes) {
        long notQuote = (bytes ^ (ONES * '"')) + ~HIGH_BITS;
        long notBackslash = (bytes ^ (ONES * '\\')) + ~HIGH_BITS;
        return (bytes | (bytes - ONES * ' ') | ~(notQuote & notBackslash)) & HIGH_BITS;
    }

    /**
     * Decodes the characters of a well-formed string. An escaped surrogate without its other half stays as it is,
     * because the grammar of JSON allows it.
     *
     * @param from the position after the opening quote
     * @param to the position of the closing quote
     */
    static String decode(byte[] json, int from, int to) {
        int escape = indexOfEscape(json, from, to);
        if (escape == to) {
            return new String(json, from, to - from, UTF_8);
        }
        StringBuilder out = new StringBuilder(to - from);
        int at = from;
        while (escape < to) {
            out.append(new String(json, at, escape - at, UTF_8));
            out.append(unescape(json, escape));
            at = escapeEnd(json, escape, to);
            escape = indexOfEscape(json, at, to);
        }
        return out.append(new String(json, at, to - at, UTF_8)).toString();
    }

    /** The end of the escape that begins at {@code at}; a value {@code <= at} if it is malformed or cut off. */
    static int escapeEnd(byte[] json, int at, int to) {
        if (at + 1 >= to) {
            return at;
        }
        return switch (json[at + 1]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at + 2;
            case 'u' ->
                at + 6 <= to
                                && HexFormat.isHexDigit(json[at + 2])
                                && HexFormat.isHexDigit(json[at + 3])
                                && HexFormat.isHexDigit(json[at + 4])
                                && HexFormat.isHexDigit(json[at + 5])
                        ? at + 6
                        : at;
            default -> at;
        };
    }

    /** The end of the character of two to four bytes that begins at {@code at}; {@code at} if it is malformed. */
    static int characterEnd(byte[] utf8, int at, int to) {
        int first = utf8[at] & 0xFF;
        int length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
        if (length == 0 || at + length > to) {
            return at;
        }
        int second = utf8[at + 1] & 0xFF;
        // Rejects overlong forms, half surrogate pairs, and values beyond the last code point.
        int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
        int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (second < least || second > most) {
            return at;
        }
        for (int i = at + 2; i < at + length; i++) {
            if ((utf8[i] & 0xC0) != 0x80) {
                return at;
            }
        }
        return at + length;
    }

    private static char unescape(byte[] json, int at) {
        return switch (json[at + 1]) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' ->
                (char) (HexFormat.fromHexDigit(json[at + 2]) << 12
                        | HexFormat.fromHexDigit(json[at + 3]) << 8
                        | HexFormat.fromHexDigit(json[at + 4]) << 4
                        | HexFormat.fromHexDigit(json[at + 5]));
            default -> (char) json[at + 1];
        };
    }

    private static int indexOfEscape(byte[] json, int from, int to) {
        int at = from;
        while (at < to && json[at] != '\\') {
            at++;
        }
        return at;
    }
}
