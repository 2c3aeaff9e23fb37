/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import io.kafkacourier.MutableClock;
import io.kafkacourier.PublishedMetrics;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The thread of the test is the thread of the task. */
class BatchWatchTest {

    private static final long STALLED_MS = BatchWatch.STALLED_AFTER.toMillis() + 1;

    private final MutableClock clock = new MutableClock(1_000_000);
    private final Map<String, CompletableFuture<TargetTopic>> cluster = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final PublishedMetrics published = new PublishedMetrics();
    private boolean isInProducer = true;
    private @Nullable Error error;
    private final BatchWatch watch = new BatchWatch(
            "test",
            topic -> {
                asked.add(topic);
                if (error != null) {
                    throw error;
                }
                return cluster.getOrDefault(topic, is(new TargetTopic.Absent()));
            },
            "the connector's admin client (User:courier)",
            Duration.ofMinutes(1),
            clock,
            thread -> isInProducer);

    @AfterEach
    void close() {
        watch.close();
        assertThat(Thread.interrupted()).as("an interrupt is left").isFalse();
    }

    @Test
    void interruptsATaskThatWaitsForATopicThatIsMissingOnceTwoLooksAgree() throws Exception {
        cluster.put("fine", is(TargetTopic.Present.WITH_DEFAULTS));
        watch.handedOut(List.of(to("fine"), to("gone")));
        clock.advance(STALLED_MS);

        watch.look();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        watch.look();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void leavesATaskAloneThatWaitsForAnythingButAProducerAndFailsItWhenItComes() throws Exception {
        isInProducer = false;
        watch.handedOut(List.of(to("gone")));
        clock.advance(STALLED_MS);
        watch.look();
        watch.look();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(watch::polling)
                .withMessageContaining("gone");
    }

    @Test
    void clearsItsInterruptWhenTheTaskComesBackOrIsStopped() throws Exception {
        watch.handedOut(List.of(to("gone")));
        clock.advance(STALLED_MS);
        watch.look();
        watch.look();
        watch.close();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesATaskAloneWhoseTopicIsCreatedAgain() throws Exception {
        watch.handedOut(List.of(to("gone")));
        clock.advance(STALLED_MS);
        watch.look();
        cluster.put("gone", is(TargetTopic.Present.WITH_DEFAULTS));
        watch.look();
        watch.look();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Obstacle.class,
            names = {"NO_LEADER", "UNDER_MIN_ISR"})
    void givesATopicThatTakesNoneTheTimeOfATransaction(Obstacle obstacle) throws Exception {
        cluster.put("out", is(TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, obstacle))));
        watch.handedOut(List.of(to("out")));
        clock.advance(75_000);
        watch.look();
        watch.look();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        clock.advance(1);
        watch.look();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void givesATopicThatSeemsToBeFineTwiceTheTimeOfATransaction() throws Exception {
        cluster.put("slow", is(TargetTopic.Present.WITH_DEFAULTS));
        watch.handedOut(List.of(to("slow")));
        clock.advance(150_000);
        watch.look();
        watch.look();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        clock.advance(1);
        watch.look();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void leavesATaskAloneWhileTheClusterDoesNotAnswer() throws Exception {
        cluster.put("out", CompletableFuture.failedFuture(new TimeoutException()));
        watch.handedOut(List.of(to("out")));
        clock.advance(3_600_000);
        watch.look();
        watch.look();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void looksAgainAfterAnError() {
        cluster.put("out", is(TargetTopic.Present.WITH_DEFAULTS));
        watch.handedOut(List.of(to("out")));
        clock.advance(STALLED_MS);
        error = new NoClassDefFoundError("a jar was replaced");

        assertThatNoException().isThrownBy(watch::lookSafely);

        assertThat(asked).containsExactly("out");
    }

    @Test
    void failsTheNextPollOfATaskThatIsBackIfRecordsCanNeverBeWritten() throws Exception {
        watch.handedOut(List.of(to("gone")));
        watch.polling();
        clock.advance(STALLED_MS);
        watch.look();
        assertThatCode(watch::polling).doesNotThrowAnyException();
        watch.look();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(watch::polling)
                .withMessageContainingAll("gone", "does not exist", "topic.creation.default", "restart the task");
    }

    @Test
    void leavesATaskThatIsBackAloneIfRecordsWillBeWrittenSomeTime() throws Exception {
        cluster.put("out", is(TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, Obstacle.NO_LEADER))));
        watch.handedOut(List.of(to("out")));
        watch.polling();
        clock.advance(3_600_000);
        watch.look();
        watch.look();

        assertThatCode(watch::polling).doesNotThrowAnyException();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void asksForNothingWhileRecordsAreWritten() throws Exception {
        SourceRecord first = to("gone");
        watch.handedOut(List.of(first, to("gone")));
        clock.advance(STALLED_MS);
        watch.done(first);
        clock.advance(STALLED_MS - 1);
        watch.look();

        assertThat(asked).isEmpty();
    }

    @Test
    void showsTheAgeOfABatchAndItsObstacle() throws Exception {
        watch.start(published);
        assertThat(published.value("batch-age-ms")).isZero();
        SourceRecord record = to("out");
        cluster.put("out", is(TargetTopic.Present.WITH_DEFAULTS.with(1, Map.of(0, Obstacle.NO_LEADER))));
        watch.handedOut(List.of(record));
        clock.advance(STALLED_MS);
        watch.look();

        assertThat(published.value("batch-age-ms")).isEqualTo((double) STALLED_MS);
        assertThat(published.value("stalled-reason{reason=no-leader}")).isEqualTo(1);
        assertThat(published.value("stalled-reason{reason=missing}")).isZero();

        watch.done(record);
        watch.look();
        assertThat(published.value("batch-age-ms")).isZero();
        assertThat(published.value("stalled-reason{reason=no-leader}")).isZero();
    }

    @Test
    void showsTheObstacleOfATopicWhileNothingCanBeHandedOut() {
        watch.start(published);
        watch.handedOutNothing(new BlockedException(Obstacle.MISSING, "gone"));
        assertThat(published.value("stalled-reason{reason=missing}")).isEqualTo(1);

        watch.handedOutNothing(new RetriableException("not yet"));
        assertThat(published.value("stalled-reason{reason=missing}")).isZero();
        assertThat(published.value("stalled-reason{reason=no-answer}")).isEqualTo(1);

        watch.handedOutNothing(null);
        assertThat(published.value("stalled-reason{reason=no-answer}")).isZero();
    }

    private static CompletableFuture<TargetTopic> is(TargetTopic topic) {
        return CompletableFuture.completedFuture(topic);
    }

    private static SourceRecord to(String topic) {
        return new SourceRecord(Map.of(), Map.of(), topic, null, null);
    }
}
