/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.LocalDate;

/** Points in time as RFC 3339 writes them, in UTC with milliseconds, without the garbage of a formatter. */
final class Rfc3339 {

    /** The last millisecond that can be written: years have four digits. */
    static final long LAST_MS = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private static final byte[] FORM = "0000-00-00T00:00:00.000Z".getBytes(US_ASCII);
    static final int LENGTH = FORM.length;

    private static final int SECOND = 1_000;
    private static final int MINUTE = 60 * SECOND;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Rfc3339() {}

    /** Writes the {@link #LENGTH} ASCII characters of a time from 1970 to {@link #LAST_MS}. */
    static void write(long epochMs, byte[] to, int at) {
        LocalDate date = LocalDate.ofEpochDay(epochMs / DAY);
        int ofDay = (int) (epochMs % DAY);
        System.arraycopy(FORM, 0, to, at, LENGTH);
        writeNumber(to, at + 4, date.getYear());
        writeNumber(to, at + 7, date.getMonthValue());
        writeNumber(to, at + 10, date.getDayOfMonth());
        writeNumber(to, at + 13, ofDay / HOUR);
        writeNumber(to, at + 16, ofDay / MINUTE % 60);
        writeNumber(to, at + 19, ofDay / SECOND % 60);
        writeNumber(to, at + 23, ofDay % SECOND);
    }

    /** Writes a number so that its last digit is before {@code end}, over zeros. */
    private static void writeNumber(byte[] text, int end, int number) {
        int at = end;
        for (int rest = number; rest > 0; rest /= 10) {
            text[--at] = (byte) ('0' + rest % 10);
        }
    }
}
