/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.time;

/** Whole numbers at the beginning of a text: an optional minus sign and ASCII digits, nothing else. */
final class Decimal {

    private Decimal() {}

    /** The end of the number at the beginning of {@code text}. */
    static int end(String text) {
        int end = text.startsWith("-") ? 1 : 0;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    /** Whether {@code text} up to {@code end} has a digit. */
    static boolean isNumber(String text, int end) {
        return end > (text.startsWith("-") ? 1 : 0);
    }

    /**
     * The number in {@code text} up to {@code end}.
     *
     * @throws ArithmeticException if it does not fit a long
     */
    static long parse(String text, int end) {
        boolean negative = text.startsWith("-");
        long value = 0;
        for (int i = negative ? 1 : 0; i < end; i++) {
            int digit = text.charAt(i) - '0';
            value = Math.addExact(Math.multiplyExact(value, 10L), negative ? -digit : digit);
        }
        return value;
    }
}
