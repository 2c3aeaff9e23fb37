/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up where logs end. The consumer's own lag is of no use here: it does not change while a partition is paused, as a
 * tier is while its first message stays. If a transaction does not end, a reader of committed records sees the log end at
 * the beginning of the transaction, however many records follow; that is reported too. One thread runs it; any thread may
 * read the results.
 */
final class EndOffsets implements Runnable {

    /** After how long an open transaction is logged: a minute more than the default of {@code transaction.timeout.ms}. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    /** How often it is logged from then on. */
    static final Duration REMIND = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(EndOffsets.class);

    private final ProgressAdmin admin;
    private final List<TopicPartition> partitions;
    private final Clock clock;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Block> blocks = new ConcurrentHashMap<>();
    private final Reminder reminder;

    /**
     * A log that cannot be read to its end.
     *
     * @param end the offset up to which it can be read
     * @param sinceMs since when, epoch ms
     */
    private record Block(long end, long sinceMs) {}

    EndOffsets(ProgressAdmin admin, Collection<TopicPartition> partitions, Clock clock) {
        this.admin = admin;
        this.partitions = List.copyOf(partitions);
        this.clock = clock;
        this.reminder = new Reminder(REMIND, clock);
    }

    /** The end of each log for a reader of committed records, as far as it is known: a view. */
    Map<TopicPartition, Long> known() {
        return Collections.unmodifiableMap(ends);
    }

    /** How long a log of the topic has not been readable to its end, and has not become readable any further, in milliseconds. */
    long blockedMs(String topic) {
        long nowMs = clock.millis();
        return blocks.entrySet().stream()
                .filter(block -> block.getKey().topic().equals(topic))
                .mapToLong(block -> Math.max(0, nowMs - block.getValue().sinceMs()))
                .max()
                .orElse(0);
    }

    /**
     * Looks them up again.
     *
     * @throws KafkaException if the cluster does not answer for a partition, which keeps the last answer
     */
    @Override
    public void run() {
        ProgressAdmin.Outcome outcome = admin.ends(partitions);
        ends.putAll(outcome.done());
        // The ends of the logs are looked up last, so none can be below an offset that was readable before.
        ProgressAdmin.Outcome logs = admin.logEnds(partitions);
        outcome.done().forEach((partition, end) -> {
            Long logEnd = logs.done().get(partition);
            if (logEnd != null) {
                compare(partition, end, logEnd);
            }
        });
        KafkaException failure = outcome.failure() == null ? logs.failure() : outcome.failure();
        if (failure != null) {
            throw failure;
        }
    }

    private void compare(TopicPartition partition, long end, long logEnd) {
        if (logEnd <= end) {
            blocks.remove(partition);
            reminder.forget(partition.toString());
            return;
        }
        long nowMs = clock.millis();
        Block block = blocks.compute(
                partition, (same, known) -> known == null || known.end != end ? new Block(end, nowMs) : known);
        long blockedMs = nowMs - block.sinceMs;
        if (blockedMs >= PATIENCE.toMillis() && reminder.isDue(partition.toString())) {
            log.warn(
                    "A transaction that began at {}@{} has not ended for {} s, and {} offsets behind it cannot be read."
                            + " Unless its producer has a transaction.timeout.ms that long, it hangs: kafka-transactions.sh"
                            + " find-hanging finds it, and kafka-transactions.sh abort --topic {} --partition {}"
                            + " --start-offset {} ends it",
                    partition,
                    end,
                    blockedMs / 1_000,
                    logEnd - end,
                    partition.topic(),
                    partition.partition(),
                    end);
        }
    }
}
