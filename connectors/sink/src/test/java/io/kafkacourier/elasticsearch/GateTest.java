/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GateTest {

    private final Gate gate =
            new Gate(new Backoff(Duration.ofMillis(100), Duration.ofHours(1), new Random(1)), new Reminder(0));

    @Test
    void isHalfOpenWhenTheWaitIsOver() {
        assertThat(gate.isClosed(-5)).isFalse();
        assertThat(gate.permitted(4)).isEqualTo(4);
        gate.trouble(0, 1_000);
        assertThat(gate.isClosed(1_049)).isTrue();
        assertThat(gate.closedForMs(1_000)).isBetween(50L, 100L);
        assertThat(gate.isClosed(1_100)).isFalse();
        assertThat(gate.closedForMs(1_100)).isZero();
        assertThat(gate.permitted(4)).as("requests until one is answered").isEqualTo(1);
    }

    @Test
    void countsRequestsThatWereUnderWayTogetherOnce() {
        assertThat(gate.trouble(900, 1_000)).isTrue();
        assertThat(gate.trouble(950, 1_001)).isFalse();
        assertThat(gate.trouble(999, 1_002)).isFalse();
        assertThat(gate.closedForMs(1_002)).isBetween(48L, 98L);
        gate.trouble(1_100, 1_200);
        assertThat(gate.closedForMs(1_200)).isBetween(100L, 200L);
    }

    @Test
    void opensWhenARequestSentAfterwardsIsAnswered() {
        gate.trouble(900, 1_000);
        assertThat(gate.answered(950)).isFalse();
        assertThat(gate.permitted(4)).isEqualTo(1);
        assertThat(gate.answered(1_100)).isTrue();
        assertThat(gate.permitted(4)).isEqualTo(4);
    }

    @Test
    void remindsOnceAMinute() {
        Reminder reminder = new Reminder(1_000);
        assertThat(reminder.isDue(60_999)).isFalse();
        assertThat(reminder.isDue(61_000)).isTrue();
        assertThat(reminder.isDue(61_000)).isFalse();
        assertThat(reminder.isDue(121_000)).isTrue();
    }
}
