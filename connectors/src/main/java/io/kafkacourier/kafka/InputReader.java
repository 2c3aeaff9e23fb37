/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads assigned partitions from given positions, and says so where records are missing: because they were deleted, because
 * a log was truncated, even if it has grown again since, or because the topic is another one. For one thread at a time,
 * except {@link #wakeup}.
 */
public final class InputReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(InputReader.class);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Consumer<byte[], byte[]> consumer;
    private final MissingRecords missing;
    private final Function<Collection<String>, Map<String, String>> lookUpIds;
    private final Map<String, String> topicIds = new HashMap<>();
    private final Set<TopicPartition> paused = new HashSet<>();
    private List<Break> breaks = new ArrayList<>();

    /**
     * @param consumer without a group and without {@code auto.offset.reset}; closed with this
     * @param missing what to do where records are missing
     * @param lookUpIds asks for Kafka's ids of topics; those that it does not tell are taken for what they were
     */
    public InputReader(
            Consumer<byte[], byte[]> consumer,
            MissingRecords missing,
            Function<Collection<String>, Map<String, String>> lookUpIds) {
        this.consumer = consumer;
        this.missing = missing;
        this.lookUpIds = lookUpIds;
    }

    /** The offsets a partition has: from {@code first} to below {@code end}. */
    public record Range(long first, long end) {}

    /**
     * Up to where a partition was read.
     *
     * @param next the next unread offset
     * @param epoch which leader wrote the last record before it; below zero where none is known
     * @param epochEnd the offset behind that record; others up to {@code next}, such as the markers of transactions, may be of
     *     a later leader
     */
    public record Position(long next, int epoch, long epochEnd) {}

    /** Where a partition is read that is not what was read before. */
    public sealed interface Break {

        /** The partition. */
        TopicPartition partition();

        /** From {@code from} on, there are other records than there were. */
        record Truncated(TopicPartition partition, long from) implements Break {}

        /** The topic is another one, which begins at {@code first}. */
        record Recreated(TopicPartition partition, String topicId, long first) implements Break {}
    }

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
     * Kafka's ids of the topics that are read, as they are now.
     *
     * @param known those that somebody else looked up some time ago
     */
    public Map<String, String> topicIds(Map<String, String> known) {
        topicIds.putAll(known);
        topicIds.putAll(lookUpIds.apply(known.keySet()));
        return Map.copyOf(topicIds);
    }

    /**
     * From which offset on the logs of partitions have other records than those that were read; those that have the same
     * are left out, and so are those that begin behind what was read.
     *
     * @param read up to where they were read
     * @param ranges what they have now
     * @throws ConnectException where the cluster does not say
     */
    public Map<TopicPartition, Long> findTruncated(
            Map<TopicPartition, Position> read, Map<TopicPartition, Range> ranges) {
        Map<TopicPartition, Long> truncated = new HashMap<>();
        read.forEach((partition, position) -> {
            long end = requireNonNull(ranges.get(partition)).end();
            if (end < position.next()) {
                truncated.put(partition, end);
            }
        });
        Set<TopicPartition> open = read.entrySet().stream()
                .filter(position -> position.getValue().epoch() >= 0)
                .map(Map.Entry::getKey)
                .collect(toSet());
        if (!open.isEmpty()) {
            // While one position is compared, the consumer wants to know one of every partition.
            ranges.forEach((partition, range) -> consumer.seek(partition, range.first()));
        }
        open.forEach(partition -> {
            Position position = requireNonNull(read.get(partition));
            consumer.seek(partition, new OffsetAndMetadata(position.epochEnd(), Optional.of(position.epoch()), ""));
        });
        while (!open.isEmpty()) {
            TopicPartition partition = open.iterator().next();
            try {
                consumer.position(partition, PATIENCE);
                open.remove(partition);
            } catch (LogTruncationException e) {
                e.offsetOutOfRangePartitions().keySet().forEach(found -> {
                    Range range = requireNonNull(ranges.get(found));
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
                        "The log of " + partition + " could not be compared with what was read of it before within "
                                + PATIENCE.toSeconds() + " s; is its leader there?",
                        e);
            }
        }
        return truncated;
    }

    /**
     * Starts to read a partition at {@code from}.
     *
     * @param range what the partition has
     * @throws ConnectException where records from {@code from} on are missing and that is not to be borne
     */
    public void start(TopicPartition partition, long from, Range range) {
        if (from < range.first()) {
            missing.deleted(partition, from, range.first());
        }
        consumer.seek(partition, Math.max(from, range.first()));
    }

    /**
     * Reads from the partitions that are not paused; returns no later than the timeout, empty after {@link #wakeup} and
     * where there is a break.
     *
     * @throws ConnectException where records are missing and that is not to be borne
     * @throws RetriableException where the cluster does not say whether any are, or if it does not let the consumer in, or
     *     read a topic, which may be over soon
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        try {
            return consumer.poll(timeout);
        } catch (LogTruncationException e) {
            e.offsetOutOfRangePartitions().forEach((partition, position) -> goOnInLog(partition, position, e));
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

    /** Where partitions have gone on since the last time somewhere else than behind what was returned of them. */
    public List<Break> breaks() {
        List<Break> found = breaks;
        breaks = found.isEmpty() ? found : new ArrayList<>();
        return found;
    }

    /** Below which offset everything of the partition was returned; empty where the consumer has to find its place. */
    public OptionalLong position(TopicPartition partition) {
        try {
            return OptionalLong.of(consumer.position(partition, Duration.ZERO));
        } catch (TimeoutException e) {
            return OptionalLong.empty();
        } catch (WakeupException e) {
            return OptionalLong.empty();
        } catch (InvalidOffsetException e) {
            return untilNextPoll(partition, e);
        } catch (AuthorizationException e) {
            return untilNextPoll(partition, e);
        } catch (AuthenticationException e) {
            return untilNextPoll(partition, e);
        }
    }

    /** What keeps the consumer from its place is found again by the next {@link #poll}, which knows what to do. */
    private static OptionalLong untilNextPoll(TopicPartition partition, KafkaException e) {
        log.debug("The position in {} is not known", partition, e);
        return OptionalLong.empty();
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

    /** How many offsets were missing so far. */
    public long missing() {
        return missing.total();
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
        if (isBegunAnew(partition) || goesOnInAnother(partition, position)) {
            return;
        }
        Range range = range(partition);
        if (position < range.first()) {
            missing.deleted(partition, position, range.first());
            consumer.seek(partition, range.first());
        } else if (position > range.end()) {
            goOnAt(partition, position, range.end());
        } else {
            log.info("{} has offset {} by now, which its leader did not have a moment ago", partition, position);
        }
    }

    private void goOnInLog(TopicPartition partition, long position, LogTruncationException e) {
        if (isBegunAnew(partition) || goesOnInAnother(partition, position)) {
            return;
        }
        long from = divergence(e, partition, range(partition).first());
        if (from < position) {
            goOnAt(partition, position, from);
        } else {
            if (from > position) {
                missing.deleted(partition, position, from);
            }
            consumer.seek(partition, from);
        }
    }

    /** Whether that was found with another partition of its topic just now. */
    private boolean isBegunAnew(TopicPartition partition) {
        return breaks.stream()
                .anyMatch(found ->
                        found instanceof Break.Recreated && found.partition().equals(partition));
    }

    private void goOnAt(TopicPartition partition, long position, long from) {
        missing.truncated(partition, from, position);
        consumer.seek(partition, from);
        breaks.add(new Break.Truncated(partition, from));
    }

    /** Whether the topic is another one, which decides, whatever the offsets are; all its partitions begin anew then. */
    private boolean goesOnInAnother(TopicPartition partition, long position) {
        String topic = partition.topic();
        String known = topicIds.get(topic);
        String id = id(topic);
        if (known == null || id == null || id.equals(known)) {
            return false;
        }
        Set<TopicPartition> others = consumer.assignment().stream()
                .filter(other -> other.topic().equals(topic))
                .collect(toSet());
        Map<TopicPartition, Long> firsts = consumer.beginningOffsets(others);
        missing.recreated(partition, position, 0);
        topicIds.put(topic, id);
        firsts.forEach((other, first) -> {
            consumer.seek(other, first);
            breaks.add(new Break.Recreated(other, id, first));
        });
        return true;
    }

    private @Nullable String id(String topic) {
        try {
            return lookUpIds.apply(Set.of(topic)).get(topic);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            throw new RetriableException(
                    "What became of the records of topic " + topic + " is not known yet: " + e.getMessage(), e);
        }
    }

    private Range range(TopicPartition partition) {
        Set<TopicPartition> one = Set.of(partition);
        return new Range(
                requireNonNull(consumer.beginningOffsets(one).get(partition)),
                requireNonNull(consumer.endOffsets(one).get(partition)));
    }

    /** Where the broker does not say, nothing of the log is what it was. */
    private static long divergence(LogTruncationException e, TopicPartition partition, long first) {
        OffsetAndMetadata divergent = e.divergentOffsets().get(partition);
        return divergent == null ? first : divergent.offset();
    }
}
