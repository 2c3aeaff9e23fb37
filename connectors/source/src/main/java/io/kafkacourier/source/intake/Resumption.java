/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.progress.SourceOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** Where the partitions of a task go on: the stored offsets, held against the topics and logs there are now. */
final class Resumption {

    private final InputReader reader;
    private final MissingRecords missing;
    private final Map<TopicPartition, InputReader.Range> ranges;
    private final Map<String, String> topicIds;
    private final Map<TopicPartition, Progress> progress = new HashMap<>();
    private final Map<TopicPartition, InputReader.Position> read = new HashMap<>();

    /**
     * @param ranges the offsets of each partition
     * @param topicIds Kafka's current ids of the topics
     */
    Resumption(
            InputReader reader,
            MissingRecords missing,
            Map<TopicPartition, InputReader.Range> ranges,
            Map<String, String> topicIds) {
        this.reader = reader;
        this.missing = missing;
        this.ranges = ranges;
        this.topicIds = topicIds;
    }

    /**
     * Adds a partition.
     *
     * @param stored its stored offset; null if there is none
     * @param currentSettings the current settings
     * @throws ConnectException if its topic was created anew and missing records must not be skipped, or if the stored
     *     offset cannot be read
     */
    void add(TopicPartition partition, @Nullable Map<String, Object> stored, String currentSettings) {
        InputReader.Range range = Objects.requireNonNull(ranges.get(partition));
        Progress beginning = Progress.from(range.first(), currentSettings);
        if (stored == null) {
            missing.unknown(partition, range.first());
            progress.put(partition, beginning);
            return;
        }
        SourceOffset offset = SourceOffset.parse(stored, currentSettings);
        Progress restored = offset.progress();
        if (offset.topicId() == null) {
            // An offset that a user set does not tell which log it was meant for.
            read.put(partition, new InputReader.Position(restored.next(), Progress.NO_EPOCH, restored.next()));
        } else if (offset.topicId().equals(topicIds.get(partition.topic()))) {
            read.put(partition, new InputReader.Position(restored.next(), restored.epoch(), restored.epochEnd()));
        } else {
            missing.recreated(partition, restored.next(), restored.next() - restored.low());
            restored = beginning;
        }
        progress.put(partition, restored);
    }

    /**
     * The progress from which each partition continues.
     *
     * @throws ConnectException if one was truncated and missing records must not be skipped
     */
    Map<TopicPartition, Progress> progress() {
        reader.findTruncated(read, ranges)
                .forEach((partition, end) -> progress.computeIfPresent(partition, (same, restored) -> {
                    missing.truncated(partition, end, restored.next());
                    return restored.truncate(end);
                }));
        return Map.copyOf(progress);
    }
}
