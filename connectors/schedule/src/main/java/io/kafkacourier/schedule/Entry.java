/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A message as the schedule sees it.
 *
 * @param offset its place in the partition
 * @param sequence its place among the messages of its origin, which decides between messages of different partitions that
 *     are due at the same time
 * @param releaseMs when its stay in the partition ends, epoch ms: until then, neither it nor the messages behind it are
 *     processed; 0 if it does not stay
 * @param longestStayMs how long it may stay, in milliseconds. A release that is further away than that and the horizon
 *     comes from a timestamp in the future, or from a clock that was ahead, and is not waited for
 * @param enteredMs when the wait began that decides on its class, epoch ms: the end of its stay, but not after its due
 *     time, or else the timestamp of the record, which is negative if it has none
 * @param dueMs when it is due, epoch ms, not below zero; 0 for a message without a delay. Has no meaning if it is refused
 * @param isRefused whether the message alone shows that its due time cannot be kept
 * @param limit how long it may have to wait when it is first read; null if the message alone decides
 * @param bytes the memory that holding it takes, at least
 * @param message the message, with whatever the policy found out about it
 */
public record Entry<M>(
        long offset,
        long sequence,
        long releaseMs,
        long longestStayMs,
        long enteredMs,
        long dueMs,
        boolean isRefused,
        @Nullable Limit limit,
        int bytes,
        M message) {

    public Entry {
        if (dueMs < 0) {
            throw new IllegalArgumentException("dueMs " + dueMs + " must not be below 0");
        }
    }

    /** A message that is due at a time, or at once. */
    public static <M> Entry<M> due(long offset, long enteredMs, long dueMs, int bytes, M message) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, dueMs, false, null, bytes, message);
    }

    /** A message that says itself when it is due, whenever it was written. */
    public static <M> Entry<M> at(long offset, long enteredMs, long dueMs, Limit limit, int bytes, M message) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, dueMs, false, limit, bytes, message);
    }

    /** A message in a tier; one that stays there beyond its due time counts as late from then on. */
    public static <M> Entry<M> inTier(
            long offset, long sequence, long releaseMs, long longestStayMs, long dueMs, int bytes, M message) {
        long enteredMs = Math.min(releaseMs, dueMs);
        return new Entry<>(offset, sequence, releaseMs, longestStayMs, enteredMs, dueMs, false, null, bytes, message);
    }

    /** A message of an input that each message leaves after the same time, when it is due. */
    public static <M> Entry<M> staying(long offset, long delayMs, long dueMs, int bytes, M message) {
        return new Entry<>(offset, offset, dueMs, delayMs, dueMs, dueMs, false, null, bytes, message);
    }

    /** A message whose due time cannot be kept. */
    public static <M> Entry<M> refused(long offset, long enteredMs, int bytes, M message) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, 0, true, null, bytes, message);
    }
}
