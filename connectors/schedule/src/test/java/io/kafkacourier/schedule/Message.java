/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import org.jspecify.annotations.Nullable;

/**
 * A record of the simulations.
 *
 * @param id identifies the message in inputs and tiers
 * @param waitMs its wait, as a number that the settings scale; negative means unreadable
 * @param stay its stay in a tier; null in the input
 */
record Message(
        long id,
        long offset,
        long timestampMs,
        long waitMs,
        @Nullable Stay stay) {

    /** The headers of a message in a tier. */
    record Stay(long releaseMs, long dueMs) {}

    /** A message of the input. */
    Message(long offset, long timestampMs, long waitMs) {
        this(offset, offset, timestampMs, waitMs, null);
    }
}
