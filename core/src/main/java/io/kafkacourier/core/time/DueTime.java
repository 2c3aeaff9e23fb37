/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.time;

import static java.time.format.DateTimeFormatter.ISO_LOCAL_DATE;
import static java.time.temporal.ChronoField.HOUR_OF_DAY;
import static java.time.temporal.ChronoField.MINUTE_OF_HOUR;
import static java.time.temporal.ChronoField.NANO_OF_SECOND;
import static java.time.temporal.ChronoField.SECOND_OF_MINUTE;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;

/**
 * Reads the due time of a message from the text of its headers, in epoch milliseconds. Zero and times in the past mean
 * at once. Parts of a millisecond are rounded up, so that no message is early.
 */
public final class DueTime {

    /** RFC 3339, section 5.6: seconds and offset are required, {@code T} and {@code Z} can be lower case. */
    private static final DateTimeFormatter RFC_3339 = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(ISO_LOCAL_DATE)
            .appendLiteral('T')
            .appendValue(HOUR_OF_DAY, 2)
            .appendLiteral(':')
            .appendValue(MINUTE_OF_HOUR, 2)
            .appendLiteral(':')
            .appendValue(SECOND_OF_MINUTE, 2)
            .optionalStart()
            .appendFraction(NANO_OF_SECOND, 1, 9, true)
            .optionalEnd()
            .appendOffset("+HH:MM", "Z")
            .toFormatter()
            .withResolverStyle(ResolverStyle.STRICT);

    private DueTime() {}

    /**
     * Reads a point in time: epoch milliseconds or RFC 3339.
     *
     * @throws IllegalArgumentException if the text is neither, is below zero, or does not fit a long; the message does
     *     not contain the text
     */
    public static long at(String text) {
        try {
            int end = Decimal.end(text);
            boolean number = end == text.length() && Decimal.isNumber(text, end);
            return notNegative(number ? Decimal.parse(text, end) : ceilMillis(RFC_3339.parse(text, Instant::from)));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "is not a point in time; allowed: epoch milliseconds, or RFC 3339 such as 2026-01-31T12:00:00Z", e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("is a point in time beyond the range of 64-bit milliseconds", e);
        }
    }

    /**
     * Reads a delay in any form of {@link Durations} and adds it to {@code fromMs}.
     *
     * @throws IllegalArgumentException if the text is not a duration, is below zero, or the sum does not fit a long;
     *     the message does not contain the text
     */
    public static long after(String delay, long fromMs) {
        long delayMs = notNegative(Durations.parseMillis(delay));
        try {
            return Math.addExact(fromMs, delayMs);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("is a delay that ends beyond the range of 64-bit milliseconds", e);
        }
    }

    private static long notNegative(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("is below zero");
        }
        return value;
    }

    private static long ceilMillis(Instant instant) {
        long floor = instant.toEpochMilli();
        return Instant.ofEpochMilli(floor).isBefore(instant) ? Math.addExact(floor, 1L) : floor;
    }
}
