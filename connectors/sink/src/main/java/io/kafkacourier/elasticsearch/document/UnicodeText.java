/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.connect.errors.DataException;

/** Converts text to UTF-8 unchanged or not at all: Java's own conversion replaces text that is not Unicode by question marks. */
final class UnicodeText {

    private UnicodeText() {}

    /**
     * The text in UTF-8.
     *
     * @throws DataException if it has half of a surrogate pair without the other
     */
    static byte[] utf8(String text) {
        int half = loneSurrogate(text);
        if (half >= 0) {
            throw new DataException("has a value that is not Unicode text at character " + half);
        }
        return text.getBytes(UTF_8);
    }

    /** The position of half of a surrogate pair without the other; -1 if all of it is Unicode. */
    static int loneSurrogate(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                i++;
                if (i == text.length() || !Character.isSurrogatePair(text.charAt(i - 1), text.charAt(i))) {
                    return i - 1;
                }
            }
        }
        return -1;
    }
}
