/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;

/**
 * The progress of partitions, from Connect's callbacks about the records that it was handed. Safe for use by several
 * threads.
 *
 * <p>A partition is done up to its last written record before which Connect is done with all others. Durable progress is
 * one step behind. With exactly-once support a record and its offset are written in one transaction, before any callback.
 * Without it, Connect notes which offsets may be stored before each {@link #polling}, stores the noted ones from time to
 * time, and then calls {@link #committed}. So progress that was done at the poll before the last is noted, and progress
 * that was noted at one commit is stored by the next.
 *
 * <p>Reading the offsets back through Connect's {@code OffsetStorageReader} would give the same result, but is dangerous:
 * it flushes the task's producer while it holds a lock that Connect needs to cancel the task. While a partition is offline
 * the flush does not end, and blocks the whole worker.
 */
public final class CommittedProgress implements CompletedOffsets {

    /** The tickets of records that Connect is not done with, and of records behind such a record. */
    private final Map<TopicPartition, Queue<Ticket>> open = new HashMap<>();

    private final Map<TopicPartition, Long> acknowledged;
    private final Map<TopicPartition, Long> durable;
    /** Truncations of logs by partition, until progress that was made after them is durable. */
    private final Map<TopicPartition, Truncation> truncations = new HashMap<>();

    // Changes on their way from acknowledged to durable.
    private Map<TopicPartition, Ticket> acknowledgedSincePoll = new HashMap<>();
    private Map<TopicPartition, Ticket> acknowledgedAtPoll = new HashMap<>();
    private Map<TopicPartition, Ticket> noted = new HashMap<>();
    private Map<TopicPartition, Ticket> notedAtCommit = new HashMap<>();

    /** @param stored the lowest pending offset of each partition, from which the task starts */
    public CommittedProgress(Map<TopicPartition, Long> stored) {
        acknowledged = new HashMap<>(stored);
        durable = new HashMap<>(stored);
    }

    /** Notes that Connect polls for records; called on the thread of the task. */
    public synchronized void polling() {
        advance();
        noted.putAll(acknowledgedAtPoll);
        acknowledgedAtPoll = acknowledgedSincePoll;
        acknowledgedSincePoll = new HashMap<>();
    }

    /**
     * Notes that Connect is handed a record.
     *
     * @param readFrom the partition that its message was read from
     */
    public synchronized void handedOut(TopicPartition readFrom, Ticket ticket) {
        open.computeIfAbsent(readFrom, partition -> new ArrayDeque<>()).add(ticket);
    }

    /** Notes that Connect has stored the offsets of written records, or found none to store. */
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
     * Notes that the log of a partition was truncated, and has other records from an offset on. Progress there no longer
     * counts: no progress beyond that offset is durable until progress with the new records is, so that none of them is
     * deleted. Source records from before the truncation may be handed out long after it.
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
