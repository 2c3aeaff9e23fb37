/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import java.time.Duration;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private final MutableClock clock = new MutableClock(1_000);
    private final KafkaFuture<String> never = new KafkaFutureImpl<>();

    @Test
    void returnsTheAnswer() {
        assertThat(Patience.forEach(Duration.ofMillis(1)).get(KafkaFuture.completedFuture("yes")))
                .isEqualTo("yes");
    }

    @Test
    void waitsForEachAnswerUpToTheLimit() {
        Patience patience = Patience.forEach(Duration.ofMillis(2));

        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(TimeoutException.class)
                    .isThrownBy(() -> patience.get(never))
                    .withMessage("The cluster did not answer within 2 ms");
        }
    }

    @Test
    void limitsTheWaitForAllAnswersWhateverTheClockDoes() {
        Patience patience = Patience.forAll(Duration.ofMillis(3), clock);

        clock.advance(1);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> patience.get(never))
                .withMessage("The cluster did not answer within 2 ms");
        clock.advance(7);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> patience.get(never))
                .withMessage("The cluster did not answer within 0 ms");
        clock.advance(-1_000);
        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> patience.get(never))
                .withMessage("The cluster did not answer within 3 ms");
    }
}
