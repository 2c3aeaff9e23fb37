/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

/** Reads the numbers that the bundle writes into headers: decimal text, not below zero. */
public final class HeaderNumber {

    /** The value for a header that is missing, or that the bundle cannot have written. */
    public static final long NONE = -1;

    private HeaderNumber() {}

    /** The number in the last header of that name; {@link #NONE} if there is none. */
    public static long of(MessageHeaders headers, String name) {
        String text = headers.text(name);
        if (text == null) {
            return NONE;
        }
        try {
            return Math.max(NONE, Long.parseLong(text));
        } catch (NumberFormatException e) {
            return NONE;
        }
    }
}
