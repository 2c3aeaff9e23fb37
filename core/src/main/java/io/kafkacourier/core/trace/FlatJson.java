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

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

    private final Utf8Buffer object = new Utf8Buffer(USUAL_SIZE);

    FlatJson() {
        object.add('{');
    }

    /** The beginning of a member of that name, which needs no escapes. */
    static byte[] name(String name) {
        return ('"' + name + "\":").getBytes(UTF_8);
    }

    void text(byte[] name, String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        begin(name).add('"');
        if (isPlain(utf8)) {
            object.add(utf8);
        } else {
            addEscaped(utf8);
        }
        object.add('"');
    }

    /** Text of 16 hex digits, as {@link Hex} writes them. */
    void hex(byte[] name, long bits) {
        begin(name).add('"').addHex(bits).add('"');
    }

    /** Text of 32 hex digits. */
    void hex(byte[] name, long high, long low) {
        begin(name).add('"').addHex(high).addHex(low).add('"');
    }

    /** Text in RFC 3339 of a time from 1970 to {@link Rfc3339#LAST_MS}. */
    void date(byte[] name, long epochMs) {
        begin(name).add('"').addDate(epochMs).add('"');
    }

    void number(byte[] name, long number) {
        begin(name).add(number);
    }

    void flag(byte[] name, boolean flag) {
        begin(name).add(flag ? TRUE : FALSE);
    }

    /** All members of another object. */
    void members(byte[] members) {
        separate().add(members);
    }

    /** The members so far, for {@link #members(byte[])}. */
    byte[] members() {
        byte[] begun = object.toBytes();
        return Arrays.copyOfRange(begun, 1, begun.length);
    }

    /** The object with the members so far; none can be added then. */
    byte[] toBytes() {
        return object.add('}').toBytes();
    }

    private Utf8Buffer begin(byte[] name) {
        return separate().add(name);
    }

    private Utf8Buffer separate() {
        return object.length() > 1 ? object.add(',') : object;
    }

    private void addEscaped(byte[] utf8) {
        for (byte b : utf8) {
            if (isPlain(b)) {
                object.add(b);
            } else if (b >= ' ') {
                object.add('\\').add(b);
            } else {
                object.add('\\')
                        .add('u')
                        .add('0')
                        .add('0')
                        .add(Hex.digit(b >> 4))
                        .add(Hex.digit(b));
            }
        }
    }

    private static boolean isPlain(byte[] utf8) {
        for (byte b : utf8) {
            if (!isPlain(b)) {
                return false;
            }
        }
        return true;
    }

    /** Bytes below zero are parts of characters beyond ASCII. */
    private static boolean isPlain(byte b) {
        return (b >= ' ' || b < 0) && b != '"' && b != '\\';
    }
}
