/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.source.intake.Pacer;
import io.kafkacourier.source.targets.BlockedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class ScheduledSourceTest {

    private final PlainTask task = new PlainTask();

    @Test
    void handsOutDueMessagesOfAllPartitionsInTheOrderOfTheirDueTimes() {
        task.arrive(0, 3_000, "out");
        task.arrive(1, 1_000, "out");
        task.arrive(1, 4_000, "out");
        task.arrive(2, 2_000, "out");
        assertThat(task.poll()).isEmpty();
        task.advance(3_000);

        assertThat(PlainTask.places(task.poll())).containsExactly("1@0", "2@0", "0@0");
    }

    /** Messages that are due at the same time are ordered by offset, even across partitions. */
    @Property(tries = 200)
    void handsOutDueMessagesByDueTimeAndThenByOffset(@ForAll @Size(max = 40) List<@From("messages") Waiting> arriving) {
        PlainTask fresh = new PlainTask();
        Map<String, Long> order = new HashMap<>();
        for (Waiting message : arriving) {
            int offset = fresh.arrive(message.partition(), message.waitMs(), "out");
            order.put(message.partition() + "@" + offset, message.waitMs() * 1_000 + offset);
        }
        assertThat(fresh.poll()).isEmpty();
        fresh.advance(20);

        List<String> places = PlainTask.places(fresh.poll());

        assertThat(places).containsExactlyInAnyOrderElementsOf(order.keySet());
        assertThat(places).extracting(order::get).isSorted();
    }

    @Provide
    Arbitrary<Waiting> messages() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, PlainTask.PARTITIONS - 1),
                        Arbitraries.longs().between(1, 20))
                .as(Waiting::new);
    }

    private record Waiting(int partition, long waitMs) {}

    @Test
    void handsOutRecordsBeforeAFailingStepAndFailsAtTheNextPoll() {
        task.cluster().topicIsBlocked("out.blocked");
        task.cluster().topicIsBlocked("plain.delay.1024s");
        task.arrive(0, 0, "out");
        task.arrive(0, 0, "out.blocked");
        task.arrive(0, 0, "out");

        assertThat(PlainTask.places(task.poll())).containsExactly("0@0");
        assertThatExceptionOfType(BlockedException.class).isThrownBy(task::poll);
        assertThatExceptionOfType(BlockedException.class).isThrownBy(task::poll);
        task.cluster().topicIs("out.blocked", TargetTopic.Present.WITH_DEFAULTS);
        task.advance(1_000);
        assertThat(PlainTask.places(task.poll())).containsExactly("0@1", "0@2");
    }

    @Test
    void returnsNullAndCarriesOutNothingIfNothingIsDue() {
        task.arrive(0, 1_000, "out");

        assertThat(task.source().poll()).isNull();
        assertThat(task.cluster().questions()).isEmpty();
    }

    @Test
    void restsAfterConnectHasCommittedABatch() {
        task.arrive(0, 0, "out");
        task.poll();
        long handedOut = task.ticker();
        task.arrive(0, 0, "out");
        task.advanceTicker(Duration.ofMillis(8));

        assertThat(task.poll()).hasSize(1);
        assertThat(Duration.ofNanos(task.ticker() - handedOut))
                .isEqualTo(Duration.ofMillis(8).plus(Pacer.REST));
    }

    @Test
    void beginsNoRoundWithinTheIntervalAfterABatch() {
        task.arrive(0, 0, "out");
        task.poll();
        long handedOut = task.ticker();
        task.arrive(0, 0, "out");

        assertThat(task.poll()).hasSize(1);
        assertThat(Duration.ofNanos(task.ticker() - handedOut)).isEqualTo(Pacer.INTERVAL);
    }

    @Test
    void keepsBackHopsForTheStretchedIntervalAfterABatchThatLeftNothing() {
        task.arrive(0, 0, "out");
        task.poll();
        long handedOut = task.ticker();
        task.arrive(0, 1_800_000, "out");

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("plain.delay.1024s");
        assertThat(Duration.ofNanos(task.ticker() - handedOut))
                .isBetween(Pacer.STRETCHED_INTERVAL, Pacer.STRETCHED_INTERVAL.plus(Pacer.INTERVAL));
    }

    @Test
    void sendsAHopTogetherWithADueMessageOfItsPartition() {
        task.arrive(0, 0, "out");
        task.poll();
        long handedOut = task.ticker();
        task.arrive(0, 1_800_000, "out");
        task.arrive(0, 0, "out");

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("plain.delay.1024s", "out");
        assertThat(Duration.ofNanos(task.ticker() - handedOut)).isEqualTo(Pacer.INTERVAL);
    }

    @Test
    void reportsWhenTheNextMessageIsDue() {
        assertThat(task.source().nextDueMs()).isEqualTo(PartitionSchedule.NEVER);
        task.arrive(0, 5_000, "out");
        task.arrive(1, 2_000, "out");
        task.poll();

        assertThat(task.source().nextDueMs()).isEqualTo(NOW + 2_000);
        task.advance(2_000);
        task.poll();
        assertThat(task.source().nextDueMs()).isEqualTo(NOW + 5_000);
    }

    @Test
    void reportsTheDueTimeOfAMessageThatCannotBeHandedOut() {
        task.cluster().topicIsBlocked("out");
        task.cluster().topicIsBlocked("plain.delay.1024s");
        task.arrive(0, 2_000, "out");
        task.poll();
        task.advance(9_000);

        assertThatExceptionOfType(BlockedException.class).isThrownBy(task::poll);
        assertThat(task.source().nextDueMs()).isEqualTo(NOW + 2_000);
    }

    @Test
    void reportsThePlaceAndTheHeldMessagesOfEachPartition() {
        task.arrive(0, 5_000, "out");
        task.arrive(0, 7_000, "out");
        task.arrive(2, 0, "out");
        task.poll();

        SourceStatus status = task.source().status();

        assertThat(status.places())
                .containsEntry(new TopicPartition("orders", 0), new SourceStatus.Place(2, 2))
                .containsEntry(new TopicPartition("orders", 1), new SourceStatus.Place(0, 0))
                .containsEntry(new TopicPartition("orders", 2), new SourceStatus.Place(1, 0));
        assertThat(status.furthestDueMs()).isEqualTo(NOW + 7_000);
    }
}
