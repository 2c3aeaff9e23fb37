/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import static org.apache.kafka.connect.data.Schema.OPTIONAL_BYTES_SCHEMA;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.progress.Ticket;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A source record that knows what it was made for. Connect hands the very instance back when it is done with it, so that
 * nothing needs to be looked up then.
 */
public final class TrackedRecord extends SourceRecord {

    /** What {@link #dueMs} says of a message without a delay. */
    public static final long AT_ONCE = 0;

    private final TopicPartition readFrom;
    private final RecordKind kind;
    private final @Nullable Reason reason;
    private final long dueMs;
    private final Ticket ticket;

    /**
     * @param action what it carries out, or tells of
     * @param reason why it is refused; null where it is not
     * @param partition where in the topic it goes; null where the producer decides
     * @param timestamp epoch ms; null for the time at which it is sent
     * @param headers null for none
     */
    public TrackedRecord(
            InputPartition input,
            Action<Outgoing> action,
            RecordKind kind,
            @Nullable Reason reason,
            String topic,
            @Nullable Integer partition,
            byte @Nullable [] key,
            byte @Nullable [] value,
            @Nullable Long timestamp,
            @Nullable Headers headers) {
        super(
                input.sourcePartition(),
                input.sourceOffset(action.progress(), kind),
                topic,
                partition,
                OPTIONAL_BYTES_SCHEMA,
                key,
                OPTIONAL_BYTES_SCHEMA,
                value,
                timestamp,
                headers);
        Entry<?> entry = action.entry();
        this.readFrom = input.topicPartition();
        this.kind = kind;
        this.reason = reason;
        this.dueMs = entry.dueMs() == 0 ? AT_ONCE : Math.max(entry.dueMs(), entry.enteredMs());
        this.ticket = new Ticket(action.progress().low(), input.truncations());
    }

    /** No other record is this one: Connect keeps each as a key until it is done with it, and asks often. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    /** The partition that its message was read from. */
    public TopicPartition readFrom() {
        return readFrom;
    }

    public RecordKind recordKind() {
        return kind;
    }

    /** Why it is refused; null where it is not. */
    @Nullable
    public Reason reason() {
        return reason;
    }

    /** When its message is due, epoch ms, and not before its wait began; {@link #AT_ONCE} without a delay. */
    public long dueMs() {
        return dueMs;
    }

    /** What is kept of it until Connect is done with it. */
    public Ticket ticket() {
        return ticket;
    }

    /** Connect has written it: with exactly-once support its transaction is committed, else it is acknowledged. */
    public void written() {
        ticket.written();
    }

    /** A transformation has dropped it, and with it its offset. */
    public void dropped() {
        ticket.dropped();
    }
}
