/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Writes one JSON object without nesting (RFC 8259), in UTF-8 and without line breaks, member by member. Every hop of
 * every message writes a trace event, and a general JSON writer needs twice the time and memory. For one thread.
 */
final class FlatJson {

    /** Enough for most events. */
    private static final int USUAL_SIZE = 768;

    private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

    /** Each member with a comma before it. The opening brace of the object replaces the first comma. */
    private final Utf8Buffer members = new Utf8Buffer(USUAL_SIZE);

    /** The beginning of a member, up to its value. The name must not need escapes. */
    static byte[] name(String name) {
        return (",\"" + name + "\":").getBytes(UTF_8);
    }

    /** Like {@link #name}, up to the characters of a text. */
    static byte[] nameOfText(String name) {
        return (",\"" + name + "\":\"").getBytes(UTF_8);
    }

    void text(byte[] nameOfText, String text) {
        byte[] utf8 = text.getBytes(UTF_8);
        members.add(nameOfText);
        if (isPlain(utf8)) {
            members.add(utf8);
        } else {
            addEscaped(utf8);
        }
        members.add('"');
    }

    /** Adds a text of 16 hex digits. */
    void hex(byte[] nameOfText, long bits) {
        members.add(nameOfText).addHex(bits).add('"');
    }

    /** Adds a text of 32 hex digits. */
    void hex(byte[] nameOfText, long high, long low) {
        members.add(nameOfText).addHex(high).addHex(low).add('"');
    }

    /** Adds a time from 1970 to {@link Rfc3339#LAST_MS} as a text in RFC 3339. */
    void date(byte[] nameOfText, long epochMs) {
        members.add(nameOfText).addDate(epochMs).add('"');
    }

    void number(byte[] name, long number) {
        members.add(name).add(number);
    }

    void flag(byte[] name, boolean flag) {
        members.add(name).add(flag ? TRUE : FALSE);
    }

    /** Adds all members of another object, from its {@link #members()}. */
    void members(byte[] more) {
        members.add(more);
    }

    /** The members so far. */
    byte[] members() {
        return members.toBytes();
    }

    /** The object with the members so far, which needs at least one. */
    byte[] toObject() {
        byte[] object = members.toBytes(1);
        object[0] = '{';
        object[object.length - 1] = '}';
        return object;
    }

    private void addEscaped(byte[] utf8) {
        for (byte b : utf8) {
            if (isPlain(b)) {
                members.add(b);
            } else if (b >= ' ') {
                members.add('\\').add(b);
            } else {
                members.add('\\')
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

    /** Whether a byte needs no escape. Bytes below zero are parts of characters beyond ASCII. */
    private static boolean isPlain(byte b) {
        return (b >= ' ' || b < 0) && b != '"' && b != '\\';
    }
}
