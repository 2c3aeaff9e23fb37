/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.ArrayList;
import java.util.List;

/**
 * How far a partition has come: all that is needed to go on after a stop.
 *
 * @param next the next unread offset
 * @param low the lowest offset still held; {@code next} where nothing is held
 * @param dueMs the due time of the last record released from the heap, 0 before the first
 * @param at the offset of that record, -1 before the first
 * @param exceptions the offsets from {@code low} on whose records were not treated as their class says
 * @param settings the settings under which due times and classes were told ({@link Policy#settings})
 * @param earlier what was read under earlier settings, of which some is still held, in the order of offsets; what was read
 *     behind the last of it was read under {@code settings}
 * @param epoch which leader of the partition wrote the last record before {@code next}; {@link #NO_EPOCH} where that is
 *     not known
 * @param epochEnd the offset behind that record: what follows up to {@code next} has no records, but may be of a later leader
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

    /** No leader is known. */
    public static final int NO_EPOCH = -1;

    /**
     * How far that has come which was read under earlier settings.
     *
     * @param end the offset behind it
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
                        "the ends of what was read earlier must rise, and be above 0 and at most next " + next);
            }
            end = before.end;
        }
    }

    /** All of which was read under the same settings, nobody knows from which leader. */
    public Progress(long next, long low, long dueMs, long at, OffsetSet exceptions, String settings) {
        this(next, low, dueMs, at, exceptions, settings, List.of(), NO_EPOCH);
    }

    /** With a record right before {@code next}. */
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

    /** Before the record at {@code next}, with nothing held. */
    public static Progress from(long next, String settings) {
        return new Progress(next, next, 0, -1, OffsetSet.EMPTY, settings);
    }

    /** The progress if the records from {@code end} on are gone, and others will take their place. */
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
