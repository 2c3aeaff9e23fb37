/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.time.Instant;
import java.time.LocalDate;

/** Points in time as RFC 3339 writes them, in UTC with milliseconds, without the garbage of a formatter. */
final class Rfc3339 {

    /** The last millisecond that can be written: years have four digits. */
    static final long LAST_MS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private static final int SECOND = 1_000;
    private static final int MINUTE = 60 * SECOND;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Rfc3339() {}

    /** The characters of a time from 1970 to {@link #LAST_MS}. */
    static char[] format(long epochMs) {
        LocalDate date = LocalDate.ofEpochDay(epochMs / DAY);
        int ofDay = (int) (epochMs % DAY);
        char[] text = "0000-00-00T00:00:00.000Z".toCharArray();
        write(text, 4, date.getYear());
        write(text, 7, date.getMonthValue());
        write(text, 10, date.getDayOfMonth());
        write(text, 13, ofDay / HOUR);
        write(text, 16, ofDay / MINUTE % 60);
        write(text, 19, ofDay / SECOND % 60);
        write(text, 23, ofDay % SECOND);
        return text;
    }

    /** Writes a number so that its last digit is before {@code end}, over zeros. */
    private static void write(char[] text, int end, int number) {
        int at = end;
        for (int rest = number; rest > 0; rest /= 10) {
            text[--at] = (char) ('0' + rest % 10);
        }
    }
}
