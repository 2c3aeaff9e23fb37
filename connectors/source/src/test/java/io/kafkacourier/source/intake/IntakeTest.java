/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Policies;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.ReadMessage;
import io.kafkacourier.source.tier.TierPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** Partitions of tiers, whose records leave at different times, on a consumer that can read records again. */
class IntakeTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final int MIB = 1024 * 1024;
    private static final int KIB = 1024;
    private static final int POLL = 10;
    /** More than the objects around a record with two headers take. */
    private static final int OVERHEAD = 1_024;

    private final MutableClock clock = new MutableClock(NOW);
    private final LogConsumer consumer = new LogConsumer(POLL);
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final List<String> left = new ArrayList<>();
    private final Steps steps = new Steps(new BatchLimit(Long.MAX_VALUE, () -> 0), false);
    private long horizonMs;
    private final InputReader reader = new InputReader(
            consumer,
            "the connector's consumer (User:courier)",
            new MissingRecords(OnMissing.FAIL, topic -> true),
            topics -> CompletableFuture.completedFuture(Map.of()),
            () -> 0);
    private Partitions inTurn = noPartitions();
    private Intake intake = intake(MIB, 0);

    @Test
    void neverHasMoreThanHalfOfTheBudgetAndOnePollOfPartitionsThatWait() {
        intake = intake(16 * MIB, 30);
        for (int partition = 0; partition < 30; partition++) {
            for (int offset = 0; offset < 100; offset++) {
                append(partition, offset, NOW + 3_600_000 + partition * 1_000L + offset, 100 * KIB);
            }
        }
        for (int poll = 0; poll < 1_000; poll++) {
            read();
            assertThat(intake.usedBytes()).isLessThan(8 * MIB + POLL * (100 * KIB + OVERHEAD));
        }
        int seeks = consumer.seeks();
        assertThat(consumer.returned()).as("records fetched, of 3,000").isLessThan(1_000);

        for (int poll = 0; poll < 1_000; poll++) {
            read();
        }
        assertThat(consumer.seeks()).as("partitions that gave something back").isEqualTo(seeks);
    }

    @Test
    void neverHasMoreThanTheBudgetAndOnePollHoweverMuchIsHeld() {
        horizonMs = 3_600_000;
        intake = intake(MIB, 4);
        for (int partition = 0; partition < 4; partition++) {
            for (int offset = 0; offset < 100; offset++) {
                append(partition, offset, NOW, NOW + 60_000, 10 * KIB);
            }
        }
        for (int poll = 0; poll < 100; poll++) {
            read();
            assertThat(intake.usedBytes()).isLessThan(MIB + POLL * (10 * KIB + OVERHEAD));
        }
        assertThat(intake.heldBytes()).isGreaterThan(MIB / 4 * 3);
    }

    @Test
    void holdsNoMoreThanTheBudgetHoweverOftenItIsStarted() {
        horizonMs = 3_600_000;
        appendHeld(0, 25);
        intake = intake(MIB, 4);
        for (int poll = 0; poll < 200; poll++) {
            read();
        }
        long heldBytes = intake.heldBytes();
        assertThat(heldBytes).isGreaterThan(MIB / 4 * 3);
        appendHeld(25, 400);
        for (int start = 0; start < 5; start++) {
            intake = intake(MIB, progresses());
            for (int poll = 0; poll < 200; poll++) {
                read();
                assertThat(intake.usedBytes()).isLessThan(MIB + 4 * POLL * (10 * KIB + OVERHEAD));
            }
            assertThat(intake.heldBytes()).as("start %s", start).isEqualTo(heldBytes);
        }
    }

    private void appendHeld(int from, int to) {
        for (int partition = 0; partition < 4; partition++) {
            for (int offset = from; offset < to; offset++) {
                append(partition, offset, NOW, NOW + 60_000, 10 * KIB);
            }
        }
    }

    /** A partition without a leader keeps the others from being read no longer than this, counted from the first read. */
    @Test
    void waitsForRecordsToBeRestoredOnlyForAWhile() {
        horizonMs = 3_600_000;
        append(0, 0, NOW, NOW + 60_000, KIB);
        intake = intake(MIB, 2);
        read();
        append(1, 0, NOW, KIB);
        intake = intake(MIB, progresses());
        clock.advance(Intake.TAKEN_UP_WITHIN.toMillis() + 1); // a start takes long if a partition has no leader
        consumer.pause(List.of(partitions.get(0)));
        intake.fetch(Duration.ZERO, 0);
        consumer.seek(partitions.get(0), 1);
        read();
        assertThat(left).isEmpty();

        clock.advance(Intake.TAKEN_UP_WITHIN.toMillis());
        read();
        assertThat(left).isEmpty();
        clock.advance(1);
        read();

        assertThat(left).containsExactly("1@0");
    }

    /** Dropped records are limited to a small multiple of the records that are taken. */
    @Test
    void takesEachRecordOnceAndInOrderWithoutReadingMuchOfItAgain() {
        intake = intake(MIB, 20);
        for (int offset = 0; offset < 200; offset++) {
            for (int partition = 0; partition < 20; partition++) {
                append(partition, offset, NOW + offset * 100L + partition, 10 * KIB);
            }
        }

        for (int ms = 0; ms < 21_000; ms += 10) {
            read();
            clock.advance(10);
        }

        assertThat(left).hasSize(4_000).doesNotHaveDuplicates();
        for (int partition = 0; partition < 20; partition++) {
            String of = partition + "@";
            assertThat(left.stream().filter(name -> name.startsWith(of)))
                    .isEqualTo(IntStream.range(0, 200)
                            .mapToObj(offset -> of + offset)
                            .toList());
        }
        assertThat(consumer.returned()).as("records fetched, of 4,000").isLessThan(8_000);
    }

    @Test
    void givesNothingBackWhileThereIsRoom() {
        intake = intake(MIB, 20);
        for (int partition = 0; partition < 20; partition++) {
            for (int offset = 0; offset < 100; offset++) {
                append(partition, offset, NOW + 60_000, KIB);
            }
        }
        for (int poll = 0; poll < 100; poll++) {
            read();
        }

        assertThat(consumer.seeks()).isZero();
        assertThat(consumer.returned()).isEqualTo(20 * POLL);
    }

    @Test
    void givesBackRecordsOfThePartitionThatWaitsLongestFirst() {
        intake = intake(MIB, 2);
        for (int offset = 0; offset < POLL; offset++) {
            append(0, offset, NOW + 10_000, 20 * KIB);
            append(1, offset, NOW + 20_000, 40 * KIB);
        }

        read();
        read();

        assertThat(consumer.position(partitions.get(0))).isEqualTo(POLL);
        assertThat(consumer.position(partitions.get(1)))
                .as("an eighth of the budget")
                .isEqualTo(3);
    }

    @Test
    void readsRecordsThatNeedNotWaitHoweverLargeWaitingOnesAre() {
        intake = intake(MIB, 21);
        for (int partition = 0; partition < 20; partition++) {
            append(partition, 0, NOW + 3_600_000, 900 * KIB);
        }
        for (int poll = 0; poll < 10; poll++) {
            read();
        }
        append(20, 0, NOW, 900 * KIB);
        append(20, 1, NOW, KIB);
        read();
        read();

        assertThat(left).containsExactly("20@0", "20@1");
    }

    @Test
    void readsAPartitionThatGaveBackAllOfItAgainATenthOfASecondBeforeItsTime() {
        intake = intake(MIB, 2);
        append(0, 0, NOW + 10_000, 2 * MIB);
        append(1, 0, NOW + 5_000, 2 * MIB);
        read();
        read();
        long returned = consumer.returned();
        assertThat(intake.usedBytes()).isZero();
        assertThat(intake.nextMs(clock.millis())).isEqualTo(NOW + 4_900);

        clock.set(NOW + 4_899);
        read();
        assertThat(consumer.returned()).isEqualTo(returned);
        clock.set(NOW + 4_900);
        read();
        assertThat(consumer.returned()).isEqualTo(returned + 1);
        clock.set(NOW + 4_999);
        read();
        assertThat(consumer.returned()).as("is not read again and again").isEqualTo(returned + 1);
        clock.set(NOW + 5_000);
        read();
        assertThat(left).containsExactly("1@0");
        clock.set(NOW + 10_000);
        read();
        assertThat(left).containsExactly("1@0", "0@0");
    }

    @Test
    void passesRecordsThatAreLargerThanTheBudget() {
        intake = intake(1, 1);
        for (int offset = 0; offset < 3; offset++) {
            append(0, offset, NOW, 10 * KIB);
        }
        read();

        assertThat(left).containsExactly("0@0", "0@1", "0@2");
    }

    @Test
    void countsMemoryOfStepsThatWereNotHandedOut() {
        intake = intake(MIB, 1);
        append(0, 0, NOW, KIB);
        assertThat(intake.fetch(Duration.ZERO, MIB)).isZero();
        assertThat(intake.fetch(Duration.ZERO, MIB - 1)).isEqualTo(1);
    }

    @Test
    void sharesAQuarterOfTheBudgetAmongPartitions() {
        assertThat(Intake.shareBytes(64 * MIB, 16)).isEqualTo(MIB);
        assertThat(Intake.shareBytes(64 * MIB, 1_000)).isEqualTo(64 * KIB);
        assertThat(Intake.shareBytes(1, 0)).isEqualTo(64 * KIB);
    }

    @Property
    void keepsAtLeastHalfOfThePartitionsShareOfOneRequest(
            @ForAll @LongRange(min = 1, max = 1L << 40) long maxBytes, @ForAll @IntRange(max = 5_000) int count) {
        assertThat(Intake.shareBytes(maxBytes, count)).isGreaterThanOrEqualTo(Intake.fetchBytes(maxBytes, count) / 2);
    }

    private void read() {
        intake.fetch(Duration.ZERO, steps.heldBytes());
        intake.take(clock.millis(), steps);
        steps.makeAllReady();
        for (Step step = steps.next(); step != null; step = steps.next()) {
            left.add(step.input().topicPartition().partition() + "@"
                    + step.action().entry().offset());
            steps.done();
        }
    }

    private void append(int partition, long offset, long releaseMs, int bytes) {
        append(partition, offset, releaseMs, releaseMs, bytes);
    }

    private void append(int partition, long offset, long releaseMs, long dueMs, int bytes) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(HeaderNames.HOP_DUE, Long.toString(dueMs).getBytes(UTF_8));
        headers.add(HeaderNames.HOP_RELEASE, Long.toString(releaseMs).getBytes(UTF_8));
        consumer.append(new ConsumerRecord<>(
                "tier",
                partition,
                offset,
                NOW,
                TimestampType.CREATE_TIME,
                0,
                bytes,
                null,
                new byte[bytes],
                headers,
                Optional.of(3)));
    }

    private List<Progress> progresses() {
        return partitions.stream()
                .map(partition -> inTurn.get(partition).schedule().progress())
                .toList();
    }

    private Intake intake(long maxBytes, int count) {
        String settings = new TierPolicy(horizonMs, ReadMessage::new).settings();
        return intake(
                maxBytes,
                IntStream.range(0, count)
                        .mapToObj(number -> Progress.from(0, settings))
                        .toList());
    }

    /** @param from the offset at which each partition continues */
    private Intake intake(long maxBytes, List<Progress> from) {
        Policies<ConsumerRecord<byte[], byte[]>, Outgoing> policies =
                new TierPolicy(horizonMs, ReadMessage::new).policies();
        inTurn = noPartitions();
        Intake made = new Intake(reader, inTurn, maxBytes, clock);
        consumer.resume(List.copyOf(consumer.paused()));
        partitions.clear();
        for (int number = 0; number < from.size(); number++) {
            partitions.add(new TopicPartition("tier", number));
        }
        consumer.assign(partitions);
        for (TopicPartition partition : partitions) {
            Progress progress = from.get(partition.partition());
            consumer.seek(partition, progress.low());
            inTurn.add(new InputPartition(
                    partition, "id", true, new PartitionSchedule<>(policies, Ladder.none(), progress)));
        }
        return made;
    }

    private Partitions noPartitions() {
        return new Partitions(
                reader, new MissingRecords(OnMissing.FAIL, topic -> true), Ladder.none(), Ladder.none(), topic -> {
                    throw new IllegalStateException("added without being started");
                });
    }
}
