/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Writes one JSON object without nesting (RFC 8259), in UTF-8 and without line breaks, member by member. A trace event is
 * written for every hop of every message, which a general writer takes several times as long for. For one thread.
 */
final class FlatJson {

    /** As much as most events need. */
    private static final int USUAL_SIZE = 768;
    /** The most characters of a number. */
    private static final int NUMBER = 20;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

    private byte[] bytes = new byte[USUAL_SIZE];
    private int length;

    FlatJson() {
        bytes[length++] = '{';
    }

    /** The beginning of a member of that name, which needs no escapes. */
    static byte[] name(String name) {
        return ('"' + name + "\":").getBytes(UTF_8);
    }

    void text(byte[] name, String text) {
        begin(name, text.length() + 2);
        bytes[length++] = '"';
        int plain = addPlain(text);
        if (plain < text.length()) {
            addEscaped(text, plain);
        }
        bytes[length++] = '"';
    }

    /** Text of 16 hex digits, as {@link Hex} writes them. */
    void hex(byte[] name, long bits) {
        begin(name, Hex.DIGITS + 2);
        bytes[length++] = '"';
        addHex(bits);
        bytes[length++] = '"';
    }

    /** Text of 32 hex digits. */
    void hex(byte[] name, long high, long low) {
        begin(name, 2 * Hex.DIGITS + 2);
        bytes[length++] = '"';
        addHex(high);
        addHex(low);
        bytes[length++] = '"';
    }

    /** Text in RFC 3339 of a time from 1970 to {@link Rfc3339#LAST_MS}. */
    void date(byte[] name, long epochMs) {
        begin(name, Rfc3339.LENGTH + 2);
        bytes[length++] = '"';
        Rfc3339.write(epochMs, bytes, length);
        length += Rfc3339.LENGTH;
        bytes[length++] = '"';
    }

    void number(byte[] name, long number) {
        begin(name, NUMBER);
        if (number < 0) {
            bytes[length++] = '-';
        }
        int first = length;
        long rest = number;
        do {
            bytes[length++] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        reverse(first, length - 1);
    }

    void flag(byte[] name, boolean flag) {
        byte[] literal = flag ? TRUE : FALSE;
        begin(name, literal.length);
        add(literal);
    }

    /** The object with the members so far. */
    byte[] toBytes() {
        byte[] object = Arrays.copyOf(bytes, length + 1);
        object[length] = '}';
        return object;
    }

    /** @param size how many bytes the value needs at least */
    private void begin(byte[] name, int size) {
        ensure(1 + name.length + size);
        if (length > 1) {
            bytes[length++] = ',';
        }
        add(name);
    }

    /** The first characters that need no escape; how many that are. */
    private int addPlain(String text) {
        byte[] to = bytes;
        int start = length;
        int count = text.length();
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (!isPlain(c)) {
                count = i;
                break;
            }
            to[start + i] = (byte) c;
        }
        length += count;
        return count;
    }

    /** The characters from {@code from} on, and room for what ends the text. */
    private void addEscaped(String text, int from) {
        byte[] rest = text.substring(from).getBytes(UTF_8);
        ensure(6 * rest.length + 1);
        for (byte b : rest) {
            if (b == '"' || b == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = b;
            } else if (b >= 0 && b < ' ') {
                addUnicodeEscape(b);
            } else {
                bytes[length++] = b;
            }
        }
    }

    private void addUnicodeEscape(byte control) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = Hex.digit(control >> 4);
        bytes[length++] = Hex.digit(control);
    }

    private void addHex(long bits) {
        Hex.write(bits, bytes, length);
        length += Hex.DIGITS;
    }

    private void add(byte[] more) {
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    private void reverse(int from, int to) {
        for (int left = from, right = to; left < right; left++, right--) {
            byte swapped = bytes[left];
            bytes[left] = bytes[right];
            bytes[right] = swapped;
        }
    }

    private void ensure(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    /** Whether a character is written as the one byte that it is. */
    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
    }
}
