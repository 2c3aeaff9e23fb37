/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Events that wait at their owner until the emitter has time to send them. The owner limits their number. */
public interface Backlog {

    /**
     * A supplier of the next event, as for {@link TraceEmitter#emit}; null if there is none now. Only the emitter's
     * thread calls this. Must neither block nor throw.
     */
    @Nullable
    Supplier<TraceEvent> next();
}
