/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackPressureTest {

    private static final TopicPartition PARTITION = new TopicPartition("events", 0);

    private final FakeSinkTaskContext context = new FakeSinkTaskContext();
    private final BackPressure backPressure = new BackPressure(context, 100);

    @BeforeEach
    void assign() {
        context.assign(PARTITION);
    }

    @Test
    void afterTheBufferWasFullHalfOfItHasToBeFree() {
        backPressure.update(101, 0, false, Set.of());
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));

        backPressure.update(51, 0, false, Set.of());
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));

        backPressure.update(50, 0, false, Set.of());
        assertThat(context.paused).isEmpty();
    }

    @Test
    void afterTroubleWithTheServerTheBufferOnlyHasToHaveRoom() {
        backPressure.update(80, 0, true, Set.of());
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));

        backPressure.update(80, 0, false, Set.of());
        assertThat(context.paused).isEmpty();
    }

    @Test
    void aBufferThatFillsDuringTroubleStillHasToBeHalfFreeAfterwards() {
        backPressure.update(80, 0, true, Set.of());
        backPressure.update(101, 0, true, Set.of());

        backPressure.update(80, 0, false, Set.of());
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));
    }

    /** Connect pauses again what comes back, and nobody else would resume it. */
    @Test
    void aPartitionThatWentWhilePausedIsReadWhenItComesBackAfterTheTrouble() {
        backPressure.update(0, 0, true, Set.of());
        context.revoke(PARTITION);
        backPressure.update(0, 0, false, Set.of());

        context.assign(PARTITION);
        backPressure.opened(Set.of(PARTITION));

        assertThat(context.paused).isEmpty();
    }

    @Test
    void aPartitionThatComesDuringTroubleIsPaused() {
        TopicPartition other = new TopicPartition("events", 1);
        backPressure.update(0, 0, true, Set.of());

        context.assign(other);
        backPressure.opened(Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(PARTITION, other));

        backPressure.update(0, 0, false, Set.of());
        assertThat(context.paused).isEmpty();
    }

    @Test
    void aStuckPartitionIsPausedAloneUntilItIsNoLongerStuck() {
        TopicPartition other = new TopicPartition("events", 1);
        context.assign(other);
        backPressure.update(80, 0, false, Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(other));
        assertThat(backPressure.paused()).isEqualTo(1);

        backPressure.update(101, 0, false, Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(PARTITION, other));

        backPressure.update(50, 0, false, Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(other));

        backPressure.update(50, 0, false, Set.of());
        assertThat(context.paused).isEmpty();
        assertThat(backPressure.paused()).isZero();
    }

    @Test
    void whatIsStuckAndNoLongerAssignedIsLeftAlone() {
        TopicPartition gone = new TopicPartition("events", 1);
        context.assign(gone);
        backPressure.update(0, 0, false, Set.of(gone));
        context.revoke(gone);
        backPressure.update(0, 0, false, Set.of(gone));
        backPressure.update(0, 0, false, Set.of());
        assertThat(backPressure.paused()).isZero();
    }

    @Test
    void whatIsStuckTakesNoMoreThanHalfOfTheBufferFromTheRest() {
        TopicPartition other = new TopicPartition("events", 1);
        context.assign(other);
        backPressure.update(101, 0, false, Set.of());
        assertThat(context.paused).isEqualTo(Set.of(PARTITION, other));

        backPressure.update(101, 101, false, Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(other));

        backPressure.update(152, 101, false, Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(PARTITION, other));

        backPressure.update(126, 101, false, Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(other));
    }

    @Test
    void nothingIsReadWhenTwiceTheBufferIsHeld() {
        backPressure.update(201, 201, false, Set.of());
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));
        backPressure.update(200, 200, false, Set.of());
        assertThat(context.paused).isEmpty();
    }
}
