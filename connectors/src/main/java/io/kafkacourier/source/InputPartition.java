/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.core.header.HeaderNames;
import io.kafkacourier.core.header.HeaderNumber;
import io.kafkacourier.core.header.KafkaMessageHeaders;
import io.kafkacourier.core.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** A partition of an input or a tier: its schedule, and what was fetched of it but could not be taken yet. */
final class InputPartition {

    private final TopicPartition partition;
    private final String topicId;
    private final boolean isTier;
    private final Map<String, Object> sourcePartition;
    private final PartitionSchedule<ConsumerRecord<byte[], byte[]>> schedule;
    private final Queue<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private long fetchedTo;

    InputPartition(
            TopicPartition partition,
            String topicId,
            boolean isTier,
            PartitionSchedule<ConsumerRecord<byte[], byte[]>> schedule) {
        this.partition = partition;
        this.topicId = topicId;
        this.isTier = isTier;
        this.sourcePartition = SourceOffset.partition(partition);
        this.schedule = schedule;
    }

    TopicPartition topicPartition() {
        return partition;
    }

    /** Whether messages come here from the connector itself. */
    boolean isTier() {
        return isTier;
    }

    PartitionSchedule<ConsumerRecord<byte[], byte[]>> schedule() {
        return schedule;
    }

    Map<String, Object> sourcePartition() {
        return sourcePartition;
    }

    Map<String, Object> sourceOffset(Progress progress, RecordKind kind) {
        return SourceOffset.of(progress, topicId, kind);
    }

    /** Takes what was fetched, and up to which offset everything is fetched with it. */
    void fetched(List<ConsumerRecord<byte[], byte[]>> records, long position) {
        fetched.addAll(records);
        fetchedTo = position;
    }

    /** Gives up what was fetched and what is held from an offset on: there are other records there. */
    void cutOff(long end) {
        fetched.removeIf(record -> record.offset() >= end);
        fetchedTo = Math.min(fetchedTo, end);
        schedule.cutOff(end);
    }

    boolean hasFetched() {
        return !fetched.isEmpty();
    }

    /**
     * When the message failed that has waited here longest, of those that are held or next to leave a tier, epoch ms; below
     * zero where none waits, or did not fail.
     */
    long oldestFailureMs() {
        Entry<ConsumerRecord<byte[], byte[]>> first = schedule.firstHeld();
        if (!isTier) {
            return first == null ? -1 : first.enteredMs();
        }
        ConsumerRecord<byte[], byte[]> message = first == null ? fetched.peek() : first.record();
        return message == null
                ? -1
                : HeaderNumber.of(new KafkaMessageHeaders(message.headers()), HeaderNames.RETRY_LAST_FAILURE);
    }

    /** Offers the first of what was fetched to the schedule; says whether it was taken. */
    boolean offerFirst(long nowMs, Consumer<? super Action<ConsumerRecord<byte[], byte[]>>> out) {
        ConsumerRecord<byte[], byte[]> record = fetched.element();
        long readTo = fetched.size() == 1 ? Math.max(fetchedTo, record.offset() + 1) : record.offset() + 1;
        int epoch = record.leaderEpoch().orElse(Progress.NO_EPOCH);
        boolean taken = schedule.offer(record.offset(), epoch, record, readTo, nowMs, out);
        if (taken) {
            fetched.remove();
        }
        return taken;
    }
}
