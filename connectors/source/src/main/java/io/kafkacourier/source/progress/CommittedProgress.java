/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.common.TopicPartition;

/**
 * How far partitions have come, as told by what Connect says of the records it was handed. Safe for use by several threads.
 *
 * <p>A partition is done with up to the last of its records that was written, such that Connect is done with all before.
 * It is durable one step later. With exactly-once support a record and its offset are written in one transaction, before
 * we hear of either. Without it, Connect notes which offsets may be stored before each {@link #polling}, stores those
 * noted so far from time to time, and says {@link #committed} after that. So what was done at the poll before the last is
 * noted; and what was noted at one commit is stored by the next.
 *
 * <p>Reading the offsets back through Connect's {@code OffsetStorageReader} would tell the same at a danger: it flushes the
 * task's producer while it holds a lock that Connect needs to cancel the task. While one partition is offline the flush does
 * not end, and the whole worker stands still with it.
 */
public final class CommittedProgress implements Lows {

    /** Of the records that Connect was handed and is not done with, and of those behind such a record. */
    private final Map<TopicPartition, Queue<Ticket>> open = new HashMap<>();

    private final Map<TopicPartition, Long> done;
    private final Map<TopicPartition, Long> durable;
    /** Where logs were truncated and other records begin, until what came after that is durable, by partition. */
    private final Map<TopicPartition, Truncation> truncations = new HashMap<>();

    // What has changed, on its way from done to durable.
    private Map<TopicPartition, Ticket> doneSincePoll = new HashMap<>();
    private Map<TopicPartition, Ticket> doneAtPoll = new HashMap<>();
    private Map<TopicPartition, Ticket> noted = new HashMap<>();
    private Map<TopicPartition, Ticket> notedAtCommit = new HashMap<>();

    /** @param stored the lowest offset of each partition that is not done with, from which the task starts */
    public CommittedProgress(Map<TopicPartition, Long> stored) {
        done = new HashMap<>(stored);
        durable = new HashMap<>(stored);
    }

    /** Connect is about to be handed records, on its own thread. */
    public synchronized void polling() {
        advance();
        noted.putAll(doneAtPoll);
        doneAtPoll = doneSincePoll;
        doneSincePoll = new HashMap<>();
    }

    /**
     * Connect is handed a record.
     *
     * @param readFrom the partition that its message was read from
     */
    public synchronized void handedOut(TopicPartition readFrom, Ticket ticket) {
        open.computeIfAbsent(readFrom, partition -> new ArrayDeque<>()).add(ticket);
    }

    /** Connect has stored the offsets of what was written, or found none to store. */
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
     * The log of a partition was truncated, and has other records from an offset on. What was done there does not count: no
     * progress beyond that offset is durable before some that was made with the new records is, so that none of them is
     * deleted. What was made before may be handed out long after.
     */
    public synchronized void truncated(TopicPartition partition, Truncation truncation) {
        truncations.merge(partition, truncation, Truncation::and);
    }

    @Override
    public synchronized Map<TopicPartition, Long> done() {
        advance();
        return Map.copyOf(done);
    }

    @Override
    public synchronized Map<TopicPartition, Long> durable() {
        Map<TopicPartition, Long> lows = new HashMap<>(durable);
        truncations.forEach((partition, truncation) -> lows.merge(partition, truncation.from(), Math::min));
        return Map.copyOf(lows);
    }

    private void advance() {
        open.forEach((partition, tickets) -> {
            for (Ticket first = tickets.peek(); first != null && first.isDone(); first = tickets.peek()) {
                tickets.remove();
                if (first.isWritten()) {
                    done.put(partition, first.low());
                    doneSincePoll.put(partition, first);
                }
            }
        });
    }
}
