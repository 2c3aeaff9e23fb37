/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InputReaderTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private @Nullable Map<String, String> ids = Map.of();
    private int lookUps;
    private long nanos;
    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    @Test
    void readsFromTheGivenOffset() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2);
        add(1, 2, 3);

        assertThat(offsets(reader)).containsExactly(2L, 3L);
        assertThat(reader.position(ORDERS)).isEqualTo(OptionalLong.of(4));
    }

    @Test
    void stopsIfRecordsAreMissingAtTheStart() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> started(OnMissing.FAIL, 10, 20, 4))
                .withMessage("Records orders-0@4 to 9 were deleted before they were delivered; on.missing=skip"
                        + " continues behind them");
    }

    @Test
    void skipsAndCountsRecordsThatAreMissingAtTheStart() {
        InputReader reader = started(OnMissing.SKIP, 10, 20, 4);
        add(10);

        assertThat(offsets(reader)).containsExactly(10L);
        assertThat(reader.missing()).isEqualTo(6);
    }

    @Test
    void reportsTopicsThatItMayNotReadAndGoesOnOnceItMay() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2);
        consumer.setPollException(new TopicAuthorizationException(Set.of("orders", "more")));
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessage(
                        "Topic more may not be read: the connector's consumer (User:courier) lacks READ on it; Topic orders may not be"
                                + " read: the connector's consumer (User:courier) lacks READ on it");
        consumer.setPollException(new SaslAuthenticationException("Token expired"));
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessage("The cluster does not let the connector's consumer (User:courier) in: Token expired");

        add(2);
        assertThat(offsets(reader)).containsExactly(2L);
    }

    @Test
    void stopsIfRecordsGoMissingUnderWay() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 9L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 2L)));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessageStartingWith("Records orders-0@2 to 8 were deleted");
    }

    @Test
    void skipsRecordsThatGoMissingUnderWay() {
        InputReader reader = started(OnMissing.SKIP, 0, 5, 2);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 9L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 2L)));
        add(9);

        assertThat(offsets(reader)).isEmpty();
        assertThat(offsets(reader)).containsExactly(9L);
        assertThat(reader.missing()).isEqualTo(7);
    }

    @Test
    void findsAPartitionThatEndsBelowTheReadPosition() {
        InputReader reader = assigned(OnMissing.SKIP, 0, 5);

        assertThat(reader.findTruncated(
                        Map.of(ORDERS, new InputReader.Position(6, -1, 6)),
                        Map.of(ORDERS, new InputReader.Range(0, 5))))
                .isEqualTo(Map.of(ORDERS, 5L));
        assertThat(reader.findTruncated(
                        Map.of(ORDERS, new InputReader.Position(5, -1, 5)),
                        Map.of(ORDERS, new InputReader.Range(0, 5))))
                .isEmpty();
    }

    @Test
    void findsALogThatHasGrownAgainBeyondTheReadPosition() {
        consumer = new RegrownLog(3);
        InputReader reader = assigned(OnMissing.SKIP, 0, 9);
        Map<TopicPartition, InputReader.Range> range = Map.of(ORDERS, new InputReader.Range(0, 9));

        assertThat(reader.findTruncated(Map.of(ORDERS, new InputReader.Position(5, 2, 5)), range))
                .isEqualTo(Map.of(ORDERS, 3L));
        assertThat(reader.findTruncated(Map.of(ORDERS, new InputReader.Position(3, 2, 3)), range))
                .isEmpty();
    }

    /** Transaction markers behind the last record may be of a later leader, as after every restart of a broker. */
    @Test
    void comparesALogUpToItsLastRecordAndNoFurther() {
        consumer = new RegrownLog(3);
        InputReader reader = assigned(OnMissing.FAIL, 0, 9);
        Map<TopicPartition, InputReader.Range> range = Map.of(ORDERS, new InputReader.Range(0, 9));

        assertThat(reader.findTruncated(Map.of(ORDERS, new InputReader.Position(5, 2, 3)), range))
                .isEmpty();
    }

    @Test
    void comparesAPartitionWhileNothingIsStoredOfAnother() {
        consumer = new RegrownLog(3);
        TopicPartition unread = new TopicPartition("orders", 1);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 0L, unread, 0L));
        consumer.updateEndOffsets(Map.of(ORDERS, 9L, unread, 0L));
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(OnMissing.FAIL, topic -> false),
                topics -> CompletableFuture.completedFuture(Map.of()),
                () -> nanos);
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(Set.of(ORDERS, unread));

        assertThat(reader.findTruncated(Map.of(ORDERS, new InputReader.Position(3, 2, 3)), ranges))
                .isEmpty();
    }

    @Test
    void stopsAtALogThatIsTruncatedUnderWayAndSaysWhichRecords() {
        InputReader reader = started(OnMissing.FAIL, 0, 9, 5);
        consumer.setPollException(truncatedAt(3));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessageStartingWith("Partition orders-0 was truncated: records orders-0@3 to 4")
                .withMessageEndingWith("on.missing=skip continues at 3");
    }

    @Test
    void goesBackInALogThatIsTruncatedUnderWayIfConfigured() {
        InputReader reader = started(OnMissing.SKIP, 0, 9, 5);
        consumer.setPollException(truncatedAt(3));

        assertThat(offsets(reader)).isEmpty();
        add(3, 4, 5);

        assertThat(reader.breaks()).containsExactly(new InputReader.Break.Truncated(ORDERS, 3));
        assertThat(reader.breaks()).isEmpty();
        assertThat(reader.missing()).isEqualTo(2);
        assertThat(offsets(reader)).containsExactly(3L, 4L, 5L);
    }

    @Test
    void stopsIfTheEndOfAPartitionMovesBelowItsPosition() {
        InputReader reader = started(OnMissing.FAIL, 0, 9, 5);
        consumer.updateEndOffsets(Map.of(ORDERS, 2L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 5L)));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessageStartingWith("Partition orders-0 was truncated: records orders-0@2 to 4");
    }

    @Test
    void reportsATopicThatWasCreatedAnew() {
        InputReader reader = started(OnMissing.FAIL, 0, 9, 5);
        ids = Map.of("orders", "anew");
        consumer.updateEndOffsets(Map.of(ORDERS, 0L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 5L)));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessageStartingWith("The topic of orders-0 was deleted and created anew");
    }

    @Test
    void beginsATopicThatWasCreatedAnewIfConfiguredWhateverItsOffsets() {
        InputReader reader = started(OnMissing.SKIP, 0, 9, 5);
        ids = Map.of("orders", "anew");
        consumer.updateBeginningOffsets(Map.of(ORDERS, 1L));
        consumer.setPollException(truncatedAt(2));

        assertThat(offsets(reader)).isEmpty();
        add(1, 2);

        assertThat(reader.breaks()).containsExactly(new InputReader.Break.Recreated(ORDERS, "anew", 1));
        assertThat(offsets(reader)).containsExactly(1L, 2L);
    }

    @Test
    void triesAgainIfTheClusterDoesNotAnswerAboutATopic() {
        InputReader reader = started(OnMissing.SKIP, 0, 9, 5);
        ids = null;
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 5L)));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessage("The state of the records of topic orders is not known yet: no answer");
    }

    /** A new topic has the same leader epoch as one that never failed over, so the broker reports no error. */
    @Test
    void noticesATopicThatIsAnotherOneThoughItsLogIsLonger() {
        InputReader reader = started(OnMissing.SKIP, 0, 5, 2);
        add(2, 3);
        assertThat(offsets(reader)).containsExactly(2L, 3L);

        ids = Map.of("orders", "anew");
        consumer.updateEndOffsets(Map.of(ORDERS, 7L));
        add(0, 1, 2, 3, 4, 5, 6);
        passGap();

        assertThat(offsets(reader)).isEmpty();
        assertThat(reader.breaks()).containsExactly(new InputReader.Break.Recreated(ORDERS, "anew", 0));
        add(0, 1, 2, 3, 4, 5, 6);
        assertThat(offsets(reader)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L);
        assertThat(reader.breaks()).isEmpty();
    }

    @Test
    void stopsAtATopicThatIsAnotherOneThoughItsLogIsLonger() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2);
        add(2, 3);
        assertThat(offsets(reader)).containsExactly(2L, 3L);
        ids = Map.of("orders", "anew");
        consumer.updateEndOffsets(Map.of(ORDERS, 7L));
        passGap();

        for (int poll = 0; poll < 2; poll++) {
            assertThatExceptionOfType(ConnectException.class)
                    .isThrownBy(() -> reader.poll(Duration.ZERO))
                    .withMessageStartingWith(
                            "The topic of orders-0 was deleted and created anew since it was read up to offset 4:");
        }
    }

    @Test
    void noticesANewTopicWithoutAGapOnceItGetsItsId() {
        InputReader reader = started(OnMissing.SKIP, 0, 5, 2);
        ids = Map.of("orders", "anew");
        reader.tellTopicIds(Map.of("orders", "anew"));

        assertThat(offsets(reader)).isEmpty();
        assertThat(reader.breaks()).containsExactly(new InputReader.Break.Recreated(ORDERS, "anew", 0));
        reader.tellTopicIds(Map.of("orders", "anew"));
        add(0);
        assertThat(offsets(reader)).containsExactly(0L);
    }

    @Test
    void restartsAllPartitionsOfATopicThatWasCreatedAnewAndNoOthers() {
        TopicPartition second = new TopicPartition("orders", 1);
        TopicPartition other = new TopicPartition("more", 0);
        Set<TopicPartition> all = Set.of(ORDERS, second, other);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 0L, second, 0L, other, 0L));
        consumer.updateEndOffsets(Map.of(ORDERS, 9L, second, 9L, other, 9L));
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(OnMissing.SKIP, topic -> false),
                topics -> CompletableFuture.completedFuture(Objects.requireNonNull(ids)),
                () -> nanos);
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(all);
        reader.topicIds(Map.of("orders", "known", "more", "known too"));
        all.forEach(partition -> reader.start(partition, 5, Objects.requireNonNull(ranges.get(partition))));
        ids = Map.of("orders", "anew", "more", "known too");
        passGap();

        reader.poll(Duration.ZERO);

        assertThat(reader.breaks())
                .containsExactlyInAnyOrder(
                        new InputReader.Break.Recreated(ORDERS, "anew", 0),
                        new InputReader.Break.Recreated(second, "anew", 0));
        assertThat(consumer.position(second)).isZero();
        assertThat(consumer.position(other)).isEqualTo(5);
    }

    @Test
    void looksUpTopicsOnlyIfTheyMayHaveBeenCreatedAnew() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2);
        int atStart = lookUps;
        for (int poll = 0; poll < 10; poll++) {
            reader.poll(Duration.ZERO);
            reader.tellTopicIds(Map.of("orders", "known", "another", "id"));
            nanos += InputReader.GAP.toNanos();
        }
        assertThat(lookUps).isEqualTo(atStart);

        passGap();
        reader.poll(Duration.ZERO);
        reader.poll(Duration.ZERO);
        assertThat(lookUps).isEqualTo(atStart + 1);
    }

    /** The ids come from a broker with old metadata, or from an answer that took long. */
    @Test
    void doesNotTakeAnOldAnswerForTheCurrentState() {
        InputReader reader = started(OnMissing.SKIP, 0, 5, 2);
        reader.tellTopicIds(Map.of("orders", "anew"));
        add(2);
        assertThat(offsets(reader)).as("told only, and not so").containsExactly(2L);
        ids = Map.of("orders", "anew");
        reader.tellTopicIds(Map.of("orders", "anew"));
        reader.poll(Duration.ZERO);
        assertThat(reader.breaks()).hasSize(1);

        ids = Map.of("orders", "known");
        reader.tellTopicIds(Map.of("orders", "known"));
        passGap();
        add(0);

        assertThat(offsets(reader)).containsExactly(0L);
        assertThat(reader.breaks()).isEmpty();
    }

    @Test
    void doesNotWaitLongForTheClusterToSayWhetherATopicIsAnotherOne() {
        Deque<CompletableFuture<Map<String, String>>> answers = new ArrayDeque<>();
        answers.add(CompletableFuture.completedFuture(Map.of("orders", "known")));
        consumer.updateBeginningOffsets(Map.of(ORDERS, 0L));
        consumer.updateEndOffsets(Map.of(ORDERS, 5L));
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(OnMissing.SKIP, topic -> false),
                topics -> answers.element(),
                () -> nanos);
        reader.assign(Set.of(ORDERS));
        reader.topicIds(Map.of("orders", "known"));
        reader.start(ORDERS, 2, new InputReader.Range(0, 5));
        add(2);
        CompletableFuture<Map<String, String>> late = new CompletableFuture<>();
        answers.addFirst(late);
        passGap();

        assertThat(offsets(reader)).isEmpty();
        assertThat(offsets(reader)).isEmpty();
        late.complete(Map.of("orders", "known"));
        answers.addFirst(new CompletableFuture<>());
        passGap();
        assertThat(offsets(reader)).as("an answer from before the gap").isEmpty();
        answers.element().complete(Map.of("orders", "known"));
        assertThat(offsets(reader)).containsExactly(2L);
    }

    @Test
    void readsNothingBeforeTheClusterSaysWhetherATopicIsAnotherOne() {
        InputReader reader = started(OnMissing.SKIP, 0, 5, 2);
        ids = null;
        add(2);
        passGap();

        for (int poll = 0; poll < 2; poll++) {
            assertThatExceptionOfType(RetriableException.class)
                    .isThrownBy(() -> reader.poll(Duration.ZERO))
                    .withMessage("Whether topics of the task were created anew is not known yet: no answer");
        }
        ids = Map.of("orders", "known");
        assertThat(offsets(reader)).containsExactly(2L);
    }

    @Test
    void countsDeletedRecordsAsDeletedIfTheBrokerDoesNotReportWhereLogsDiverge() {
        consumer = new RegrownLog(3) {
            @Override
            Map<TopicPartition, OffsetAndMetadata> divergent(TopicPartition partition) {
                return Map.of();
            }
        };
        InputReader reader = assigned(OnMissing.SKIP, 6, 9);
        InputReader.Range range = new InputReader.Range(6, 9);

        assertThat(reader.findTruncated(Map.of(ORDERS, new InputReader.Position(5, 2, 5)), Map.of(ORDERS, range)))
                .isEmpty();
        reader.start(ORDERS, 5, range);
        assertThat(reader.missing()).isEqualTo(1);
        assertThat(reader.findTruncated(Map.of(ORDERS, new InputReader.Position(8, 2, 8)), Map.of(ORDERS, range)))
                .isEqualTo(Map.of(ORDERS, 6L));
    }

    @Test
    void countsRecordsDeletedUnderWayAsDeletedIfTheBrokerDoesNotReportWhereLogsDiverge() {
        InputReader reader = started(OnMissing.SKIP, 0, 9, 5);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 7L));
        consumer.setPollException(new LogTruncationException(Map.of(ORDERS, 5L), Map.of()));

        assertThat(offsets(reader)).isEmpty();
        add(7);

        assertThat(reader.missing()).isEqualTo(2);
        assertThat(reader.breaks()).isEmpty();
        assertThat(offsets(reader)).containsExactly(7L);
    }

    @Test
    void skipsNothingIfTheLogHasThePositionByTheTimeOfTheCheck() {
        InputReader reader = started(OnMissing.SKIP, 0, 9, 5);
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 5L)));

        assertThat(offsets(reader)).isEmpty();
        add(5, 6);

        assertThat(reader.missing()).isZero();
        assertThat(offsets(reader)).containsExactly(5L, 6L);
    }

    @Test
    void saysOfATierHowItMustBeKept() {
        consumer.updateBeginningOffsets(Map.of(ORDERS, 10L));
        consumer.updateEndOffsets(Map.of(ORDERS, 20L));
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(OnMissing.FAIL, topic -> topic.equals("orders")),
                topics -> CompletableFuture.completedFuture(Map.of()),
                () -> nanos);
        reader.assign(Set.of(ORDERS));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> reader.start(ORDERS, 4, new InputReader.Range(10, 20)))
                .withMessageStartingWith("Records orders-0@4 to 9 were deleted")
                .withMessageContaining("its retention.ms and retention.bytes must be -1");
    }

    private static LogTruncationException truncatedAt(long offset) {
        return new LogTruncationException(Map.of(ORDERS, 5L), Map.of(ORDERS, new OffsetAndMetadata(offset)));
    }

    /** Compares positions with an epoch, like a broker whose log was truncated. */
    private static class RegrownLog extends MockConsumer<byte[], byte[]> {

        private final long sameUpTo;
        private @Nullable OffsetAndMetadata unchecked;

        RegrownLog(long sameUpTo) {
            super("none");
            this.sameUpTo = sameUpTo;
        }

        @Override
        public synchronized void seek(TopicPartition partition, OffsetAndMetadata position) {
            unchecked = position;
            super.seek(partition, position);
        }

        @Override
        public synchronized void seek(TopicPartition partition, long offset) {
            unchecked = null;
            super.seek(partition, offset);
        }

        @Override
        public synchronized long position(TopicPartition partition, Duration timeout) {
            // Kafka's consumer needs a position in each partition when one is compared
            assignment().forEach(assigned -> super.position(assigned, timeout));
            if (unchecked != null && unchecked.offset() > sameUpTo) {
                throw new LogTruncationException(Map.of(partition, unchecked.offset()), divergent(partition));
            }
            return super.position(partition, timeout);
        }

        Map<TopicPartition, OffsetAndMetadata> divergent(TopicPartition partition) {
            return Map.of(partition, new OffsetAndMetadata(sameUpTo));
        }
    }

    @Test
    void leavesAPausedPartitionAlone() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 0);
        add(0);

        reader.pause(ORDERS, true);
        assertThat(offsets(reader)).isEmpty();
        reader.pause(ORDERS, false);
        assertThat(offsets(reader)).containsExactly(0L);
    }

    @Test
    void returnsNothingWhenWokenUp() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 0);
        add(0);

        reader.wakeup();

        assertThat(offsets(reader)).isEmpty();
        assertThat(offsets(reader)).containsExactly(0L);
    }

    private InputReader started(OnMissing onMissing, long first, long end, long from) {
        InputReader reader = assigned(onMissing, first, end);
        reader.start(ORDERS, from, new InputReader.Range(first, end));
        return reader;
    }

    private InputReader assigned(OnMissing onMissing, long first, long end) {
        consumer.updateBeginningOffsets(Map.of(ORDERS, first));
        consumer.updateEndOffsets(Map.of(ORDERS, end));
        InputReader reader = new InputReader(
                consumer,
                "the connector's consumer (User:courier)",
                new MissingRecords(onMissing, topic -> false),
                topics -> {
                    lookUps++;
                    return ids == null
                            ? CompletableFuture.failedFuture(new TimeoutException("no answer"))
                            : CompletableFuture.completedFuture(ids);
                },
                () -> nanos);
        assertThat(reader.assign(Set.of(ORDERS))).isEqualTo(Map.of(ORDERS, new InputReader.Range(first, end)));
        reader.topicIds(Map.of("orders", "known"));
        return reader;
    }

    private void passGap() {
        nanos += InputReader.GAP.toNanos() + 1;
    }

    private void add(long... offsets) {
        for (long offset : offsets) {
            consumer.addRecord(new ConsumerRecord<>("orders", 0, offset, new byte[0], new byte[0]));
        }
    }

    private static List<Long> offsets(InputReader reader) {
        return reader.poll(Duration.ZERO).records(ORDERS).stream()
                .map(ConsumerRecord::offset)
                .toList();
    }
}
