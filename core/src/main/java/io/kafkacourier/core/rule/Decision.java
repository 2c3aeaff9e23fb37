/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.contract.Reason;
import org.jspecify.annotations.Nullable;

/** What a {@link Router} says about one record. */
public sealed interface Decision {

    /**
     * The record goes to that topic; {@code partition} is null where the producer has to choose it, {@code rule} where none
     * matched and there is a topic for that case.
     */
    record Routed(
            String topic,
            @Nullable Integer partition,
            @Nullable String rule) implements Decision {}

    /** No rule matched, and there is no topic for that case. */
    record Unmatched() implements Decision {}

    /** The record could not be routed; {@code rule} is null where that was not the fault of a rule. */
    record Failed(Reason reason, @Nullable String rule) implements Decision {}
}
