/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.emit;

import io.kafkacourier.core.trace.TraceEvent;
import org.jspecify.annotations.Nullable;

/** Events that wait with whoever has them until there is time to send them; how many is that one's to bound. */
public interface Backlog {

    /**
     * The next event; null where there is none now. Called by one thread, that of the emitter; neither blocks nor throws.
     */
    @Nullable
    TraceEvent next();
}
