/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.source.metrics.SourceMetric;
import org.jspecify.annotations.Nullable;

/** The kinds of source connectors, with the names of their clients, metrics and trace events. */
public enum SourceKind {
    /** Delays messages. */
    DELAY("delay", SourceMetric.Of.DELAY, EventType.DELIVER, null),
    /** Retries failed messages. */
    RETRY("retry", SourceMetric.Of.RETRY, EventType.RETRY, EventType.DEAD_LETTER);

    private final String text;
    private final SourceMetric.Of metrics;
    private final EventType delivered;
    private final @Nullable EventType refused;

    SourceKind(String text, SourceMetric.Of metrics, EventType delivered, @Nullable EventType refused) {
        this.text = text;
        this.metrics = metrics;
        this.delivered = delivered;
        this.refused = refused;
    }

    /** The word in the names of clients and metrics. */
    public String text() {
        return text;
    }

    /** The metrics of a task. */
    public SourceMetric.Of metrics() {
        return metrics;
    }

    /** The trace event of a message that is delivered. */
    public EventType delivered() {
        return delivered;
    }

    /** The trace event of a message that is refused; null if there is none. */
    public @Nullable EventType refused() {
        return refused;
    }
}
