/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import io.kafkacourier.source.intake.InputReader;
import io.kafkacourier.source.targets.BlockedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters of a redrive, one after the other. Letters whose topic accepts none are deferred, so that they keep no
 * others waiting. When all others are done, the deferred letters whose topics accept records again are read again, from the
 * first one on: this is a round. Letters for one topic keep their order within a partition. For one thread at a time,
 * except {@link #wakeup}.
 */
final class RedriveInput implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedriveInput.class);

    private static final Duration MAX_WAIT = Duration.ofMillis(500);

    private final InputReader reader;
    private final RedriveLetters letters;
    private final Queue<RedriveLetters.Letter> fetched = new ArrayDeque<>();

    private Set<TopicPartition> partitions = Set.of();
    private RedriveProgress progress = RedriveProgress.begin("", Map.of());
    /** Whether there is progress that no record carries yet. */
    private boolean isUntold;
    /** The deferred letters that are read again; null if letters are read for the first time. */
    private @Nullable Round round;
    /** Whether no more letters can be deferred before the next round. */
    private boolean isFull;

    /**
     * Letters that are read again.
     *
     * @param topics the topics whose letters are sent, as long as they accept them
     * @param partitions the partitions that are not read to their ends yet
     */
    private record Round(Set<String> topics, Set<TopicPartition> partitions) {}

    /** @param reader closed with this object */
    RedriveInput(InputReader reader, RedriveLetters letters) {
        this.reader = reader;
        this.letters = letters;
    }

    /**
     * Takes partitions, and continues where it was left, or else determines where it ends.
     *
     * @param restored the stored progress; null if it begins
     * @param settings the settings of this redrive
     * @throws ConnectException if records that it has read no longer exist
     */
    void start(List<TopicPartition> found, @Nullable RedriveProgress restored, String settings) {
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(found);
        partitions = ranges.keySet();
        progress = restored != null
                ? restored
                : RedriveProgress.begin(
                        settings,
                        ranges.entrySet().stream()
                                .collect(Collectors.toMap(
                                        Map.Entry::getKey,
                                        range -> new RedriveProgress.Span(
                                                range.getValue().first(),
                                                range.getValue().end()))));
        Map<TopicPartition, RedriveProgress.Span> spans = progress.spans();
        // A partition that no longer exists has no letters left.
        spans.forEach((partition, span) -> {
            if (!ranges.containsKey(partition)) {
                progress.reach(partition, span.end());
                progress.deferred().remove(partition);
            }
        });
        ranges.forEach((partition, range) -> {
            RedriveProgress.Span span = spans.get(partition);
            if (span == null || progress.isDone() || span.remaining() == 0) {
                reader.start(partition, range.end(), range);
                reader.pause(partition, true);
            } else {
                startAt(partition, span.next(), range);
            }
        });
    }

    /** The progress. */
    RedriveProgress progress() {
        return progress;
    }

    private void startAt(TopicPartition partition, long next, InputReader.Range range) {
        if (range.end() < next) {
            throw truncated(partition, range.end());
        }
        reader.start(partition, next, range);
    }

    private static ConnectException truncated(TopicPartition partition, long end) {
        return new ConnectException("Partition " + partition + " was truncated at offset " + end
                + ", but dead letters behind it were redriven already. Reset the offsets of the connector to"
                + " begin anew");
    }

    /**
     * Reads on, if no letters are left from the last read.
     *
     * @throws RetriableException if all remaining letters have topics that accept none, or the cluster has not answered yet
     */
    void fetch() {
        if (!fetched.isEmpty()) {
            return;
        }
        passEnds();
        if (round == null
                && (isFull || progress.unread() == 0)
                && !progress.deferred().isEmpty()
                && !isUntold) {
            begin(openTopics());
        }
        if (isFull && round == null) {
            return;
        }
        pauseWhatIsThrough();
        boolean isThrough = round == null && progress.unread() == 0;
        ConsumerRecords<byte[], byte[]> records = reader.poll(isThrough ? Duration.ZERO : MAX_WAIT);
        reader.breaks().stream().findFirst().ifPresent(found -> {
            throw truncated(
                    found.partition(), reader.position(found.partition()).orElse(0));
        });
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.offset() < end(partition(record))) {
                RedriveLetters.Letter letter = letters.read(record);
                if (round == null || isOf(round, letter)) {
                    fetched.add(letter);
                }
            }
        }
        letters.expect(fetched);
    }

    /** Notes which partitions were read to their ends. */
    private void passEnds() {
        if (round != null) {
            round.partitions().removeIf(partition -> isAtEnd(partition, end(partition)));
            if (round.partitions().isEmpty()) {
                end(round);
            }
        } else if (!isFull) {
            progress.spans().forEach((partition, span) -> {
                if (span.remaining() > 0 && isAtEnd(partition, span.end())) {
                    progress.reach(partition, span.end());
                    isUntold = true;
                }
            });
        }
    }

    /** Where reading a partition ends: in a round, at the offset up to which it was read for the first time. */
    private long end(TopicPartition partition) {
        return round == null ? progress.end(partition) : progress.next(partition);
    }

    private boolean isAtEnd(TopicPartition partition, long end) {
        return reader.position(partition).orElse(-1) >= end;
    }

    /**
     * The topics of deferred letters that accept them now, or never will.
     *
     * @throws RetriableException if there are none, or the cluster has not answered yet
     */
    private Set<String> openTopics() {
        Set<String> open = new HashSet<>();
        BlockedException last = null;
        List<String> topics = progress.deferred().topics();
        letters.expectTopics(topics);
        for (String topic : topics) {
            BlockedException blocked = letters.blocked(topic);
            if (blocked == null) {
                open.add(topic);
            } else {
                last = blocked;
            }
        }
        if (open.isEmpty() && last != null) {
            throw last;
        }
        return open;
    }

    private void begin(Set<String> topics) {
        Set<TopicPartition> again = new HashSet<>();
        for (TopicPartition partition : partitions) {
            progress.deferred().first(partition, topics).ifPresent(first -> {
                again.add(partition);
                reader.goBack(partition, first, Optional.empty());
            });
        }
        round = new Round(topics, again);
        log.info("Sending the dead letters that waited for {} topics, which accept records again", topics.size());
    }

    private void end(Round ended) {
        ended.topics().forEach(progress.deferred()::remove);
        round = null;
        isFull = false;
        isUntold = true;
        progress.spans().forEach((partition, span) -> {
            if (span.remaining() > 0) {
                reader.goBack(partition, span.next(), Optional.empty());
            }
        });
    }

    private boolean isOf(Round current, RedriveLetters.Letter letter) {
        return letter instanceof RedriveLetters.Addressed addressed
                && current.topics().contains(addressed.target().topic())
                && progress.deferred()
                        .has(
                                addressed.target().topic(),
                                partition(letter.record()),
                                letter.record().offset());
    }

    /** Pauses the partitions that are not to be read at the moment. */
    private void pauseWhatIsThrough() {
        Map<TopicPartition, RedriveProgress.Span> spans = progress.spans();
        for (TopicPartition partition : partitions) {
            RedriveProgress.Span span = spans.get(partition);
            boolean isWanted =
                    round != null ? round.partitions().contains(partition) : span != null && span.remaining() > 0;
            reader.pause(partition, !isWanted);
        }
    }

    /** Whether a letter is available. */
    boolean hasNext() {
        return !fetched.isEmpty();
    }

    /** The next letter; the same one until it is {@link #done} or {@link #defer deferred}. */
    RedriveLetters.Letter next() {
        return fetched.element();
    }

    /** Whether letters for the same topic wait already, so that this one has to wait too. */
    boolean isToWait(RedriveLetters.Addressed letter) {
        String topic = letter.target().topic();
        return round != null
                ? !round.topics().contains(topic)
                : progress.deferred().has(topic);
    }

    /** Notes that the next letter is done. */
    void done(RedriveLetters.Letter letter, Outcome outcome) {
        TopicPartition partition = partition(letter.record());
        fetched.remove();
        progress.advance(partition, letter.record().offset(), outcome);
        if (round != null && letter instanceof RedriveLetters.Addressed addressed) {
            progress.deferred()
                    .advance(
                            addressed.target().topic(),
                            partition,
                            letter.record().offset() + 1);
        }
        isUntold = true;
    }

    /** Defers a letter. If there is no room to remember it, it is read again after a round. */
    void defer(RedriveLetters.Addressed letter) {
        TopicPartition partition = partition(letter.record());
        String topic = letter.target().topic();
        if (round != null) {
            round.topics().remove(topic);
            fetched.remove();
        } else if (progress.deferred().add(topic, partition, letter.record().offset())) {
            progress.reach(partition, letter.record().offset() + 1);
            isUntold = true;
            fetched.remove();
        } else {
            isFull = true;
            fetched.clear();
        }
    }

    /** Whether no letters are left. */
    boolean isThrough() {
        return fetched.isEmpty() && round == null && progress.remaining() == 0;
    }

    /** Whether progress should be stored before the redrive waits for topics. */
    boolean isToBeTold() {
        return fetched.isEmpty() && round == null && isUntold && (isFull || progress.unread() == 0);
    }

    /** Notes that a record carries the progress. */
    void told() {
        isUntold = false;
    }

    /** Ends the redrive; no more letters are read. */
    void finish() {
        progress.finish();
        pauseWhatIsThrough();
    }

    /** Waits for a while, because there is nothing to do. */
    void idle() {
        reader.poll(MAX_WAIT);
    }

    /** Ends the poll that another thread is in, or else the next one. */
    void wakeup() {
        reader.wakeup();
    }

    @Override
    public void close() {
        reader.close();
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
