/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** A growing buffer of UTF-8 text. For one thread. */
final class Utf8Buffer {

    /** The largest number of characters of a number: {@link Long#MIN_VALUE}. */
    private static final int NUMBER = 20;

    private byte[] bytes;
    private int length;

    /** @param size the initial size in bytes; more costs a copy */
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

    /** Adds decimal digits. */
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

    /** Adds 16 hex digits. */
    Utf8Buffer addHex(long bits) {
        ensure(Hex.DIGITS);
        Hex.write(bits, bytes, length);
        length += Hex.DIGITS;
        return this;
    }

    /** Adds a time from 1970 to {@link Rfc3339#LAST_MS} in RFC 3339. */
    Utf8Buffer addDate(long epochMs) {
        ensure(Rfc3339.LENGTH);
        Rfc3339.write(epochMs, bytes, length);
        length += Rfc3339.LENGTH;
        return this;
    }

    /** The bytes so far. */
    byte[] toBytes() {
        return toBytes(0);
    }

    /** The bytes so far, followed by {@code more} zeros. */
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
