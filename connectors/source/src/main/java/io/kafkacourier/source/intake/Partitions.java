/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.progress.SourceOffset;
import io.kafkacourier.source.progress.Truncation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions of a task: starts them where they were left, starts them again if their topic was created anew or their
 * log was truncated, and keeps the order in which they get their turn. For one thread at a time.
 */
public final class Partitions {

    private static final Logger log = LoggerFactory.getLogger(Partitions.class);

    private final InputReader reader;
    private final MissingRecords missing;
    private final Ladder ladder;
    private final Ladder ladderOfTiers;
    private final Function<String, Policies<ConsumerRecord<byte[], byte[]>, Outgoing>> policies;
    private final Map<TopicPartition, InputPartition> inputs = new LinkedHashMap<>();
    /** The partitions in the order in which they get their turn. */
    private final List<InputPartition> turns = new ArrayList<>();

    private final Map<TopicPartition, Truncation> truncations = new HashMap<>();

    /**
     * Creates it without partitions.
     *
     * @param missing decides what to do if records are missing
     * @param ladder the tiers for the messages of inputs
     * @param ladderOfTiers the tiers for messages that come from a tier
     * @param policies judges the records of a topic
     */
    public Partitions(
            InputReader reader,
            MissingRecords missing,
            Ladder ladder,
            Ladder ladderOfTiers,
            Function<String, Policies<ConsumerRecord<byte[], byte[]>, Outgoing>> policies) {
        this.reader = reader;
        this.missing = missing;
        this.ladder = ladder;
        this.ladderOfTiers = ladderOfTiers;
        this.policies = policies;
    }

    /**
     * Starts the partitions of a task where they were left.
     *
     * @return the lowest pending offset of each partition
     * @throws ConnectException if records are missing, or the stored progress cannot be read
     */
    public Map<TopicPartition, Long> start(Assignment assignment, OffsetStorageReader offsets) {
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(assignment.partitions());
        Map<String, String> topicIds = reader.topicIds(assignment.topicIds());
        Map<TopicPartition, Progress> progresses = progresses(assignment, offsets, ranges, topicIds);
        Map<TopicPartition, Long> lows = new HashMap<>();
        for (TopicPartition partition : assignment.partitions()) {
            Progress progress = Objects.requireNonNull(progresses.get(partition));
            InputReader.Range range = Objects.requireNonNull(ranges.get(partition));
            boolean isTier = assignment.tiers().containsKey(partition.topic());
            InputPartition input =
                    input(partition, Objects.requireNonNull(topicIds.get(partition.topic())), isTier, progress);
            reader.start(partition, progress.low(), range);
            add(input);
            lows.put(partition, Math.max(progress.low(), range.first()));
            log.info("Starting {} from {}", partition, progress);
        }
        return lows;
    }

    private Map<TopicPartition, Progress> progresses(
            Assignment assignment,
            OffsetStorageReader offsets,
            Map<TopicPartition, InputReader.Range> ranges,
            Map<String, String> topicIds) {
        Map<Map<String, Object>, Map<String, Object>> stored = offsets.offsets(
                assignment.partitions().stream().map(SourceOffset::partition).toList());
        Resumption resumption = new Resumption(reader, missing, ranges, topicIds);
        for (TopicPartition partition : assignment.partitions()) {
            resumption.add(partition, stored.get(SourceOffset.partition(partition)), currentSettings(partition));
        }
        return resumption.progress();
    }

    private InputPartition input(TopicPartition partition, String topicId, boolean isTier, Progress progress) {
        HeldByAttempt attempts = new HeldByAttempt();
        try {
            return new InputPartition(
                    partition,
                    topicId,
                    isTier,
                    new PartitionSchedule<>(
                            policies.apply(partition.topic()), isTier ? ladderOfTiers : ladder, progress, attempts),
                    attempts,
                    0);
        } catch (IllegalArgumentException e) {
            throw new ConnectException("The stored settings of " + partition + " cannot be read: " + e.getMessage(), e);
        }
    }

    private String currentSettings(TopicPartition partition) {
        return policies.apply(partition.topic()).current().settings();
    }

    /** Adds a partition as the last in the order. */
    void add(InputPartition input) {
        inputs.put(input.topicPartition(), input);
        turns.add(input);
    }

    /** One of the partitions. */
    InputPartition get(TopicPartition partition) {
        return Objects.requireNonNull(inputs.get(partition));
    }

    /** The partitions, in the order in which they get their turn. */
    public List<InputPartition> inTurn() {
        return turns;
    }

    /** Moves the first partition to the end of the order. */
    public void rotate() {
        Collections.rotate(turns, -1);
    }

    /** Drops held records that are gone from the log; source records that were already made go out. */
    void giveUp(InputReader.Break gone) {
        InputPartition input = get(gone.partition());
        if (gone instanceof InputReader.Break.Truncated truncated) {
            InputPartition left = input.truncate(truncated.from());
            replace(input, left);
            truncations.merge(gone.partition(), new Truncation(truncated.from(), left.truncations()), Truncation::and);
        } else if (gone instanceof InputReader.Break.Recreated recreated) {
            missing.alsoGone(input.schedule().held());
            Progress beginning = Progress.from(recreated.first(), currentSettings(gone.partition()));
            replace(input, input(gone.partition(), recreated.topicId(), input.isTier(), beginning));
        }
    }

    private void replace(InputPartition before, InputPartition anew) {
        inputs.put(anew.topicPartition(), anew);
        turns.set(turns.indexOf(before), anew);
    }

    /** The truncations of logs since the last call, by partition. */
    public Map<TopicPartition, Truncation> truncations() {
        Map<TopicPartition, Truncation> found = Map.copyOf(truncations);
        truncations.clear();
        return found;
    }
}
