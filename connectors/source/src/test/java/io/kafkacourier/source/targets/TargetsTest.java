/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.admin.TopicLookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private static final TargetTopic PRESENT = TargetTopic.Present.WITH_DEFAULTS;
    private static final TargetTopic ABSENT = new TargetTopic.Absent();
    private static final TargetTopic UNCONFIRMED = new TargetTopic.Unsure(Obstacle.UNCONFIRMED);
    private static final TargetTopic LEADERLESS =
            TargetTopic.Present.WITH_DEFAULTS.with(2, Map.of(1, Obstacle.NO_LEADER));
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
    void goesOnWithAnOldAnswerWhileItAsksAgain() {
        targets.find("out");
        clock.advance(Targets.REFRESH.toMillis() + 1);
        answer = new CompletableFuture<>();

        assertThat(targets.find("out")).isEqualTo(PRESENT);
        answer.complete(OTHER);
        assertThat(targets.find("out")).isEqualTo(OTHER);
        assertThat(asked).hasSize(2);
    }

    @Test
    void looksUpATopicThatWasNotUsedForAWhileBeforeItUsesIt() {
        targets.find("out");
        clock.advance(2 * Targets.REFRESH.toMillis() + 1);
        answer = CompletableFuture.completedFuture(OTHER);

        assertThat(targets.find("out")).isEqualTo(OTHER);
    }

    @Test
    void goesByAnOlderAnswerForAWhileIfTheClusterDoesNotAnswer() {
        targets.find("out");
        answer = new CompletableFuture<>();
        clock.advance(Targets.BELIEVED.toMillis());

        assertThat(targets.find("out")).isEqualTo(PRESENT);
        clock.advance(1);
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> targets.find("out"));
        clock.advance(Targets.ANSWERED_WITHIN.toMillis());
        assertThat(targets.find("out")).isEqualTo(new TargetTopic.Unsure(Obstacle.NO_ANSWER));
    }

    @Test
    void believesInAnAbsenceOnceTwoLooksAgree() {
        answer = CompletableFuture.completedFuture(ABSENT);

        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
        clock.advance(Targets.AGREE.toMillis() - 1);
        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
        clock.advance(Targets.BLOCKED_FOR.toMillis() + 1);
        assertThat(targets.find("out")).isEqualTo(ABSENT);
    }

    @Test
    void doesNotBelieveInAnAbsenceThatTheSecondLookDenies() {
        answer = CompletableFuture.completedFuture(ABSENT);
        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
        clock.advance(Targets.AGREE.toMillis());
        answer = CompletableFuture.completedFuture(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);

        clock.advance(Targets.FRESH.toMillis() + 1);
        answer = CompletableFuture.completedFuture(ABSENT);
        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
    }

    @Test
    void takesDifferentAnswersForNoAgreement() {
        answer = CompletableFuture.completedFuture(ABSENT);
        targets.find("out");
        clock.advance(Targets.AGREE.toMillis());
        answer = CompletableFuture.completedFuture(new TargetTopic.Denied());
        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
        clock.advance(Targets.AGREE.toMillis());
        assertThat(targets.find("out")).isEqualTo(new TargetTopic.Denied());
    }

    @Test
    void takesLooksThatAreFarApartForNoAgreement() {
        answer = CompletableFuture.completedFuture(ABSENT);
        targets.find("out");
        clock.advance(Targets.AGREE_WITHIN.toMillis() + 1);
        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
    }

    @Test
    void believesInAConfirmedAbsenceForAShortWhileOnly() {
        answer = CompletableFuture.completedFuture(ABSENT);
        targets.find("out");
        clock.advance(Targets.AGREE.toMillis());
        assertThat(targets.find("out")).isEqualTo(ABSENT);
        answer = CompletableFuture.completedFuture(PRESENT);

        clock.advance(Targets.ABSENT_FOR.toMillis());
        assertThat(targets.find("out")).isEqualTo(ABSENT);
        clock.advance(1);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void looksAgainSoonAtATopicThatTakesNoRecords() {
        answer = CompletableFuture.completedFuture(LEADERLESS);
        assertThat(targets.find("out")).isEqualTo(LEADERLESS);
        answer = CompletableFuture.completedFuture(PRESENT);

        clock.advance(Targets.BLOCKED_FOR.toMillis());
        assertThat(targets.find("out")).isEqualTo(LEADERLESS);
        clock.advance(1);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void stopsWaitingForAnAnswerAfterASecond() {
        answer = new CompletableFuture<>();
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> targets.find("out"));
        clock.advance(Targets.ANSWERED_WITHIN.toMillis());

        assertThat(targets.find("out")).isEqualTo(new TargetTopic.Unsure(Obstacle.NO_ANSWER));
        answer.complete(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void asksForAllThatIsNeededNextTogether() {
        List<String> names = IntStream.range(0, 3_000).mapToObj(i -> "out" + i).toList();
        List<Integer> questions = new ArrayList<>();
        Targets many = new Targets(
                new TopicLookup() {
                    @Override
                    public CompletableFuture<TargetTopic> look(String topic) {
                        throw new AssertionError("asked for one at a time");
                    }

                    @Override
                    public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
                        questions.add(topics.size());
                        return topics.stream().collect(toMap(topic -> topic, topic -> answer));
                    }
                },
                clock,
                Duration.ofMillis(1));
        many.expect(() -> names);

        names.forEach(many::find);
        assertThat(questions).containsExactly(Targets.MOST_AT_ONCE, 3_000 - Targets.MOST_AT_ONCE);
    }

    @Test
    void keepsNoMoreNamesOfWhichNothingIsCertainThanThereIsRoomFor() {
        answer = CompletableFuture.completedFuture(ABSENT);
        for (int i = 0; i < Targets.CAPACITY; i++) {
            targets.find("out" + i);
        }
        assertThat(targets.find("more")).isEqualTo(new TargetTopic.Unsure(Obstacle.NO_ANSWER));
        assertThat(asked).hasSize(Targets.CAPACITY);

        clock.advance(Targets.AGREE.toMillis());
        assertThat(targets.find("out0")).isEqualTo(ABSENT);
        assertThat(targets.find("more")).isEqualTo(UNCONFIRMED);
    }

    @Test
    void answersForANameThatMakesRoomForAnotherWhileItIsAskedFor() {
        answer = CompletableFuture.completedFuture(ABSENT);
        for (int i = 0; i < Targets.CAPACITY; i++) {
            targets.find("out" + i);
        }
        clock.advance(Targets.ABANDONED.toMillis() + 1);
        targets.expect(() -> List.of("more"));

        assertThat(targets.find("out0")).isEqualTo(UNCONFIRMED);
        assertThat(targets.find("more")).isEqualTo(UNCONFIRMED);
        assertThat(asked).hasSize(Targets.CAPACITY + 2);
    }

    @Test
    void holdsBackForATopicThatIsMissingAndCannotBeCreatedAtTheMoment() {
        answer = CompletableFuture.completedFuture(new TargetTopic.Unsure(Obstacle.MISSING));
        assertThat(targets.find("out")).isEqualTo(UNCONFIRMED);
        clock.advance(Targets.AGREE.toMillis());

        assertThat(targets.find("out")).isEqualTo(new TargetTopic.Unsure(Obstacle.MISSING));
        clock.advance(Targets.ABSENT_FOR.toMillis() + 1);
        answer = CompletableFuture.completedFuture(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void asksToTryAgainWhileThereIsNoAnswer() {
        answer = new CompletableFuture<>();

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> targets.find("out"))
                .withMessageContaining("has not answered yet");
        answer.complete(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
        assertThat(asked).hasSize(1);
    }

    @Test
    void asksAgainAfterAFailure() {
        answer = CompletableFuture.failedFuture(new DisconnectException());

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> targets.find("out"))
                .withCauseInstanceOf(DisconnectException.class);
        answer = CompletableFuture.completedFuture(PRESENT);
        assertThat(targets.find("out")).isEqualTo(PRESENT);
    }

    @Test
    void forgetsTheTopicUsedLeastRecently() {
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
