/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.kafka.header.KafkaMessageHeaders;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.progress.SourceOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** A partition of an input or a tier: its schedule, and the fetched records that the schedule has not taken yet. */
public final class InputPartition {

    private final TopicPartition partition;
    private final String topicId;
    private final boolean isTier;
    private final Map<String, Object> sourcePartition;
    private final PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule;
    private final HeldByAttempt attempts;
    private final int truncations;
    private final Deque<Fetched> fetched = new ArrayDeque<>();
    private long fetchedBytes;
    private long fetchedTo;
    private long resumeMs;

    /** @param bytes the memory that it takes */
    private record Fetched(ConsumerRecord<byte[], byte[]> record, int bytes) {}

    public InputPartition(
            TopicPartition partition,
            String topicId,
            boolean isTier,
            PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule) {
        this(partition, topicId, isTier, schedule, new HeldByAttempt(), 0);
    }

    /** @param attempts counts the messages that the schedule holds */
    InputPartition(
            TopicPartition partition,
            String topicId,
            boolean isTier,
            PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule,
            HeldByAttempt attempts,
            int truncations) {
        this.partition = partition;
        this.topicId = topicId;
        this.isTier = isTier;
        this.sourcePartition = SourceOffset.partition(partition);
        this.schedule = schedule;
        this.attempts = attempts;
        this.truncations = truncations;
    }

    public TopicPartition topicPartition() {
        return partition;
    }

    /** Whether the partition belongs to a tier, to which the connector itself writes. */
    public boolean isTier() {
        return isTier;
    }

    /** How often the log was truncated since this task began to read the partition. */
    public int truncations() {
        return truncations;
    }

    public PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule() {
        return schedule;
    }

    public Map<String, Object> sourcePartition() {
        return sourcePartition;
    }

    public Map<String, Object> sourceOffset(Progress progress, RecordKind kind) {
        return SourceOffset.of(progress, topicId, kind);
    }

    /** Adds fetched records, and notes the position up to which everything is fetched. */
    void fetched(List<ConsumerRecord<byte[], byte[]>> records, long position) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            add(new Fetched(record, RecordSize.held(record)));
        }
        fetchedTo = position;
    }

    private void add(Fetched one) {
        fetched.add(one);
        fetchedBytes += one.bytes();
    }

    /**
     * A copy of the partition without its fetched and held records from an offset on, because the log has other records
     * there. It replaces this object, to which earlier actions may still refer.
     */
    public InputPartition truncate(long end) {
        InputPartition left = new InputPartition(partition, topicId, isTier, schedule, attempts, truncations + 1);
        for (Fetched one = fetched.poll(); one != null && one.record().offset() < end; one = fetched.poll()) {
            left.add(one);
        }
        left.fetchedTo = Math.min(fetchedTo, end);
        fetched.clear();
        fetchedBytes = 0;
        schedule.truncate(end);
        return left;
    }

    /** How many of the held messages wait for which attempt, apart from the first delivery. */
    public Map<Integer, Integer> waitingByAttempt() {
        return attempts.counts();
    }

    boolean hasFetched() {
        return !fetched.isEmpty();
    }

    /** The memory that fetched records take that were not taken yet, in bytes. */
    long fetchedBytes() {
        return fetchedBytes;
    }

    /**
     * Drops the last fetched records until no more are left than allowed.
     *
     * @param mostBytes how many bytes may be left
     * @param leastRecords how many records are left even if they are larger
     * @return the first dropped record, from which the partition has to be read again; null if none was dropped
     */
    @Nullable
    ConsumerRecord<byte[], byte[]> keepFetched(long mostBytes, int leastRecords) {
        ConsumerRecord<byte[], byte[]> first = null;
        while (fetchedBytes > mostBytes && fetched.size() > leastRecords) {
            Fetched last = fetched.removeLast();
            fetchedBytes -= last.bytes();
            first = last.record();
            fetchedTo = first.offset();
        }
        return first;
    }

    /** Sets when the partition is read again, epoch ms. */
    void resumeAt(long ms) {
        resumeMs = ms;
    }

    /** When the partition is read again, epoch ms. */
    long resumeMs() {
        return resumeMs;
    }

    /**
     * When the message that has waited here longest failed, epoch ms, among those that are held or next to leave a tier;
     * below zero if none waits, or if it did not fail.
     */
    public long oldestFailureMs() {
        Entry<Outgoing> first = schedule.firstHeld();
        if (!isTier) {
            return first == null ? -1 : first.enteredMs();
        }
        ConsumerRecord<byte[], byte[]> message =
                first == null ? firstFetched() : first.message().record();
        return message == null
                ? -1
                : HeaderNumber.of(new KafkaMessageHeaders(message.headers()), HeaderNames.RETRY_LAST_FAILURE);
    }

    /** Whether the first fetched record was held before a restart, or may have been; if not, all such records are restored. */
    boolean isFirstToBeTakenUp() {
        if (schedule.isReplaying() && fetched.element().record().offset() >= schedule.next()) {
            schedule.readUpTo(schedule.next());
        }
        return schedule.isReplaying();
    }

    /** Offers the first fetched record to the schedule; returns whether the schedule took it. */
    boolean offerFirst(long nowMs, Consumer<? super Action<Outgoing>> out) {
        Fetched first = fetched.element();
        ConsumerRecord<byte[], byte[]> record = first.record();
        long readTo = fetched.size() == 1 ? Math.max(fetchedTo, record.offset() + 1) : record.offset() + 1;
        int epoch = record.leaderEpoch().orElse(Progress.NO_EPOCH);
        boolean taken = schedule.offer(record.offset(), epoch, record, readTo, nowMs, out);
        if (taken) {
            fetched.remove();
            fetchedBytes -= first.bytes();
        }
        return taken;
    }

    private @Nullable ConsumerRecord<byte[], byte[]> firstFetched() {
        Fetched first = fetched.peek();
        return first == null ? null : first.record();
    }
}
