/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads assigned partitions from given positions, and says so where records are missing. For one thread at a time, except
 * {@link #wakeup}.
 */
public final class InputReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(InputReader.class);

    private final Consumer<byte[], byte[]> consumer;
    private final Function<String, OnMissing> onMissing;
    private final Set<TopicPartition> paused = new HashSet<>();
    private long missing;

    /**
     * @param consumer without a group and without {@code auto.offset.reset}; closed with this
     * @param onMissing what to do where records of a topic were deleted before they were read
     */
    public InputReader(Consumer<byte[], byte[]> consumer, Function<String, OnMissing> onMissing) {
        this.consumer = consumer;
        this.onMissing = onMissing;
    }

    /** The offsets a partition has: from {@code first} to below {@code end}. */
    public record Range(long first, long end) {}

    /** Takes over partitions, each of which then needs a {@link #start}, and says what they have. */
    public Map<TopicPartition, Range> assign(Collection<TopicPartition> partitions) {
        consumer.assign(partitions);
        Map<TopicPartition, Long> firsts = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        return partitions.stream()
                .collect(toMap(
                        partition -> partition,
                        partition ->
                                new Range(requireNonNull(firsts.get(partition)), requireNonNull(ends.get(partition)))));
    }

    /**
     * Starts to read a partition at {@code from}.
     *
     * @param range what the partition has
     * @param next up to which offset it was read before
     * @throws ConnectException where records from {@code from} on are missing and that is not to be borne, or where the
     *     partition ends below {@code next}
     */
    public void start(TopicPartition partition, long from, long next, Range range) {
        if (range.end() < next) {
            throw truncated(partition, next, range.end());
        } else if (from < range.first()) {
            skip(partition, from, range.first());
        } else {
            consumer.seek(partition, from);
        }
    }

    /**
     * Reads from the partitions that are not paused; returns no later than the timeout, empty after {@link #wakeup}.
     *
     * @throws RetriableException if the cluster does not let the consumer in, or read a topic, which may be over soon
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        try {
            return consumer.poll(timeout);
        } catch (OffsetOutOfRangeException e) {
            e.offsetOutOfRangePartitions().forEach(this::goOnInRange);
        } catch (WakeupException e) {
            log.debug("Woken up");
        } catch (TopicAuthorizationException e) {
            throw new RetriableException(
                    e.unauthorizedTopics().stream()
                            .sorted()
                            .map(topic -> MissingPermission.on(topic, AclOperation.READ, "the connector's consumer"))
                            .collect(joining("; ")),
                    e);
        } catch (AuthenticationException e) {
            throw new RetriableException("The cluster does not let the connector's consumer in: " + e.getMessage(), e);
        }
        return ConsumerRecords.empty();
    }

    /** Below which offset everything of the partition was returned; empty where the consumer has to find its place. */
    public OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        } catch (WakeupException e) {
            return OptionalLong.empty();
        }
    }

    /** Has a partition read, or not, by the polls that follow; what was fetched of it already is kept. */
    public void pause(TopicPartition partition, boolean pause) {
        if (pause && paused.add(partition)) {
            consumer.pause(Set.of(partition));
        } else if (!pause && paused.remove(partition)) {
            consumer.resume(Set.of(partition));
        }
    }

    /**
     * Reads a partition again from a record that was returned before.
     *
     * @param leaderEpoch that of the record, by which a truncation meanwhile is noticed; empty if it has none
     */
    public void goBack(TopicPartition partition, long offset, Optional<Integer> leaderEpoch) {
        consumer.seek(partition, new OffsetAndMetadata(offset, leaderEpoch, ""));
    }

    /** How many offsets were deleted before they were read, and skipped. */
    public long missing() {
        return missing;
    }

    /** Ends the poll that another thread is in, or else the next. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void goOnInRange(TopicPartition partition, long position) {
        long first = requireNonNull(consumer.beginningOffsets(Set.of(partition)).get(partition));
        if (position < first) {
            skip(partition, position, first);
        } else {
            throw truncated(
                    partition,
                    position,
                    requireNonNull(consumer.endOffsets(Set.of(partition)).get(partition)));
        }
    }

    private void skip(TopicPartition partition, long from, long first) {
        if (onMissing.apply(partition.topic()) == OnMissing.FAIL) {
            throw new ConnectException("Records " + partition + "@" + from + " to " + (first - 1)
                    + " were deleted before they were delivered; on.missing=skip goes on behind them");
        }
        missing += first - from;
        log.warn("Skipping {}@{} to {}: deleted before they were delivered", partition, from, first - 1);
        consumer.seek(partition, first);
    }

    private static ConnectException truncated(TopicPartition partition, long next, long end) {
        return new ConnectException("Partition " + partition + " ends at offset " + end + ", but was read up to " + next
                + ": it was truncated. Alter or reset the offsets of the connector");
    }
}
