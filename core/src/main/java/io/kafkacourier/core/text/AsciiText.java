/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.text;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Objects;

/** A text view of the ASCII bytes of a header, without a copy. It is not equal to other text. */
public final class AsciiText implements CharSequence {

    private final byte[] bytes;
    private final int from;
    private final int to;

    /**
     * @param bytes the bytes, which are not copied and must not change while the text is in use
     * @param from the index of the first byte
     * @param to the index after the last byte
     */
    public AsciiText(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    @Override
    public int length() {
        return to - from;
    }

    @Override
    public char charAt(int index) {
        return (char) bytes[from + Objects.checkIndex(index, to - from)];
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        Objects.checkFromToIndex(start, end, to - from);
        return new AsciiText(bytes, from + start, from + end);
    }

    @Override
    public String toString() {
        return new String(bytes, from, to - from, US_ASCII);
    }
}
