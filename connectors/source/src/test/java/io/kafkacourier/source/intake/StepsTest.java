/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.ReadMessage;
import io.kafkacourier.source.message.RecordSize;
import io.kafkacourier.source.tier.TierPolicy;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class StepsTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final Progress PROGRESS = Progress.from(100, new TierPolicy(0, ReadMessage::new).settings());

    private final InputPartition orders = partition("orders", false);
    private final InputPartition tier = partition("delay.delay.16s", true);
    private final Steps steps = new Steps(new BatchLimit(10_000, () -> 0), false);

    @Test
    void deliversAndRefusesWithoutDelayAndKeepsBackHops() {
        steps.add(orders, hop(1, 60_000), NOW);
        steps.add(tier, deliver(2), NOW);
        steps.makeUrgentReady();
        assertThat(offsets()).containsExactly(2L);
        assertThat(steps.isWaiting()).isTrue();

        steps.add(tier, new Action.Refuse<>(entry(3), PROGRESS), NOW);
        steps.makeUrgentReady();
        assertThat(offsets()).containsExactly(3L);

        steps.makeUrgentReady();
        assertThat(offsets()).isEmpty();
        steps.makeAllReady();
        assertThat(offsets()).containsExactly(1L);
        assertThat(steps.isEmpty()).isTrue();
    }

    /** Otherwise the progress of the later step would cover a hop that was never written. */
    @Test
    void keepsTheOrderOfEachPartition() {
        steps.add(orders, hop(1, 60_000), NOW);
        steps.add(tier, hop(2, 60_000), NOW);
        steps.add(orders, deliver(3), NOW);
        steps.add(orders, hop(4, 60_000), NOW);
        steps.makeUrgentReady();
        assertThat(offsets()).containsExactly(1L, 3L, 4L);

        steps.makeAllReady();
        assertThat(offsets()).containsExactly(2L);
    }

    @Test
    void keepsTheOrderOfAPartitionWhoseTopicWasCreatedAnew() {
        steps.add(orders, hop(1, 60_000), NOW);
        steps.add(partition("orders", false), deliver(0), NOW);
        steps.makeUrgentReady();

        assertThat(offsets()).containsExactly(1L, 0L);
    }

    @Test
    void doesNotKeepBackAHopIntoAShortStay() {
        steps.add(orders, hop(1, 2_000), NOW);
        steps.add(tier, hop(2, 1_999), NOW);
        steps.makeUrgentReady();

        assertThat(offsets()).containsExactly(2L);
    }

    @Test
    void hasNothingToDoForARecordThatIsHeldUnlessAskedTo() {
        steps.add(orders, new Action.Hold<>(entry(1), PROGRESS), NOW);
        assertThat(steps.isEmpty()).isTrue();

        Steps withHolds = new Steps(new BatchLimit(10_000, () -> 0), true);
        withHolds.add(orders, new Action.Hold<>(entry(1), PROGRESS), NOW);
        withHolds.add(tier, new Action.Hold<>(entry(2), PROGRESS), NOW);
        withHolds.makeUrgentReady();
        assertThat(withHolds.next()).isNull();
        withHolds.makeAllReady();
        assertThat(withHolds.next()).isNotNull();
        withHolds.done();
        assertThat(withHolds.isEmpty()).isTrue();
    }

    @Test
    void isFullWithTheRecordThatReachesTheLimitOfBytes() {
        for (int offset = 0; offset < 9; offset++) {
            steps.add(orders, deliver(offset), NOW);
        }
        assertThat(steps.isFull()).isFalse();
        steps.add(orders, deliver(9), NOW);
        assertThat(steps.isFull()).isTrue();
        assertThat(steps.heldBytes()).isEqualTo(13_000);

        steps.makeAllReady();
        assertThat(steps.isFull()).isTrue();
        steps.done();
        assertThat(steps.isFull()).isFalse();
        assertThat(steps.heldBytes()).isEqualTo(11_700);
    }

    @Test
    void isFullWithTenThousandRecords() {
        Steps many = new Steps(new BatchLimit(Long.MAX_VALUE, () -> 0), false);
        for (int offset = 0; offset < 9_999; offset++) {
            many.add(orders, empty(offset), NOW);
        }
        many.makeAllReady();
        assertThat(many.isFull()).isFalse();
        many.add(orders, empty(9_999), NOW);
        assertThat(many.isFull()).isTrue();
    }

    private List<Long> offsets() {
        List<Long> offsets = new ArrayList<>();
        for (Step step = steps.next(); step != null; step = steps.next()) {
            offsets.add(step.action().entry().offset());
            steps.done();
        }
        return offsets;
    }

    private static Action<Outgoing> deliver(long offset) {
        return new Action.Deliver<>(entry(offset), false, PROGRESS);
    }

    private static Action<Outgoing> hop(long offset, long stayMs) {
        return new Action.Hop<>(entry(offset), new Tier(60, 60_000), NOW + stayMs, PROGRESS);
    }

    private static Action<Outgoing> empty(long offset) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("orders", 0, offset, null, null);
        return new Action.Deliver<>(Entry.<Outgoing>due(offset, NOW, NOW, 0, ReadMessage.of(record)), false, PROGRESS);
    }

    /** A record of 1,000 bytes, which takes 1,300 to hold. */
    private static Entry<Outgoing> entry(long offset) {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>("orders", 0, offset, new byte[10], new byte[990]);
        return Entry.due(offset, NOW, NOW, RecordSize.held(record), ReadMessage.of(record));
    }

    private static InputPartition partition(String topic, boolean isTier) {
        return new InputPartition(
                new TopicPartition(topic, 0),
                "id",
                isTier,
                new PartitionSchedule<>(
                        new TierPolicy(0, ReadMessage::new).policies(),
                        Ladder.none(),
                        Progress.from(0, new TierPolicy(0, ReadMessage::new).settings())));
    }
}
