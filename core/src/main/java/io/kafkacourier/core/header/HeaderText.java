/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.text.AsciiText;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Converts between header bytes and header text, for all plugins. */
public final class HeaderText {

    /** The text of a header that cannot be read. */
    public static final String UNREADABLE = "";

    private static final char REPLACEMENT = '\uFFFD';

    private HeaderText() {}

    /** The UTF-8 form of {@code text}. */
    public static byte[] encode(String text) {
        return text.getBytes(UTF_8);
    }

    /** Like {@link #decode(byte[])}, without a copy if the value is ASCII. */
    public static CharSequence chars(byte @Nullable [] value) {
        if (value == null || !isAscii(value)) {
            return decode(value);
        }
        int start = 0;
        int end = value.length;
        while (start < end && isBlank((char) value[start])) {
            start++;
        }
        while (end > start && isBlank((char) value[end - 1])) {
            end--;
        }
        return new AsciiText(value, start, end);
    }

    /** Whether {@code text} is ASCII, and {@code value} its UTF-8 form. */
    public static boolean isAscii(byte[] value, CharSequence text) {
        if (value.length != text.length()) {
            return false;
        }
        for (int i = 0; i < value.length; i++) {
            if (value[i] < 0 || value[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(byte[] value) {
        for (byte b : value) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * The text of a header value without outer spaces and tabs.
     *
     * @return {@link #UNREADABLE} for null, for bytes that are not UTF-8, and for only blanks
     */
    public static String decode(byte @Nullable [] value) {
        if (value == null) {
            return UNREADABLE;
        }
        String text = new String(value, UTF_8);
        // the replacement character can also be part of valid text
        boolean isMalformed = text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(text.getBytes(UTF_8), value);
        return isMalformed ? UNREADABLE : strip(text);
    }

    /** Like {@link #decode(byte[])}, for the remaining bytes of a buffer, whose position does not change. */
    public static String decode(ByteBuffer value) {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return decode(bytes);
    }

    /** {@code text} without outer spaces and tabs; other white space stays. */
    public static String strip(String text) {
        int start = 0;
        int end = text.length();
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
