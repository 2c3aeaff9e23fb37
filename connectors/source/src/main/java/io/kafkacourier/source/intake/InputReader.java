/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static java.util.Comparator.comparingInt;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import io.kafkacourier.kafka.admin.MissingPermission;
import io.kafkacourier.kafka.admin.Patience;
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

    /** After how long without a poll it is asked whether the topics are still the same. */
    static final Duration GAP = Duration.ofSeconds(2);

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** How long a task waits for what may take until its topics are looked for again; others of its inputs wait as long. */
    private static final Duration BRIEFLY = Duration.ofSeconds(2);

    /** How long a poll waits at least for the ids of topics: each that returns without is followed by the next at once. */
    private static final Duration LEAST_WAIT = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final String who;
    private final MissingRecords missing;
    private final Function<Collection<String>, CompletableFuture<Map<String, String>>> lookUpIds;
    private final LongSupplier ticker;
    private final Map<String, String> topicIds = new HashMap<>();
    /** Of topics that are gone: whoever says them is behind. */
    private final Set<String> formerIds = new HashSet<>();
    /** Behind what was last returned of each partition. */
    private final Map<TopicPartition, Long> readTo = new HashMap<>();

    private final Set<TopicPartition> paused = new HashSet<>();
    private List<Break> breaks = new ArrayList<>();
    private Map<String, String> toldIds = Map.of();
    private long polledNanos;
    private boolean isInDoubt;
    /** The ids of the topics, asked for when they were last in doubt; null if they still have to be asked for. */
    private @Nullable CompletableFuture<Map<String, String>> asked;

    /**
     * @param consumer without a group and without {@code auto.offset.reset}; closed with this
     * @param who the consumer, and whom the cluster takes it for
     * @param missing what to do where records are missing
     * @param lookUpIds starts to ask for Kafka's ids of topics; those that it does not tell are taken for what they were
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
        this.lookUpIds = lookUpIds;
        this.ticker = ticker;
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
        topicIds.putAll(Patience.forEach(PATIENCE).get(lookUpIds.apply(known.keySet())));
        polledNanos = ticker.getAsLong();
        return Map.copyOf(topicIds);
    }

    /**
     * Tells Kafka's ids of topics as somebody else found them. They may be out of date: where they are not those that are
     * known, the next {@link #poll} looks them up before it reads.
     */
    public void tellTopicIds(Map<String, String> found) {
        if (found != toldIds) {
            toldIds = found;
            if (topicIds.keySet().stream().anyMatch(topic -> isAnother(topic, found))) {
                doubt();
            }
        }
    }

    /** What was asked before does not count. */
    private void doubt() {
        isInDoubt = true;
        asked = null;
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
        long begin = Math.max(from, range.first());
        consumer.seek(partition, begin);
        readTo.put(partition, begin);
    }

    /**
     * Reads from the partitions that are not paused; returns no later than the timeout, empty after {@link #wakeup} and
     * where there is a break. Where the last poll was some time ago, as after a pause, or it was told that a topic may be
     * another one, looks up what it is first: if the new one has a record at the position, the broker finds nothing amiss.
     *
     * @throws ConnectException where records are missing and that is not to be borne
     * @throws RetriableException where the cluster does not say whether any are, or if it does not let the consumer in, or
     *     read a topic, which may be over soon
     */
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        if (ticker.getAsLong() - polledNanos > GAP.toNanos()) {
            doubt();
        }
        try {
            if (isInDoubt) {
                beginOthersAnew(timeout);
            }
            return isInDoubt || !breaks.isEmpty() ? ConsumerRecords.empty() : read(timeout);
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

    /** Begins all partitions anew of topics that are others than they were; leaves it in doubt where there is no answer yet. */
    private void beginOthersAnew(Duration timeout) {
        CompletableFuture<Map<String, String>> answer =
                asked == null ? lookUpIds.apply(List.copyOf(topicIds.keySet())) : asked;
        asked = answer;
        Map<String, String> ids;
        try {
            ids = Patience.forEach(timeout.compareTo(LEAST_WAIT) < 0 ? LEAST_WAIT : timeout)
                    .get(answer);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            if (!answer.isDone()) {
                return;
            }
            asked = null;
            throw new RetriableException(
                    "Whether topics of the task were created anew is not known yet: " + e.getMessage(), e);
        }
        for (String topic : List.copyOf(topicIds.keySet())) {
            if (isAnother(topic, ids)) {
                beginAnew(topic, requireNonNull(ids.get(topic)));
            }
        }
        isInDoubt = false;
        asked = null;
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
        readTo.put(partition, offset);
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
            log.info("{} has offset {} by now, which its leader did not have a moment ago", partition, position);
        }
    }

    private void goOnInLog(TopicPartition partition, long position, LogTruncationException e) {
        if (isBegunAnew(partition) || goesOnInAnother(partition)) {
            return;
        }
        long from = divergence(e, partition, range(partition).first());
        if (from < position) {
            goOnAt(partition, position, from);
        } else {
            if (from > position) {
                missing.deleted(partition, position, from);
            }
            goTo(partition, from);
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
        goTo(partition, from);
        breaks.add(new Break.Truncated(partition, from));
    }

    private void goTo(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
        readTo.put(partition, offset);
    }

    /** Whether the topic is another one, which decides, whatever the offsets are; all its partitions begin anew then. */
    private boolean goesOnInAnother(TopicPartition partition) {
        String topic = partition.topic();
        Map<String, String> ids = ids(topic);
        if (!isAnother(topic, ids)) {
            return false;
        }
        beginAnew(topic, requireNonNull(ids.get(topic)));
        return true;
    }

    private boolean isAnother(String topic, Map<String, String> ids) {
        String known = topicIds.get(topic);
        String id = ids.get(topic);
        return known != null && id != null && !id.equals(known) && !formerIds.contains(id);
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
        formerIds.add(requireNonNull(topicIds.put(topic, id)));
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
                    "Topic " + topic + " was created anew, and not all of its partitions are there yet: "
                            + e.getMessage(),
                    e);
        }
    }

    private Map<String, String> ids(String topic) {
        try {
            return Patience.forEach(PATIENCE).get(lookUpIds.apply(Set.of(topic)));
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
