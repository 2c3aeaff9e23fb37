/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.MutableClock;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.source.targets.BlockedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class RetriableFailuresTest {

    private final MutableClock clock = new MutableClock(1_000_000);
    private final RetriableFailures failures = new RetriableFailures(clock);

    @Test
    void logsACauseWhenItFirstComesAndThenOnceAMinuteWithItsCount() {
        List<String> lines = new ArrayList<>();
        for (int halfSecond = 0; halfSecond <= 240; halfSecond++) {
            String line = failures.line(new RetriableException("The topic again.redrive is not there"));
            if (line != null) {
                lines.add(line);
            }
            clock.advance(500);
        }

        assertThat(lines)
                .containsExactly(
                        "The task cannot go on for the moment and keeps trying: The topic again.redrive is not there",
                        "The task still cannot go on and keeps trying, 120 times since this was last logged:"
                                + " The topic again.redrive is not there",
                        "The task still cannot go on and keeps trying, 120 times since this was last logged:"
                                + " The topic again.redrive is not there");
    }

    @Test
    void waitsForTheSecondLookBeforeItNamesATopic() {
        assertThat(failures.line(new BlockedException(Obstacle.UNCONFIRMED, "not there, or not to be written to")))
                .isNull();
        assertThat(failures.line(new BlockedException(Obstacle.NOT_ALLOWED, "not to be written to")))
                .endsWith(": not to be written to");
    }

    @Test
    void logsEachOfTwoCausesThatTakeTurns() {
        assertThat(failures.line(new RetriableException("one"))).endsWith(": one");
        assertThat(failures.line(new RetriableException("two"))).endsWith(": two");
        assertThat(failures.line(new RetriableException("one"))).isNull();
        assertThat(failures.line(new RetriableException("two"))).isNull();
    }

    @Test
    void namesTheAnswerOfTheCluster() {
        RetriableException failure =
                new RetriableException("The cluster could not say", new TimeoutException("Call(describeTopics)"));

        assertThat(failures.line(failure))
                .endsWith(
                        ": The cluster could not say (org.apache.kafka.common.errors.TimeoutException: Call(describeTopics))");
    }

    @Test
    void countsCausesTogetherIfThereAreManyAndNamesNewOnesAgainAMinuteLater() {
        long logged = 0;
        for (int number = 0; number < 5_000; number++) {
            logged += failures.line(new RetriableException("target " + number)) == null ? 0 : 1;
        }
        assertThat(logged).isEqualTo(RetriableFailures.CAPACITY + 1);

        clock.advance(RetriableFailures.REMIND.toMillis());
        assertThat(Objects.requireNonNull(failures.line(new RetriableException("another"))))
                .endsWith(": another");
    }

    @Test
    void goesOnLoggingIfTheClockIsSetBack() {
        assertThat(failures.line(new RetriableException("one"))).isNotNull();
        clock.advance(-RetriableFailures.REMIND.toMillis());

        assertThat(failures.line(new RetriableException("one"))).isNotNull();
    }
}
