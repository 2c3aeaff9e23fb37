/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets may be committed. A record belongs to the partition that it was read from, whatever topic transforms gave it
 * (KIP-793). Not safe for use by several threads.
 */
final class Offsets {

    private final Map<TopicPartition, PartitionOffsets> partitions = new HashMap<>();

    /** Where the record was read from. */
    static TopicPartition origin(SinkRecord record) {
        return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    }

    /** Begins an assignment. Answers for an earlier assignment of the same partitions no longer count. */
    void open(Collection<TopicPartition> opened) {
        for (TopicPartition partition : opened) {
            PartitionOffsets earlier = partitions.put(partition, new PartitionOffsets());
            if (earlier != null) {
                earlier.close();
            }
        }
    }

    /** Ends an assignment. */
    void close(Collection<TopicPartition> closed) {
        for (TopicPartition partition : closed) {
            PartitionOffsets offsets = partitions.remove(partition);
            if (offsets != null) {
                offsets.close();
            }
        }
    }

    /**
     * Takes in a record: from now on, no offset after it is committed until it is settled.
     *
     * @param nowMs milliseconds of a clock that never goes back
     */
    PendingRecord track(SinkRecord record, long nowMs) {
        return partitions
                .computeIfAbsent(origin(record), p -> new PartitionOffsets())
                .add(record, record.originalKafkaOffset(), nowMs, Footprint.of(record));
    }

    /** The partitions whose records for faulty destinations take more than {@code maxBytes} of memory. */
    Set<TopicPartition> stuckBeyond(long maxBytes) {
        Set<TopicPartition> stuck = new HashSet<>();
        partitions.forEach((partition, offsets) -> {
            if (offsets.stuckBytes() > maxBytes) {
                stuck.add(partition);
            }
        });
        return stuck;
    }

    /** The memory of all records that wait for faulty destinations. */
    long stuckBytes() {
        long bytes = 0;
        for (PartitionOffsets offsets : partitions.values()) {
            bytes += offsets.stuckBytes();
        }
        return bytes;
    }

    /** How many partitions are assigned. */
    int partitions() {
        return partitions.size();
    }

    /** When the oldest pending record was taken in; empty if nothing is pending. */
    OptionalLong oldestMs() {
        return partitions.values().stream()
                .map(PartitionOffsets::oldestMs)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    /** Whether a record of one of these partitions is pending. */
    boolean isPending(Collection<TopicPartition> asked) {
        return asked.stream().anyMatch(partition -> lowWaterMark(partition).isPresent());
    }

    /**
     * What may be committed.
     *
     * @param current the offsets after the last records that were read, including those that transforms dropped
     * @return the low-water mark of each of these partitions; {@code current} if nothing is pending
     */
    Map<TopicPartition, OffsetAndMetadata> committable(Map<TopicPartition, OffsetAndMetadata> current) {
        Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>(current);
        committable.replaceAll((partition, end) -> {
            OptionalLong mark = lowWaterMark(partition);
            return mark.isPresent() ? new OffsetAndMetadata(mark.getAsLong()) : end;
        });
        return committable;
    }

    private OptionalLong lowWaterMark(TopicPartition partition) {
        @Nullable PartitionOffsets offsets = partitions.get(partition);
        return offsets == null ? OptionalLong.empty() : offsets.lowWaterMark();
    }
}
