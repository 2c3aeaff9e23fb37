/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * The progress of a partition: everything that is needed to continue after a stop.
 *
 * @param next the next unread offset
 * @param low the lowest held offset; {@code next} if none is held
 * @param dueMs the due time of the last record released from the heap, 0 before the first
 * @param at the offset of that record, -1 before the first
 * @param exceptions the offsets from {@code low} on whose records were not treated according to their class
 * @param settings the settings under which due times and classes were determined ({@link Policy#settings})
 * @param earlier the progress under earlier settings with held records, in the order of offsets; records behind the last of
 *     them were read under {@code settings}
 * @param epoch the leader epoch of the last record before {@code next}; {@link #NO_EPOCH} if it is not known
 * @param epochEnd the offset behind that record; offsets from there to {@code next} have no records, but may be of a later
 *     leader
 */
public record Progress(
        long next,
        long low,
        long dueMs,
        long at,
        OffsetSet exceptions,
        String settings,
        List<Earlier> earlier,
        int epoch,
        long epochEnd) {

    /** The leader epoch is not known. */
    public static final int NO_EPOCH = -1;

    /**
     * The progress of records that were read under earlier settings.
     *
     * @param end the offset behind them
     * @param dueMs as of {@link Progress}
     * @param at as of {@link Progress}
     * @param settings as of {@link Progress}
     */
    public record Earlier(long end, long dueMs, long at, String settings) {

        public Earlier {
            requireReleased(dueMs, at, "end", end);
        }

        private Earlier truncate(long newEnd) {
            return new Earlier(newEnd, dueMs, Math.min(at, newEnd - 1), settings);
        }
    }

    public Progress {
        if (low < 0 || low > next) {
            throw new IllegalArgumentException("low " + low + " must be between 0 and next " + next);
        }
        requireReleased(dueMs, at, "next", next);
        if (epochEnd < 0 || epochEnd > next) {
            throw new IllegalArgumentException(
                    "the end of the epoch " + epochEnd + " must be between 0 and next " + next);
        }
        earlier = List.copyOf(earlier);
        long end = 0;
        for (Earlier before : earlier) {
            if (before.end <= end || before.end > next) {
                throw new IllegalArgumentException(
                        "the ends of earlier progress must rise, and be above 0 and at most next " + next);
            }
            end = before.end;
        }
    }

    /** Progress without earlier settings, and without a leader epoch. */
    public Progress(long next, long low, long dueMs, long at, OffsetSet exceptions, String settings) {
        this(next, low, dueMs, at, exceptions, settings, List.of(), NO_EPOCH);
    }

    /** Progress with a record right before {@code next}. */
    public Progress(
            long next,
            long low,
            long dueMs,
            long at,
            OffsetSet exceptions,
            String settings,
            List<Earlier> earlier,
            int epoch) {
        this(next, low, dueMs, at, exceptions, settings, earlier, epoch, next);
    }

    /** The progress before the record at {@code next}, with no held records. */
    public static Progress from(long next, String settings) {
        return new Progress(next, next, 0, -1, OffsetSet.EMPTY, settings);
    }

    /** The progress after the records from {@code end} on are gone, and others will be in their place. */
    public Progress truncate(long end) {
        if (end >= next) {
            return this;
        }
        List<Earlier> left = new ArrayList<>();
        long begin = 0;
        for (Earlier before : earlier) {
            long newEnd = Math.min(before.end, end);
            if (newEnd > begin) {
                left.add(before.truncate(newEnd));
            }
            begin = newEnd;
        }
        return new Progress(
                end, Math.min(low, end), dueMs, Math.min(at, end - 1), exceptions.below(end), settings, left, NO_EPOCH);
    }

    private static void requireReleased(long dueMs, long at, String name, long end) {
        if (dueMs < 0 || at < -1 || at >= end) {
            throw new IllegalArgumentException("(due, at) = (" + dueMs + ", " + at
                    + ") must be a due time not below 0 and an offset from -1 to below " + name + " " + end);
        }
    }
}
