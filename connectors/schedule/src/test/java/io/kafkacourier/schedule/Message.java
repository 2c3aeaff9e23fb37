/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A record of the simulations.
 *
 * @param id names the message, wherever it is
 * @param waitMs how long it asks to wait, as a number that the settings scale; negative means unreadable
 * @param stay its stay in a tier; null in the input
 */
record Message(
        long id,
        long offset,
        long timestampMs,
        long waitMs,
        @Nullable Stay stay) {

    /** What the headers of a message in a tier say. */
    record Stay(long releaseMs, long dueMs) {}

    /** A message of the input. */
    Message(long offset, long timestampMs, long waitMs) {
        this(offset, offset, timestampMs, waitMs, null);
    }
}
