/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.time;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;

/**
 * Reads durations in headers and configurations: whole milliseconds ({@code 1500}), a whole number with a unit ({@code
 * 250ms}, {@code 5s}, {@code 30m}, {@code 1h}, {@code 7d}), or ISO-8601 ({@code PT30M}). A leading minus sign is
 * accepted; the caller must check whether a negative duration makes sense.
 */
public final class Durations {

    /** The forms that {@link #parseMillis} accepts, for error messages and documentation. */
    public static final String ALLOWED =
            "milliseconds such as 1500, a number with a unit such as 250ms, 5s, 30m, 1h or 7d, or ISO-8601 such as PT30M";

    private static final Map<String, Long> MILLIS_BY_UNIT =
            Map.of("", 1L, "ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

    private Durations() {}

    /**
     * Reads a duration in milliseconds; parts of a millisecond are rounded up.
     *
     * @throws IllegalArgumentException if the text has none of the forms, or the value does not fit a long
     */
    public static long parseMillis(String text) {
        try {
            return isIso(text) ? ceilMillis(Duration.parse(text)) : parseNumberAndUnit(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("is not a duration; allowed: " + ALLOWED, e);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("is a duration beyond the range of 64-bit milliseconds", e);
        }
    }

    /** Like {@link #parseMillis}, but returns a {@link Duration}. */
    public static Duration parse(String text) {
        return Duration.ofMillis(parseMillis(text));
    }

    private static boolean isIso(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        return text.length() > first && (text.charAt(first) == 'P' || text.charAt(first) == 'p');
    }

    private static long parseNumberAndUnit(String text) {
        int end = Decimal.end(text);
        Long unit = MILLIS_BY_UNIT.get(text.substring(end));
        if (!Decimal.isNumber(text, end) || unit == null) {
            throw new IllegalArgumentException("is not a duration; allowed: " + ALLOWED);
        }
        return Math.multiplyExact(Decimal.parse(text, end), unit);
    }

    private static long ceilMillis(Duration duration) {
        Duration floor = Duration.ofMillis(duration.toMillis());
        return floor.compareTo(duration) < 0 ? Math.addExact(floor.toMillis(), 1L) : floor.toMillis();
    }
}
