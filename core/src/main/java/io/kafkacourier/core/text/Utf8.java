/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.text;

/** The size of text on the wire, without encoding it. */
public final class Utf8 {

    private Utf8() {}

    /** The number of bytes of the UTF-8 form of {@code text}. */
    public static int length(CharSequence text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length += c < 0x800 ? 1 : 2;
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    // a pair is 4 bytes: its first char counts 3, its second 1
                    i++;
                } else if (Character.isSurrogate(c)) {
                    // a lone surrogate is encoded as '?'
                    length -= 2;
                }
            }
        }
        return length;
    }
}
