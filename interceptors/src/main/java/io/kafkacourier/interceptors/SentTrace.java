/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static io.kafkacourier.core.contract.HeaderNames.MESSAGE_ID;

import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The header {@code message_id} of a record that is being sent, which remembers what the acknowledgement does not tell:
 * Kafka's producer hands the very headers of the record back with it, so that nothing needs to be looked up then. Other
 * tools that trace may put a {@code traceparent} of their own in place of ours; this one is ours alone. Immutable.
 */
final class SentTrace implements Header {

    private final TraceContext trace;
    private final byte[] value;
    private final @Nullable String messageId;
    private final @Nullable String keyText;
    private final long sentMs;
    private final long sentNanos;

    /**
     * @param value the header's
     * @param messageId the text of it; null or empty if it is none
     * @param keyText what the event tells of the key; null for nothing
     * @param sentMs when it is sent, epoch ms
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
        // what an application put into keys and headers may be as large as its messages; of that little is kept
        this.messageId = TraceEvent.keyword(messageId);
        this.keyText = TraceEvent.keyword(keyText);
        this.sentMs = sentMs;
        this.sentNanos = sentNanos;
    }

    /** What {@code headers} remember; null where they are not those of a record that we have stamped. */
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
