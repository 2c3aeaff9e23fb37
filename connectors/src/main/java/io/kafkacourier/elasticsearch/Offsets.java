/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which offsets may be committed. Partitions are those a record was read from, whatever transforms made of its topic
 * (KIP-793). Not safe for use by several threads.
 */
final class Offsets {

    private final Map<TopicPartition, PartitionOffsets> partitions = new HashMap<>();

    /** Where the record was read from. */
    static TopicPartition origin(SinkRecord record) {
        return new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    }

    /** Begins an assignment; answers for an earlier one of the same partitions count no more. */
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

    /** Takes in a record, by a clock that never goes back: from now on its offset is not passed until it is settled. */
    Pending track(SinkRecord record, long nowMs) {
        PartitionOffsets offsets = partitions.computeIfAbsent(origin(record), p -> new PartitionOffsets());
        return new Pending(record, offsets, offsets.add(record.originalKafkaOffset(), nowMs), Footprint.of(record));
    }

    /** Memory that the offsets themselves hold, beyond what they always do. */
    long heldBytes() {
        long bytes = 0;
        for (PartitionOffsets offsets : partitions.values()) {
            bytes += offsets.heldBytes();
        }
        return bytes;
    }

    /** When the oldest record that is on its way was taken in; empty when nothing is on its way. */
    OptionalLong oldestMs() {
        return partitions.values().stream()
                .map(PartitionOffsets::oldestMs)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    /** Whether a record of one of these partitions is on its way. */
    boolean isPending(Collection<TopicPartition> asked) {
        return asked.stream().anyMatch(partition -> lowWaterMark(partition).isPresent());
    }

    /**
     * What may be committed.
     *
     * @param current the offsets behind the last records that were read, those that transforms dropped included
     * @return the low-water mark of each of these partitions; {@code current} where nothing is on its way
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
