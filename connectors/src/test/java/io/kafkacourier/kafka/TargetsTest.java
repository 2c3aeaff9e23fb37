/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private static final TargetTopic PRESENT = TargetTopic.Present.WITH_DEFAULTS;
    private static final TargetTopic OTHER = new TargetTopic.Present(1, true, 2, 3);

    private final MutableClock clock = new MutableClock(1_000_000);
    private final List<CompletableFuture<TargetTopic>> asked = new ArrayList<>();
    private CompletableFuture<TargetTopic> answer = CompletableFuture.completedFuture(PRESENT);
    private final Targets targets = new Targets(
            topic -> {
                asked.add(answer);
                return answer;
            },
            clock,
            Duration.ofMillis(1));

    @Test
    void asksOnceForAWhile() {
        targets.find("out");
        clock.advance(Targets.REFRESH.toMillis());

        assertThat(targets.find("out")).isEqualTo(PRESENT);
        assertThat(asked).hasSize(1);
    }

    @Test
    void goesOnWithAnOldAnswerWhileItAsksAnew() {
        targets.find("out");
        clock.advance(Targets.REFRESH.toMillis() + 1);
        answer = new CompletableFuture<>();

        assertThat(targets.find("out")).isEqualTo(PRESENT);
        answer.complete(OTHER);
        assertThat(targets.find("out")).isEqualTo(OTHER);
        assertThat(asked).hasSize(2);
    }

    @Test
    void believesInAnAbsenceForAShorterWhileOnly() {
        answer = CompletableFuture.completedFuture(new TargetTopic.Absent());
        assertThat(targets.find("out")).isEqualTo(new TargetTopic.Absent());
        answer = CompletableFuture.completedFuture(PRESENT);

        clock.advance(Targets.ABSENT_FOR.toMillis());
        assertThat(targets.find("out")).isEqualTo(new TargetTopic.Absent());
        clock.advance(1);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void asksToTryAgainWhileThereIsNoAnswer() {
        answer = new CompletableFuture<>();

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> targets.find("out"))
                .withMessageContaining("has not said yet");
        answer.complete(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
        assertThat(asked).hasSize(1);
    }

    @Test
    void asksAnewAfterAFailure() {
        answer = CompletableFuture.failedFuture(new DisconnectException());

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> targets.find("out"))
                .withCauseInstanceOf(DisconnectException.class);
        answer = CompletableFuture.completedFuture(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void forgetsWhatWasUsedLeast() {
        for (int i = 0; i <= Targets.CAPACITY; i++) {
            targets.find("out" + i);
        }
        targets.find("out" + Targets.CAPACITY);
        assertThat(asked).hasSize(Targets.CAPACITY + 1);

        targets.find("out0");
        assertThat(asked).hasSize(Targets.CAPACITY + 2);
    }

    @Test
    void movesTimestampsSafelyWithinTheBoundsOfATopic() {
        TargetTopic.Present topic = new TargetTopic.Present(1, false, 100, 50);

        assertThat(topic.takenTimestampMs(949, 1_000)).isEqualTo(950);
        assertThat(topic.takenTimestampMs(950, 1_000)).isEqualTo(950);
        assertThat(topic.takenTimestampMs(1_025, 1_000)).isEqualTo(1_025);
        assertThat(topic.takenTimestampMs(1_026, 1_000)).isEqualTo(1_025);
        assertThat(new TargetTopic.Present(1, false, Long.MAX_VALUE, Long.MAX_VALUE).takenTimestampMs(0, 1_000))
                .isZero();
    }
}
