/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.kafka.emit.Backlog;
import io.kafkacourier.kafka.emit.EmitterSettings;
import io.kafkacourier.kafka.emit.TraceEmitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** An emitter that keeps the events. */
final class Emitted implements TraceEmitter {

    private final List<TraceEvent> events = new ArrayList<>();
    private final List<Backlog> backlogs = new ArrayList<>();
    private final List<EmitterSettings> opened = new ArrayList<>();
    private int closed;

    TraceEmitter open(EmitterSettings settings) {
        opened.add(settings);
        return this;
    }

    List<EmitterSettings> opened() {
        return opened;
    }

    int closed() {
        return closed;
    }

    /** All events so far, with those of backlogs at the end. */
    List<JsonNode> events() {
        for (Backlog backlog : backlogs) {
            for (Supplier<TraceEvent> event = backlog.next(); event != null; event = backlog.next()) {
                events.add(event.get());
            }
        }
        return events.stream().map(Emitted::json).toList();
    }

    @Override
    public void emit(Supplier<TraceEvent> event) {
        events.add(event.get());
    }

    @Override
    public void emitFrom(Backlog backlog) {
        backlogs.add(backlog);
    }

    @Override
    public long dropped() {
        return 0;
    }

    @Override
    public void close() {
        closed++;
    }

    private static JsonNode json(TraceEvent event) {
        try {
            return new ObjectMapper().readTree(event.json());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
