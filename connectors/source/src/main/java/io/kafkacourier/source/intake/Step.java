/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.schedule.Action;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.RecordSize;

/**
 * An action that the schedule of a partition has decided for one of its records.
 *
 * @param heldBytes the memory that it keeps in addition to the schedule
 * @param payloadBytes the size of key, value and headers of the record that goes out
 */
public record Step(InputPartition input, Action<Outgoing> action, long heldBytes, long payloadBytes) {

    static Step of(InputPartition input, Action<Outgoing> action) {
        return action instanceof Action.Hold
                ? new Step(input, action, 0, 0)
                : new Step(
                        input,
                        action,
                        action.entry().bytes(),
                        RecordSize.payload(action.entry().message().record()));
    }
}
