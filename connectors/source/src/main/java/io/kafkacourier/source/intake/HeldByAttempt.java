/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.schedule.HeldMessages;
import io.kafkacourier.source.message.Outgoing;
import java.util.HashMap;
import java.util.Map;

/** Counts the held messages of a partition by the attempt that they wait for. For one thread at a time. */
final class HeldByAttempt implements HeldMessages<Outgoing> {

    private final Map<Integer, Integer> counts = new HashMap<>();

    @Override
    public void added(Outgoing message) {
        message.compact();
        if (message.attempt() > 0) {
            counts.merge(message.attempt(), 1, Integer::sum);
        }
    }

    @Override
    public void removed(Outgoing message) {
        counts.computeIfPresent(message.attempt(), (attempt, count) -> count == 1 ? null : count - 1);
    }

    /** The number of messages by attempt; those that wait for their first delivery are left out. */
    Map<Integer, Integer> counts() {
        return counts;
    }
}
