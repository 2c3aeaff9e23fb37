/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.kafkacourier.kafka.admin.MissingPermission;
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
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
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
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads assigned partitions from given positions, and detects missing records: because they were deleted, because a log was
 * truncated, even if it has grown again since, or because the topic was created anew. For one thread at a time, except
 * {@link #wakeup}.
 */
public final class InputReader implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(InputReader.class);

    /** How long no poll may have happened before the ids of the topics are checked. */
    static final Duration GAP = Duration.ofSeconds(2);

    /** How long a task waits for an answer that may take a while; its other inputs wait as long. */
    private static final Duration BRIEFLY = Duration.ofSeconds(2);

    private final Consumer<byte[], byte[]> consumer;
    private final String who;
    private final MissingRecords missing;
    private final TopicIds ids;
    private final LongSupplier ticker;
    /** The offset behind the last returned record, by partition. */
    private final Map<TopicPartition, Long> readTo = new HashMap<>();

    private final Set<TopicPartition> paused = new HashSet<>();
    private List<Break> breaks = new ArrayList<>();
    private long polledNanos;

    /**
     * @param consumer without a group and without {@code auto.offset.reset}; closed with this object
     * @param who the consumer and its principal, for messages
     * @param missing decides what to do if records are missing
     * @param lookUpIds starts to look up Kafka's ids of topics; an id that it leaves out counts as unchanged
     * @param ticker nanoseconds from any origin
     */
    public InputReader(
            Consumer<byte[], byte[]> consumer,
            String who,
            MissingRecords missing,
            Function<Collection<String>, CompletableFuture<Map<String, String>>> lookUpIds,
            LongSupplier ticker) {
        this.consumer = consumer;
        this.who = who;
        this.missing = missing;
        this.ids = new TopicIds(lookUpIds);
        this.ticker = ticker;
    }

    /** The offsets of a partition: from {@code first} to below {@code end}. */
    public record Range(long first, long end) {}

    /**
     * The position up to which a partition was read.
     *
     * @param next the next unread offset
     * @param epoch the leader epoch of the last record before it; below zero if it is not known
     * @param epochEnd the offset behind that record; later offsets up to {@code next}, such as transaction markers, may be
     *     of a later leader
     */
    public record Position(long next, int epoch, long epochEnd) {}

    /** A change of a partition: its records are not those that were read before. */
    public sealed interface Break {

        /** The partition. */
        TopicPartition partition();

        /** The log was truncated, and has other records from {@code from} on. */
        record Truncated(TopicPartition partition, long from) implements Break {}

        /** The topic was created anew, and begins at {@code first}. */
        record Recreated(TopicPartition partition, String topicId, long first) implements Break {}
    }

    /** Assigns partitions, each of which then needs a {@link #start}, and returns their offsets. */
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
     * Kafka's current ids of the topics that are read.
     *
     * @param known ids that were looked up elsewhere some time ago
     */
    public Map<String, String> topicIds(Map<String, String> known) {
        Map<String, String> current = ids.start(known);
        polledNanos = ticker.getAsLong();
        return current;
    }

    /**
     * Takes Kafka's ids of topics that were looked up elsewhere. They may be out of date: if they differ from the known
     * ids, the next {@link #poll} looks them up before it reads.
     */
    public void tellTopicIds(Map<String, String> found) {
        ids.told(found);
    }

    /**
     * The offsets from which the logs of partitions have other records than those that were read. Partitions with the same
     * records are left out, and so are those whose log begins behind the read position.
     *
     * @param read the positions up to which they were read
     * @param ranges the offsets that they have now
     * @throws ConnectException if the cluster does not answer
     */
    public Map<TopicPartition, Long> findTruncated(
            Map<TopicPartition, Position> read, Map<TopicPartition, Range> ranges) {
        return new LogComparison(consumer).findTruncated(read, ranges);
    }

    /**
     * Starts to read a partition at {@code from}.
     *
     * @param range the offsets of the partition
     * @throws ConnectException if records from {@code from} on are missing and must not be skipped
     */
    public void start(TopicPartition partition, long from, Range range) {
        if (from < range.first()) {
            missing.deleted(partition, from, range.first());
        }
        long begin = Math.max(from, range.first());
        consumer.seek(partition, begin);
        readTo.put(partition, begin);
    }

    /**
     * Reads from the partitions that are not paused. Returns no later than the timeout, and returns no records after {@link
     * #wakeup} or if there is a break. If the last poll was some time ago, as after a pause, or a topic may have been
     * created anew, it looks up the topics' ids first: if the new topic has a record at the position, the broker reports no
     * error.
     *
     * @throws ConnectException if records are missing and must not be skipped
     * @throws RetriableException if the cluster does not answer whether records are missing, or if it does not accept the
     *     consumer or let it read a topic, which may be temporary
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (ticker.getAsLong() - polledNanos > GAP.toNanos()) {
            ids.doubt();
        }
        try {
            if (ids.areInDoubt()) {
                beginOthersAnew(timeout);
            }
            return ids.areInDoubt() || !breaks.isEmpty() ? ConsumerRecords.empty() : read(timeout);
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
                            .map(topic -> MissingPermission.on(topic, AclOperation.READ, who))
                            .collect(joining("; ")),
                    e);
        } catch (AuthenticationException e) {
            throw new RetriableException("The cluster does not let " + who + " in: " + e.getMessage(), e);
        } finally {
            polledNanos = ticker.getAsLong();
        }
        return ConsumerRecords.empty();
    }

    private ConsumerRecords<byte[], byte[]> read(Duration timeout) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(timeout);
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> ofPartition = records.records(partition);
            readTo.put(partition, ofPartition.get(ofPartition.size() - 1).offset() + 1);
        }
        return records;
    }

    /** Restarts all partitions of topics that were created anew; the ids stay in doubt if there is no answer yet. */
    private void beginOthersAnew(Duration timeout) {
        Map<String, String> changed = ids.changed(timeout);
        if (changed != null) {
            changed.forEach(this::beginAnew);
            ids.settled();
        }
    }

    /** The breaks since the last call: partitions that did not continue behind their last returned record. */
    public List<Break> breaks() {
        List<Break> found = breaks;
        breaks = found.isEmpty() ? found : new ArrayList<>();
        return found;
    }

    /**
     * The offset below which all records of the partition were returned; empty if the consumer still has to find its
     * position.
     */
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

    /** No position until the next {@link #poll}, which meets the same error again and handles it. */
    private static OptionalLong untilNextPoll(TopicPartition partition, KafkaException e) {
        log.debug("The position in {} is not known", partition, e);
        return OptionalLong.empty();
    }

    /** Pauses a partition, or resumes it, for the polls that follow; records that were fetched already are kept. */
    public void pause(TopicPartition partition, boolean pause) {
        if (pause && paused.add(partition)) {
            consumer.pause(Set.of(partition));
        } else if (!pause && paused.remove(partition)) {
            consumer.resume(Set.of(partition));
        }
    }

    /**
     * Goes back to a record that was returned before.
     *
     * @param leaderEpoch the leader epoch of the record, which reveals a truncation in the meantime; empty if it has none
     */
    public void goBack(TopicPartition partition, long offset, Optional<Integer> leaderEpoch) {
        consumer.seek(partition, new OffsetAndMetadata(offset, leaderEpoch, ""));
        readTo.put(partition, offset);
    }

    /** The number of missing offsets so far. */
    public long missing() {
        return missing.total();
    }

    /** Ends the poll that another thread is in, or else the next one. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private void goOnInRange(TopicPartition partition, long position) {
        if (isBegunAnew(partition) || goesOnInAnother(partition)) {
            return;
        }
        Range range = range(partition);
        if (position < range.first()) {
            missing.deleted(partition, position, range.first());
            goTo(partition, range.first());
        } else if (position > range.end()) {
            goOnAt(partition, position, range.end());
        } else {
            log.info("{} has offset {} now, which its leader did not have a moment ago", partition, position);
        }
    }

    private void goOnInLog(TopicPartition partition, long position, LogTruncationException e) {
        if (isBegunAnew(partition) || goesOnInAnother(partition)) {
            return;
        }
        long from = LogComparison.divergence(e, partition, range(partition).first());
        if (from < position) {
            goOnAt(partition, position, from);
        } else {
            if (from > position) {
                missing.deleted(partition, position, from);
            }
            goTo(partition, from);
        }
    }

    /** Whether another partition of its topic just showed that the topic was created anew. */
    private boolean isBegunAnew(TopicPartition partition) {
        return breaks.stream()
                .anyMatch(found ->
                        found instanceof Break.Recreated && found.partition().equals(partition));
    }

    private void goOnAt(TopicPartition partition, long position, long from) {
        missing.truncated(partition, from, position);
        goTo(partition, from);
        breaks.add(new Break.Truncated(partition, from));
    }

    private void goTo(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
        readTo.put(partition, offset);
    }

    /** Whether the topic was created anew. That decides, regardless of offsets; all its partitions then begin anew. */
    private boolean goesOnInAnother(TopicPartition partition) {
        String id = ids.changed(partition.topic());
        if (id == null) {
            return false;
        }
        beginAnew(partition.topic(), id);
        return true;
    }

    private void beginAnew(String topic, String id) {
        List<TopicPartition> partitions = consumer.assignment().stream()
                .filter(partition -> partition.topic().equals(topic))
                .sorted(comparingInt(TopicPartition::partition))
                .toList();
        TopicPartition one = partitions.get(0);
        long read = requireNonNull(readTo.get(one));
        missing.stopIfRecreated(one, read);
        Map<TopicPartition, Long> firsts = firsts(topic, partitions);
        missing.recreated(one, read, 0);
        ids.replace(topic, id);
        firsts.forEach((partition, first) -> {
            goTo(partition, first);
            breaks.add(new Break.Recreated(partition, id, first));
        });
    }

    /** A topic that was created just now may have partitions without a leader, or fewer partitions than before. */
    private Map<TopicPartition, Long> firsts(String topic, List<TopicPartition> partitions) {
        try {
            return consumer.beginningOffsets(partitions, BRIEFLY);
        } catch (TimeoutException e) {
            throw new RetriableException(
                    "Topic " + topic + " was created anew, and not all of its partitions exist yet: " + e.getMessage(),
                    e);
        }
    }

    private Range range(TopicPartition partition) {
        Set<TopicPartition> one = Set.of(partition);
        return new Range(
                requireNonNull(consumer.beginningOffsets(one).get(partition)),
                requireNonNull(consumer.endOffsets(one).get(partition)));
    }
}
