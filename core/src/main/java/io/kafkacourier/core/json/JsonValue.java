/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The value at one place of a document; the object is reused for every document. Text and numbers of raw JSON stay in
 * the document's bytes and are compared there. A String is created only on request. Not safe for use by several
 * threads.
 */
public final class JsonValue {

    /** The kinds of values. */
    public enum Kind {
        /** There is no value, not even null. */
        ABSENT,
        NULL,
        FALSE,
        TRUE,
        NUMBER,
        TEXT,
        /** Text from a place without types, such as a header. It can mean a number or a boolean. */
        UNTYPED,
        /** An array, an object, or anything else that is not a single value. */
        CONTAINER
    }

    private static final byte[] NOTHING = {};

    private Kind kind = Kind.ABSENT;

    /** The characters of a text; set when they are first needed. */
    private @Nullable String text;

    /** The bytes that contain a number, or the inside of a text of raw JSON. */
    private byte[] raw = NOTHING;

    private int start;
    private int end;
    /** Whether the raw text is ASCII without escapes, so that each of its bytes is a character. */
    private boolean plain;

    public Kind kind() {
        return kind;
    }

    /**
     * The position in the document of a null, boolean or number of raw JSON, or of the first character of a text after
     * its quote. Only valid for these kinds, and for values that {@link JsonScan} has read.
     */
    public int start() {
        return start;
    }

    /** Whether this value has a text: it is not absent, null or a container. */
    public boolean isScalar() {
        return switch (kind) {
            case FALSE, TRUE, NUMBER, TEXT, UNTYPED -> true;
            case ABSENT, NULL, CONTAINER -> false;
        };
    }

    public void setAbsent() {
        set(Kind.ABSENT, null);
    }

    public void setNull() {
        set(Kind.NULL, null);
    }

    public void setBoolean(boolean value) {
        set(value ? Kind.TRUE : Kind.FALSE, null);
    }

    public void setContainer() {
        set(Kind.CONTAINER, null);
    }

    public void setText(String value) {
        set(Kind.TEXT, value);
    }

    public void setUntyped(String value) {
        set(Kind.UNTYPED, value);
    }

    /**
     * Sets a number in its written form.
     *
     * @throws NumberFormatException if it is not a number
     */
    public void setNumber(String value) {
        byte[] bytes = value.getBytes(ISO_8859_1);
        if (!JsonNumber.isNumber(bytes)) {
            throw new NumberFormatException("is not a decimal number");
        }
        setRaw(Kind.NUMBER, bytes, 0, bytes.length, true);
    }

    void setRaw(Kind kind, byte[] json, int start, int end, boolean plain) {
        set(kind, null);
        this.raw = json;
        this.start = start;
        this.end = end;
        this.plain = plain;
    }

    private void set(Kind kind, @Nullable String text) {
        this.kind = kind;
        this.text = text;
        this.raw = NOTHING;
    }

    /**
     * The characters of a text, the written form of a number, {@code true} or {@code false}.
     *
     * @throws IllegalStateException if the value is not {@linkplain #isScalar() scalar}
     */
    public String text() {
        return switch (kind) {
            case FALSE -> "false";
            case TRUE -> "true";
            case NUMBER, TEXT, UNTYPED -> {
                String known = text;
                if (known == null) {
                    known = plain ? new String(raw, start, end - start, ISO_8859_1) : JsonText.decode(raw, start, end);
                    text = known;
                }
                yield known;
            }
            case ABSENT, NULL, CONTAINER -> throw new IllegalStateException("there is no text in " + kind);
        };
    }

    /** Appends {@link #text()}, without creating a String if possible. */
    public void appendTo(StringBuilder out) {
        if (isPlain()) {
            for (int i = start; i < end; i++) {
                out.append((char) raw[i]);
            }
        } else {
            out.append(text());
        }
    }

    /** Whether this is a text and equal to {@code other}. */
    public boolean equalsText(String other) {
        if (isPlain()) {
            return kind == Kind.TEXT && end - start == other.length() && plainStartsWith(other);
        }
        return isText() && text().equals(other);
    }

    /** Whether this is a text and begins with {@code prefix}. */
    public boolean startsWithText(String prefix) {
        if (isPlain()) {
            return kind == Kind.TEXT && end - start >= prefix.length() && plainStartsWith(prefix);
        }
        return isText() && text().startsWith(prefix);
    }

    /** Whether this is a text. */
    public boolean isText() {
        return kind == Kind.TEXT || kind == Kind.UNTYPED;
    }

    /** Whether this is a number, or untyped text that can be read as one. */
    public boolean isNumber() {
        return kind == Kind.NUMBER || (kind == Kind.UNTYPED && JsonNumber.isNumber(latin()));
    }

    /**
     * Compares by value, like {@code compareTo}.
     *
     * @throws IllegalStateException if this is not {@linkplain #isNumber() a number}
     */
    public int compareNumber(JsonNumber other) {
        if (kind == Kind.NUMBER) {
            return other.compareFrom(raw, start, end);
        }
        byte[] bytes = latin();
        if (kind != Kind.UNTYPED || !JsonNumber.isNumber(bytes)) {
            throw new IllegalStateException("is not a number");
        }
        return other.compareFrom(bytes, 0, bytes.length);
    }

    private byte[] latin() {
        return text().getBytes(ISO_8859_1);
    }

    /** Whether the bytes from {@link #start} to {@link #end} are the characters, and no String has been created. */
    private boolean isPlain() {
        return text == null && plain && (kind == Kind.TEXT || kind == Kind.NUMBER);
    }

    private boolean plainStartsWith(String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            if (raw[start + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The UTF-8 bytes of {@link #text()}. */
    public byte[] utf8() {
        return isPlain() ? Arrays.copyOfRange(raw, start, end) : text().getBytes(UTF_8);
    }
}
