/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.contract.Reason;
import org.jspecify.annotations.Nullable;

/** The decision of a {@link Router} for one record. */
public sealed interface Decision {

    /**
     * The record goes to {@code topic}. {@code partition} is null if the producer must choose it. {@code rule} is null
     * if no rule matched, and the topic is the one for that case.
     */
    record Routed(
            String topic,
            @Nullable Integer partition,
            @Nullable String rule) implements Decision {}

    /** No rule matched, and there is no topic for that case. */
    record Unmatched() implements Decision {}

    /** The record could not be routed. {@code rule} is null if no rule caused the failure. */
    record Failed(Reason reason, @Nullable String rule) implements Decision {}
}
