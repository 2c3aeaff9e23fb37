/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;

/**
 * How far partitions have come, from Connect's callbacks for the records that it was handed. Safe for use by several threads.
 *
 * <p>A partition is acknowledged up to the last written record before which every record was written or dropped. That is
 * durable one step later. With exactly-once support, Connect writes a record and its offset in one transaction, and calls
 * back after that. Without it, Connect notes before each {@link #polling} which offsets may be stored, stores those noted so
 * far from time to time, and calls {@link #committed} after that. So offsets that were acknowledged at the poll before the
 * last are noted, and those that were noted at one commit are stored by the next.
 *
 * <p>Reading the offsets back through Connect's {@code OffsetStorageReader} would be dangerous: it flushes the task's producer
 * while it holds a lock that Connect needs to cancel the task. While one partition is offline the flush does not end, and the
 * whole worker stands still with it.
 */
public final class CommittedProgress implements CompletedOffsets {

    /** The tickets of the records that Connect was handed and has not called back for, and of those behind such a record. */
    private final Map<TopicPartition, Queue<Ticket>> open = new HashMap<>();

    private final Map<TopicPartition, Long> acknowledged;
    private final Map<TopicPartition, Long> durable;
    /** Where logs were truncated and other records begin, until what came after that is durable, by partition. */
    private final Map<TopicPartition, Truncation> truncations = new HashMap<>();

    // The changes on their way from acknowledged to durable.
    private Map<TopicPartition, Ticket> acknowledgedSincePoll = new HashMap<>();
    private Map<TopicPartition, Ticket> acknowledgedAtPoll = new HashMap<>();
    private Map<TopicPartition, Ticket> noted = new HashMap<>();
    private Map<TopicPartition, Ticket> notedAtCommit = new HashMap<>();

    /** @param stored the lowest offset of each partition that is not completed, from which the task starts */
    public CommittedProgress(Map<TopicPartition, Long> stored) {
        acknowledged = new HashMap<>(stored);
        durable = new HashMap<>(stored);
    }

    /** Connect is about to be handed records, on its own thread. */
    public synchronized void polling() {
        advance();
        noted.putAll(acknowledgedAtPoll);
        acknowledgedAtPoll = acknowledgedSincePoll;
        acknowledgedSincePoll = new HashMap<>();
    }

    /**
     * Connect is handed a record.
     *
     * @param readFrom the partition that its message was read from
     */
    public synchronized void handedOut(TopicPartition readFrom, Ticket ticket) {
        open.computeIfAbsent(readFrom, partition -> new ArrayDeque<>()).add(ticket);
    }

    /** Connect has stored the offsets of written records, or found none to store. */
    public synchronized void committed() {
        notedAtCommit.forEach((partition, ticket) -> {
            durable.put(partition, ticket.low());
            truncations.computeIfPresent(
                    partition, (same, truncation) -> ticket.truncations() < truncation.count() ? truncation : null);
        });
        notedAtCommit = noted;
        noted = new HashMap<>();
    }

    /**
     * The log of a partition was truncated, and has other records from an offset on. Progress that was made there does not
     * count: none beyond that offset is durable before progress with the new records is, so that none of them is deleted.
     * Records that were made of the old ones may be handed out long after.
     */
    public synchronized void truncated(TopicPartition partition, Truncation truncation) {
        truncations.merge(partition, truncation, Truncation::and);
    }

    @Override
    public synchronized Map<TopicPartition, Long> acknowledged() {
        advance();
        return Map.copyOf(acknowledged);
    }

    @Override
    public synchronized Map<TopicPartition, Long> durable() {
        Map<TopicPartition, Long> completed = new HashMap<>(durable);
        truncations.forEach((partition, truncation) -> completed.merge(partition, truncation.from(), Math::min));
        return Map.copyOf(completed);
    }

    private void advance() {
        open.forEach((partition, tickets) -> {
            for (Ticket first = tickets.peek(); first != null && first.isDone(); first = tickets.peek()) {
                tickets.remove();
                if (first.isWritten()) {
                    acknowledged.put(partition, first.low());
                    acknowledgedSincePoll.put(partition, first);
                }
            }
        });
    }
}
