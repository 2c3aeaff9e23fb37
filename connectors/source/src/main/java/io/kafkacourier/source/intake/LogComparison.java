/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Compares logs with the records that were read from them before a restart, by leader epoch: the consumer asks the leader
 * where that epoch ended (KIP-320). For one thread at a time.
 */
final class LogComparison {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Consumer<byte[], byte[]> consumer;

    /** @param consumer has the partitions assigned; afterwards its positions are undefined */
    LogComparison(Consumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** See {@link InputReader#findTruncated}. */
    Map<TopicPartition, Long> findTruncated(
            Map<TopicPartition, InputReader.Position> read, Map<TopicPartition, InputReader.Range> ranges) {
        Map<TopicPartition, Long> truncated = findShorter(read, ranges);
        Set<TopicPartition> open = read.entrySet().stream()
                .filter(position -> position.getValue().epoch() >= 0)
                .map(Map.Entry::getKey)
                .collect(toSet());
        if (!open.isEmpty()) {
            // While one position is compared, the consumer needs a position in every partition.
            ranges.forEach((partition, range) -> consumer.seek(partition, range.first()));
        }
        open.forEach(partition -> {
            InputReader.Position position = requireNonNull(read.get(partition));
            consumer.seek(partition, new OffsetAndMetadata(position.epochEnd(), Optional.of(position.epoch()), ""));
        });
        while (!open.isEmpty()) {
            TopicPartition partition = open.iterator().next();
            try {
                consumer.position(partition, PATIENCE);
                open.remove(partition);
            } catch (LogTruncationException e) {
                e.offsetOutOfRangePartitions().keySet().forEach(found -> {
                    InputReader.Range range = requireNonNull(ranges.get(found));
                    long from = divergence(e, found, range.first());
                    if (from < requireNonNull(read.get(found)).next()) {
                        truncated.merge(found, from, Math::min);
                    }
                    // A position without an epoch is not compared.
                    consumer.seek(found, range.first());
                    open.remove(found);
                });
            } catch (TimeoutException e) {
                throw new ConnectException(
                        "The log of " + partition + " could not be compared with the records that were read from it"
                                + " before, within "
                                + PATIENCE.toSeconds() + " s; check whether it has a leader",
                        e);
            }
        }
        return truncated;
    }

    private static Map<TopicPartition, Long> findShorter(
            Map<TopicPartition, InputReader.Position> read, Map<TopicPartition, InputReader.Range> ranges) {
        Map<TopicPartition, Long> shorter = new HashMap<>();
        read.forEach((partition, position) -> {
            long end = requireNonNull(ranges.get(partition)).end();
            if (end < position.next()) {
                shorter.put(partition, end);
            }
        });
        return shorter;
    }

    /** The first offset with another record; the beginning of the log if the broker does not report one. */
    static long divergence(LogTruncationException e, TopicPartition partition, long first) {
        OffsetAndMetadata divergent = e.divergentOffsets().get(partition);
        return divergent == null ? first : divergent.offset();
    }
}
