/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Events that wait with whoever has them until there is time to send them; how many is that one's to bound. */
public interface Backlog {

    /**
     * What makes the next event, as {@link TraceEmitter#emit} takes it; null where there is none now. Called by one thread, that
     * of the emitter; neither blocks nor throws.
     */
    @Nullable
    Supplier<TraceEvent> next();
}
