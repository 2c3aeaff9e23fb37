/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** Text in UTF-8 that grows at its end. For one thread. */
final class Utf8Buffer {

    /** The most characters of a number: {@link Long#MIN_VALUE}. */
    private static final int NUMBER = 20;

    private byte[] bytes;
    private int length;

    /** @param size in bytes, beyond which it costs a copy */
    Utf8Buffer(int size) {
        this.bytes = new byte[size];
    }

    Utf8Buffer add(char ascii) {
        return add((byte) ascii);
    }

    Utf8Buffer add(byte b) {
        ensure(1);
        bytes[length++] = b;
        return this;
    }

    Utf8Buffer add(byte[] utf8) {
        ensure(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
        return this;
    }

    Utf8Buffer add(String text) {
        return add(text.getBytes(UTF_8));
    }

    /** In decimal digits. */
    Utf8Buffer add(long number) {
        ensure(NUMBER);
        if (number < 0) {
            bytes[length++] = '-';
        }
        length += digits(number);
        int at = length;
        long rest = number;
        do {
            bytes[--at] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        return this;
    }

    /** As 16 hex digits. */
    Utf8Buffer addHex(long bits) {
        ensure(Hex.DIGITS);
        Hex.write(bits, bytes, length);
        length += Hex.DIGITS;
        return this;
    }

    /** As RFC 3339 has a time from 1970 to {@link Rfc3339#LAST_MS}. */
    Utf8Buffer addDate(long epochMs) {
        ensure(Rfc3339.LENGTH);
        Rfc3339.write(epochMs, bytes, length);
        length += Rfc3339.LENGTH;
        return this;
    }

    /** What was added so far. */
    byte[] toBytes() {
        return toBytes(0);
    }

    /** What was added so far, and {@code more} zeros. */
    byte[] toBytes(int more) {
        return Arrays.copyOf(bytes, length + more);
    }

    private static int digits(long number) {
        int digits = 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            digits++;
        }
        return digits;
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
