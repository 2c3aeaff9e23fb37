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
 * A source record that knows the action it was made for. Connect hands the same instance back when it is done with it, so
 * no lookup is needed then.
 */
public final class TrackedRecord extends SourceRecord {

    /** The {@link #dueMs} of a message without a delay. */
    public static final long AT_ONCE = 0;

    private final TopicPartition readFrom;
    private final RecordKind kind;
    private final @Nullable Reason reason;
    private final long dueMs;
    private final Ticket ticket;

    /**
     * @param action the action that it carries out or reports
     * @param reason why its message is refused; null if it is not
     * @param partition the partition it goes to; null if the producer decides
     * @param timestamp epoch ms; null if the producer stamps it when it is sent
     * @param headers null if there are none
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

    /** Compares by identity: Connect keeps each record as a key until it is done with it, and looks it up often. */
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

    /** Why its message is refused; null if it is not. */
    @Nullable
    public Reason reason() {
        return reason;
    }

    /** When its message is due, epoch ms, but not before its wait began; {@link #AT_ONCE} without a delay. */
    public long dueMs() {
        return dueMs;
    }

    /** The ticket that is kept until Connect is done with the record. */
    public Ticket ticket() {
        return ticket;
    }

    /**
     * Notes that Connect has written it: with exactly-once support its transaction is committed, otherwise it is
     * acknowledged.
     */
    public void written() {
        ticket.written();
    }

    /** Notes that a transform has dropped it, together with its offset. */
    public void dropped() {
        ticket.dropped();
    }
}
