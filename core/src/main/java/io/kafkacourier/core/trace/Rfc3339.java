/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Instant;
import java.time.LocalDate;

/** Writes times in RFC 3339, in UTC with milliseconds. Unlike a formatter it allocates nothing. */
final class Rfc3339 {

    /** The last millisecond that can be written, because years have four digits. */
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
        writeTwo(to, at, date.getYear() / 100);
        writeTwo(to, at + 2, date.getYear() % 100);
        writeTwo(to, at + 5, date.getMonthValue());
        writeTwo(to, at + 8, date.getDayOfMonth());
        writeTwo(to, at + 11, ofDay / HOUR);
        writeTwo(to, at + 14, ofDay / MINUTE % 60);
        writeTwo(to, at + 17, ofDay / SECOND % 60);
        writeTwo(to, at + 20, ofDay % SECOND / 10);
        to[at + 22] = (byte) ('0' + ofDay % 10);
    }

    private static void writeTwo(byte[] to, int at, int number) {
        to[at] = (byte) ('0' + number / 10);
        to[at + 1] = (byte) ('0' + number % 10);
    }
}
