/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.OffsetSet;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.ReadMessage;
import io.kafkacourier.source.outgoing.TrackedRecord;
import io.kafkacourier.source.tier.TierPolicy;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class CommittedProgressTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition TIER = new TopicPartition("delay.delay.16s", 0);

    private final CommittedProgress progress = new CommittedProgress(Map.of(ORDERS, 3L, TIER, 0L));

    @Test
    void beginsWithWhatIsStored() {
        assertThat(progress.acknowledged()).isEqualTo(Map.of(ORDERS, 3L, TIER, 0L));
        assertThat(progress.durable()).isEqualTo(Map.of(ORDERS, 3L, TIER, 0L));
    }

    @Test
    void isDoneUpToTheLastWrittenRecordThatNoneIsOpenBefore() {
        TrackedRecord first = handOut(ORDERS, 4);
        TrackedRecord second = handOut(ORDERS, 5);
        TrackedRecord third = handOut(ORDERS, 6);
        TrackedRecord other = handOut(TIER, 9);

        second.written();
        other.written();
        assertThat(progress.acknowledged()).isEqualTo(Map.of(ORDERS, 3L, TIER, 9L));
        first.written();
        assertThat(progress.acknowledged()).isEqualTo(Map.of(ORDERS, 5L, TIER, 9L));
        third.written();
        assertThat(progress.acknowledged()).isEqualTo(Map.of(ORDERS, 6L, TIER, 9L));
    }

    @Test
    void nothingBehindTheEndOfATruncatedLogIsDurable() {
        TrackedRecord before = handOut(TIER, 9);
        progress.truncated(TIER, new Truncation(5, 1));
        before.written();
        handOut(ORDERS, 4).written();
        for (int round = 0; round < 3; round++) {
            progress.polling();
            progress.committed();
        }

        assertThat(progress.durable()).isEqualTo(Map.of(ORDERS, 4L, TIER, 5L));
        progress.truncated(TIER, new Truncation(7, 2));
        assertThat(progress.durable()).containsEntry(TIER, 5L);
        progress.truncated(TIER, new Truncation(2, 3));
        assertThat(progress.durable()).containsEntry(TIER, 2L);
    }

    @Test
    void trimsAgainOnceProgressAfterTheCutIsDurable() {
        handOut(TIER, 9).written();
        progress.truncated(TIER, new Truncation(5, 1));
        InputPartition truncated = input(TIER).truncate(5);
        TrackedRecord after = handOut(truncated, 6);
        becomeDurable();
        assertThat(progress.durable()).containsEntry(TIER, 5L);

        after.written();
        becomeDurable();
        assertThat(progress.durable()).containsEntry(TIER, 6L);
        handOut(truncated, 12).written();
        becomeDurable();
        assertThat(progress.durable()).containsEntry(TIER, 12L);

        progress.truncated(TIER, new Truncation(8, 2));
        assertThat(progress.durable()).containsEntry(TIER, 8L);
        handOut(truncated.truncate(8), 4).written();
        becomeDurable();
        assertThat(progress.durable()).containsEntry(TIER, 4L);
    }

    /** Source records of the old log still go out, and may be handed out long after. */
    @Test
    void recordsFromBeforeTheCutDoNotCountEvenIfHandedOutLater() {
        InputPartition before = input(TIER);
        InputPartition truncated = before.truncate(5).truncate(3);
        progress.truncated(TIER, new Truncation(3, 2));

        handOut(before, 9).written();
        handOut(before.truncate(5), 8).written();
        becomeDurable();
        assertThat(progress.durable()).containsEntry(TIER, 3L);

        handOut(truncated, 4).written();
        becomeDurable();
        assertThat(progress.durable()).containsEntry(TIER, 4L);
    }

    @Test
    void takesNoOffsetFromADroppedRecordSinceConnectStoresNone() {
        handOut(ORDERS, 4).written();
        handOut(ORDERS, 5).dropped();
        assertThat(progress.acknowledged()).containsEntry(ORDERS, 4L);

        handOut(ORDERS, 6).written();
        assertThat(progress.acknowledged()).containsEntry(ORDERS, 6L);
    }

    @Test
    void isDurableWithinThreeTransactionsIfEachBatchIsOne() {
        for (int batch = 1; batch <= 10; batch++) {
            progress.polling();
            handOut(ORDERS, 3 + batch).written();
            progress.committed();

            assertThat(progress.durable()).containsEntry(ORDERS, 3L + Math.max(0, batch - 3));
        }
        for (int idle = 0; idle < 3; idle++) {
            progress.polling();
            progress.committed();
        }
        assertThat(progress.durable()).containsEntry(ORDERS, 13L);
    }

    /** Connect notes the offsets that may be stored shortly before it polls, and stores them later. */
    @Test
    void isDurableOnlyAtTheSecondCommitAfterConnectSurelyNotedIt() {
        TrackedRecord record = handOut(ORDERS, 4);
        progress.polling();
        record.written();
        progress.committed();
        progress.committed();
        assertThat(progress.durable()).as("not noted").containsEntry(ORDERS, 3L);

        progress.polling();
        progress.committed();
        progress.committed();
        assertThat(progress.durable()).as("perhaps not noted").containsEntry(ORDERS, 3L);

        progress.polling();
        progress.committed();
        assertThat(progress.durable()).as("noted after this commit began").containsEntry(ORDERS, 3L);
        progress.committed();
        assertThat(progress.durable()).as("stored").containsEntry(ORDERS, 4L);
    }

    /** Without exactly-once support a target that is offline may keep the first record open for hours. */
    @Test
    void holdsNoPayloadBehindARecordThatCannotBeAcknowledged() {
        TrackedRecord first = handOut(ORDERS, 4);
        WeakReference<TrackedRecord> second = new WeakReference<>(handOut(ORDERS, 5));
        Objects.requireNonNull(second.get()).written();

        assertThat(isCollected(second)).as("the second record is collected").isTrue();
        assertThat(progress.acknowledged()).containsEntry(ORDERS, 3L);
        first.written();
        assertThat(progress.acknowledged()).containsEntry(ORDERS, 5L);
    }

    /** 50 bytes for each, of which the payload alone has 200. */
    @Test
    @Tag("slow")
    void holdsAMillionRecordsThatAwaitAcknowledgementInFiftyMegabytes() {
        TrackedRecord first = handOut(ORDERS, 4);
        long before = usedHeap();
        for (int record = 0; record < 1_000_000; record++) {
            handOut(ORDERS, 5 + record).written();
        }

        assertThat(usedHeap() - before).as("bytes for a million records").isLessThan(50_000_000);
        first.written();
        assertThat(progress.acknowledged()).containsEntry(ORDERS, 1_000_004L);
    }

    private static boolean isCollected(WeakReference<?> reference) {
        for (int collection = 0; collection < 20 && reference.get() != null; collection++) {
            System.gc();
        }
        return reference.get() == null;
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void becomeDurable() {
        for (int round = 0; round < 4; round++) {
            progress.polling();
            progress.committed();
        }
    }

    private static InputPartition input(TopicPartition readFrom) {
        String settings = new TierPolicy(0, ReadMessage::new).settings();
        return new InputPartition(
                readFrom,
                "id",
                false,
                new PartitionSchedule<>(
                        new TierPolicy(0, ReadMessage::new).policies(), Ladder.none(), Progress.from(0, settings)));
    }

    private TrackedRecord handOut(TopicPartition readFrom, long low) {
        return handOut(input(readFrom), low);
    }

    private TrackedRecord handOut(InputPartition input, long low) {
        TopicPartition readFrom = input.topicPartition();
        String settings = new TierPolicy(0, ReadMessage::new).settings();
        ConsumerRecord<byte[], byte[]> message =
                new ConsumerRecord<>(readFrom.topic(), readFrom.partition(), low, new byte[0], new byte[200]);
        TrackedRecord record = new TrackedRecord(
                input,
                new Action.Deliver<>(
                        Entry.<Outgoing>due(low, 0, 0, 0, ReadMessage.of(message)),
                        false,
                        new Progress(low, low, 0, -1, OffsetSet.EMPTY, settings)),
                RecordKind.MESSAGE,
                null,
                "out",
                null,
                null,
                message.value(),
                null,
                null);
        progress.handedOut(record.readFrom(), record.ticket());
        return record;
    }
}
