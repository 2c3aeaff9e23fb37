/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A message as the schedule sees it.
 *
 * @param offset its place in the partition
 * @param sequence its place among the messages of its origin, which orders messages of different partitions that are due at
 *     the same time
 * @param releaseMs when its stay in the partition ends, epoch ms: until then, neither it nor the messages behind it are
 *     processed; 0 if it does not stay
 * @param longestStayMs how long it may stay, in milliseconds. A release that is further away than this and the horizon
 *     comes from a timestamp in the future, or from a clock that was ahead; the message does not wait for it
 * @param enteredMs when the wait that decides its class began, epoch ms: the end of its stay, but not after its due time,
 *     or else the timestamp of the record, which is negative if it has none
 * @param dueMs when it is due, epoch ms, not below zero; 0 for a message without a delay. It has no meaning if the message
 *     is refused
 * @param isRefused whether the message alone shows that its due time cannot be kept
 * @param limit the longest wait that it may have when it is first read; null if there is no limit
 * @param bytes the least memory that holding it takes
 * @param message the message, with everything that the policy found out about it
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

    /** A message that is due at a certain time, or at once. */
    public static <M> Entry<M> due(long offset, long enteredMs, long dueMs, int bytes, M message) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, dueMs, false, null, bytes, message);
    }

    /** A message with a due time of its own, which does not depend on when the message was written. */
    public static <M> Entry<M> at(long offset, long enteredMs, long dueMs, Limit limit, int bytes, M message) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, dueMs, false, limit, bytes, message);
    }

    /** A message in a tier. If it stays there beyond its due time, it counts as late from its due time on. */
    public static <M> Entry<M> inTier(
            long offset, long sequence, long releaseMs, long longestStayMs, long dueMs, int bytes, M message) {
        long enteredMs = Math.min(releaseMs, dueMs);
        return new Entry<>(offset, sequence, releaseMs, longestStayMs, enteredMs, dueMs, false, null, bytes, message);
    }

    /** A message of an input in which each message stays for the same time, until it is due. */
    public static <M> Entry<M> staying(long offset, long delayMs, long dueMs, int bytes, M message) {
        return new Entry<>(offset, offset, dueMs, delayMs, dueMs, dueMs, false, null, bytes, message);
    }

    /** A message whose due time cannot be kept. */
    public static <M> Entry<M> refused(long offset, long enteredMs, int bytes, M message) {
        return new Entry<>(offset, offset, 0, 0, enteredMs, 0, true, null, bytes, message);
    }
}
