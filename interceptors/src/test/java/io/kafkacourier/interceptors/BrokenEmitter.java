/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.kafka.emit.Backlog;
import io.kafkacourier.kafka.emit.TraceEmitter;
import java.util.function.Supplier;

/** An emitter whose methods all throw an error, except that it accepts a backlog. */
final class BrokenEmitter implements TraceEmitter {

    @Override
    public void emit(Supplier<TraceEvent> event) {
        throw new NoClassDefFoundError("emit");
    }

    @Override
    public void emitFrom(Backlog backlog) {}

    @Override
    public long dropped() {
        throw new NoClassDefFoundError("dropped");
    }

    @Override
    public void close() {
        throw new NoClassDefFoundError("close");
    }
}
