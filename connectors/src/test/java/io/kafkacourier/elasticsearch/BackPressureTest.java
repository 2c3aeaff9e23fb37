/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

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
        backPressure.update(101, false);
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));

        backPressure.update(51, false);
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));

        backPressure.update(50, false);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void afterTroubleWithTheServerTheBufferOnlyHasToHaveRoom() {
        backPressure.update(80, true);
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));

        backPressure.update(80, false);
        assertThat(context.paused).isEmpty();
    }

    @Test
    void aBufferThatFillsDuringTroubleStillHasToBeHalfFreeAfterwards() {
        backPressure.update(80, true);
        backPressure.update(101, true);

        backPressure.update(80, false);
        assertThat(context.paused).isEqualTo(Set.of(PARTITION));
    }

    /** Connect pauses again what comes back, and nobody else would resume it. */
    @Test
    void aPartitionThatWentWhilePausedIsReadWhenItComesBackAfterTheTrouble() {
        backPressure.update(0, true);
        context.revoke(PARTITION);
        backPressure.update(0, false);

        context.assign(PARTITION);
        backPressure.opened(Set.of(PARTITION));

        assertThat(context.paused).isEmpty();
    }

    @Test
    void aPartitionThatComesDuringTroubleIsPaused() {
        TopicPartition other = new TopicPartition("events", 1);
        backPressure.update(0, true);

        context.assign(other);
        backPressure.opened(Set.of(other));
        assertThat(context.paused).isEqualTo(Set.of(PARTITION, other));

        backPressure.update(0, false);
        assertThat(context.paused).isEmpty();
    }
}
