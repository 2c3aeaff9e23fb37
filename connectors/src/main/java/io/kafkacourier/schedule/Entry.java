/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A record as the schedule sees it.
 *
 * @param offset its place in the input partition
 * @param enteredMs when its wait began, epoch ms: the record timestamp, negative where it has none
 * @param dueMs when it is due, epoch ms, not below zero; 0 for a record without a delay. Of no meaning for a refused one
 * @param refusal why its due time cannot be kept, as far as the record alone tells; null where nothing is wrong
 * @param bytes what holding it takes, at least
 * @param record the record itself
 */
public record Entry<R>(
        long offset, long enteredMs, long dueMs, @Nullable Refusal refusal, int bytes, R record) {

    public Entry {
        if (dueMs < 0) {
            throw new IllegalArgumentException("dueMs " + dueMs + " must not be below 0");
        }
    }

    /** A record that is due at a time, or at once. */
    public static <R> Entry<R> due(long offset, long enteredMs, long dueMs, int bytes, R record) {
        return new Entry<>(offset, enteredMs, dueMs, null, bytes, record);
    }

    /** A record whose due time cannot be kept. */
    public static <R> Entry<R> refused(long offset, long enteredMs, Refusal refusal, int bytes, R record) {
        return new Entry<>(offset, enteredMs, 0, refusal, bytes, record);
    }
}
