/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;

/** Reads and writes hex digits of trace contexts: ASCII, lower case. */
final class Hex {

    private static final byte[] DIGIT = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] VALUES = values();
    /** The number of digits of 64 bits. */
    static final int DIGITS = 16;

    private Hex() {}

    /** Whether {@code text} from {@code from} to {@code to} contains only lower-case hex digits. */
    static boolean isHex(CharSequence text, int from, int to) {
        int bits = 0;
        for (int i = from; i < to; i++) {
            bits |= value(text.charAt(i));
        }
        return bits >= 0;
    }

    /** The 64 bits of 16 hex digits of either case. */
    static long bits(CharSequence text, int from) {
        return HexFormat.fromHexDigitsToLong(text, from, from + DIGITS);
    }

    /** The 4 bits of a lower-case digit; -1 for anything else. */
    private static int value(char digit) {
        return digit < VALUES.length ? VALUES[digit] : -1;
    }

    private static byte[] values() {
        byte[] values = new byte['f' + 1];
        Arrays.fill(values, (byte) -1);
        for (int i = 0; i < DIGIT.length; i++) {
            values[DIGIT[i]] = (byte) i;
        }
        return values;
    }

    /** Writes the 16 digits of 64 bits. */
    static void write(long bits, byte[] to, int at) {
        for (int i = 0; i < DIGITS; i++) {
            to[at + i] = digit((int) (bits >>> (60 - 4 * i)));
        }
    }

    /** The digit of the last 4 bits. */
    static byte digit(int bits) {
        return DIGIT[bits & 0xf];
    }

    /** The first {@code digits} digits of the SHA-256 of the UTF-8 form of {@code text}. */
    static String sha256(String text, int digits) {
        return sha256(text.getBytes(UTF_8), digits);
    }

    /** The first {@code digits} digits of the SHA-256 of {@code bytes}. */
    static String sha256(byte[] bytes, int digits) {
        return text(Sha256.of(bytes), digits);
    }

    /** The first {@code digits} digits of {@code bytes}, an even number. */
    static String text(byte[] bytes, int digits) {
        byte[] text = new byte[digits];
        for (int i = 0; i < digits; i += 2) {
            text[i] = digit(bytes[i / 2] >> 4);
            text[i + 1] = digit(bytes[i / 2]);
        }
        return new String(text, US_ASCII);
    }
}
