/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A record as the schedule sees it.
 *
 * @param offset its place in the partition
 * @param sequence its place among messages of its origin, which counts among those that are due at the same time in
 *     different partitions
 * @param releaseMs when its stay in the partition ends, epoch ms: nothing becomes of it, or of those behind it, before;
 *     0 where it does not stay
 * @param longestStayMs how long it may stay, in milliseconds: a release farther off than that, and the horizon, tells of a
 *     timestamp in the future, or of a clock that was ahead, and is not waited for
 * @param enteredMs when the wait began that its class is told by, epoch ms: the end of the stay, but not after it is due,
 *     or else the record timestamp, negative where it has none
 * @param dueMs when it is due, epoch ms, not below zero; 0 for a record without a delay. Of no meaning for a refused one
 * @param refusal why its due time cannot be kept, as far as the record alone tells; null where nothing is wrong
 * @param limit what it may have to wait when it is first read; null where the record alone decides
 * @param attempt which attempt it waits for; 0 for its first delivery
 * @param bytes what holding it takes, at least
 * @param record the record itself
 */
public record Entry<R>(
        long offset,
        long sequence,
        long releaseMs,
        long longestStayMs,
        long enteredMs,
        long dueMs,
        @Nullable Refusal refusal,
        @Nullable Limit limit,
        int attempt,
        int bytes,
        R record) {

    public Entry {
        if (dueMs < 0) {
            throw new IllegalArgumentException("dueMs " + dueMs + " must not be below 0");
        }
    }

    /** A record that is due at a time, or at once. */
    public static <R> Entry<R> due(long offset, long enteredMs, long dueMs, int bytes, R record) {
        return due(offset, enteredMs, dueMs, 0, bytes, record);
    }

    /** A record that is due for a further attempt at a time. */
    public static <R> Entry<R> due(long offset, long enteredMs, long dueMs, int attempt, int bytes, R record) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, dueMs, null, null, attempt, bytes, record);
    }

    /** A record that says when it is due, whenever it was written. */
    public static <R> Entry<R> at(long offset, long enteredMs, long dueMs, Limit limit, int bytes, R record) {
        return at(offset, enteredMs, dueMs, limit, 0, bytes, record);
    }

    /** A record that says when it is due for a further attempt, whenever it was written. */
    public static <R> Entry<R> at(
            long offset, long enteredMs, long dueMs, Limit limit, int attempt, int bytes, R record) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, dueMs, null, limit, attempt, bytes, record);
    }

    /** A record of a tier; one that stays there beyond its due time is late from then on. */
    public static <R> Entry<R> inTier(
            long offset,
            long sequence,
            long releaseMs,
            long longestStayMs,
            long dueMs,
            int attempt,
            int bytes,
            R record) {
        long enteredMs = Math.min(releaseMs, dueMs);
        return new Entry<>(
                offset, sequence, releaseMs, longestStayMs, enteredMs, dueMs, null, null, attempt, bytes, record);
    }

    /** A record of an input that each leaves after the same time, when it is due. */
    public static <R> Entry<R> staying(long offset, long delayMs, long dueMs, int bytes, R record) {
        return new Entry<>(offset, offset, dueMs, delayMs, dueMs, dueMs, null, null, 0, bytes, record);
    }

    /** A record whose due time cannot be kept. */
    public static <R> Entry<R> refused(long offset, long enteredMs, Refusal refusal, int bytes, R record) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, 0, refusal, null, 0, bytes, record);
    }
}
