/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * How far a partition has come: all that is needed to go on after a stop.
 *
 * @param next the next unread offset
 * @param low the lowest offset still held; {@code next} where nothing is held
 * @param dueMs the due time of the last record released from the heap, 0 before the first
 * @param at the offset of that record, -1 before the first
 * @param exceptions the offsets from {@code low} on whose records were not treated as their class says
 * @param settings the settings under which due times and classes were told ({@link Policy#settings})
 */
public record Progress(long next, long low, long dueMs, long at, OffsetSet exceptions, String settings) {

    public Progress {
        if (low < 0 || low > next) {
            throw new IllegalArgumentException("low " + low + " must be between 0 and next " + next);
        }
        if (dueMs < 0 || at < -1 || at >= next) {
            throw new IllegalArgumentException("(due, at) = (" + dueMs + ", " + at
                    + ") must be a due time not below 0 and an offset from -1 to below next " + next);
        }
    }

    /** Before the record at {@code next}, with nothing held. */
    public static Progress from(long next, String settings) {
        return new Progress(next, next, 0, -1, OffsetSet.EMPTY, settings);
    }
}
