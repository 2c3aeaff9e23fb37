/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static io.kafkacourier.core.contract.HeaderNames.MESSAGE_ID;

import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code message_id} of a record that is being sent. It also holds the data that the acknowledgement lacks:
 * Kafka's producer returns the same header objects with the acknowledgement, so no look-up is needed. It is {@code
 * message_id} and not {@code traceparent}, which other tracing tools can replace. Immutable.
 */
final class SentTrace implements Header {

    private final TraceContext trace;
    private final byte[] value;
    private final @Nullable String messageId;
    private final @Nullable String keyText;
    private final long sentMs;
    private final long sentNanos;

    /**
     * @param value the value of the header
     * @param messageId the value as text; null or empty if it is not text
     * @param keyText what the event contains of the key; null for nothing
     * @param sentMs the time of the send, epoch ms
     * @param sentNanos the same, by {@link System#nanoTime}
     */
    SentTrace(
            TraceContext trace,
            byte[] value,
            @Nullable String messageId,
            @Nullable String keyText,
            long sentMs,
            long sentNanos) {
        this.trace = trace;
        this.value = value;
        // keys and headers of an application can be as large as its messages, so only the start of a long text is kept
        this.messageId = TraceEvent.keyword(messageId);
        this.keyText = TraceEvent.keyword(keyText);
        this.sentMs = sentMs;
        this.sentNanos = sentNanos;
    }

    /** Finds the header in {@code headers}; null if they are not the headers of a stamped record. */
    static @Nullable SentTrace of(@Nullable Headers headers) {
        return headers != null && headers.lastHeader(MESSAGE_ID) instanceof SentTrace sent ? sent : null;
    }

    @Override
    public String key() {
        return MESSAGE_ID;
    }

    @Override
    public byte[] value() {
        return value;
    }

    TraceContext trace() {
        return trace;
    }

    @Nullable
    String messageId() {
        return messageId;
    }

    @Nullable
    String keyText() {
        return keyText;
    }

    long sentMs() {
        return sentMs;
    }

    long sentNanos() {
        return sentNanos;
    }
}
