/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.MutableClock;
import io.kafkacourier.kafka.admin.InputTopic;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TopicMonitorTest {

    private static final List<InputTopic> ONE = List.of(new InputTopic("orders", "id", 1));
    private static final List<InputTopic> TWO = List.of(new InputTopic("orders", "id", 2));
    private static final List<InputTopic> TWO_TOPICS =
            List.of(new InputTopic("orders", "id", 1), new InputTopic("others", "other id", 3));

    private final BlockingQueue<Supplier<List<InputTopic>>> answers = new LinkedBlockingQueue<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final MutableClock clock = new MutableClock(1_000);

    @Test
    void saysWhenPartitionsAppear() {
        try (TopicMonitor monitor = monitor(List.of(() -> ONE, () -> ONE, () -> TWO))) {
            await().untilAsserted(() -> assertThat(changes).hasValue(1));

            assertThat(monitor.topics()).isEqualTo(TWO);
        }
    }

    @Test
    void looksAgainAfterAFailureThatMayPass() {
        try (TopicMonitor monitor = monitor(List.of(
                () -> ONE,
                () -> {
                    throw new TimeoutException("once");
                },
                () -> TWO))) {
            await().untilAsserted(() -> assertThat(changes).hasValue(1));

            assertThat(monitor.topics()).isEqualTo(TWO);
            assertThat(monitor.failures()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("failures")
    void neverGivesUpWhateverALookFailsOn(Throwable failure) {
        Supplier<List<InputTopic>> fails = () -> {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        };
        try (TopicMonitor monitor = monitor(List.of(() -> ONE, fails, fails, fails, () -> TWO))) {
            await().untilAsserted(() -> assertThat(changes).hasValue(1));

            assertThat(monitor.topics()).isEqualTo(TWO);
            assertThat(monitor.failures()).isEqualTo(3);
        }
    }

    static Stream<Throwable> failures() {
        return Stream.of(
                new AuthorizationException("denied"),
                new SaslAuthenticationException("the identity provider is away"),
                new UnknownServerException("none knows why"),
                new InvalidReplicationFactorException("brokers are away"),
                new ConnectException("a topic is compacted"),
                new IllegalStateException("a mistake"),
                new NoClassDefFoundError("a jar was replaced"));
    }

    @Test
    void reportsAChangeAgainIfThatFailed() {
        AtomicInteger told = new AtomicInteger();
        answers.addAll(List.of(() -> ONE, () -> TWO));
        try (TopicMonitor monitor = new TopicMonitor(
                "test",
                this::answer,
                Duration.ofMillis(1),
                () -> {
                    if (told.incrementAndGet() == 1) {
                        throw new ConnectException("the worker is rebalancing");
                    }
                },
                clock)) {
            await().untilAsserted(() -> assertThat(told).hasValue(2));

            assertThat(monitor.failures()).isEqualTo(1);
        }
    }

    @Test
    void believesThatATopicIsGoneWhenTwoLooksAgreeThatAreApart() {
        answers.addAll(List.of(() -> TWO_TOPICS, () -> ONE));
        try (TopicMonitor monitor =
                new TopicMonitor("test", this::counted, Duration.ofMillis(1), changes::incrementAndGet, clock)) {
            await().untilAsserted(() -> assertThat(looks).hasValueGreaterThan(5));
            assertThat(monitor.topics()).isEqualTo(TWO_TOPICS);
            assertThat(changes).hasValue(0);

            clock.advance(TopicMonitor.DOUBT.toMillis());
            await().untilAsserted(() -> assertThat(monitor.topics()).isEqualTo(ONE));
            assertThat(changes).hasValue(1);
        }
    }

    @Test
    void readsOnATopicThatOneBrokerDidNotKnow() {
        answers.addAll(List.of(() -> TWO_TOPICS, () -> ONE, () -> List.of(), () -> TWO_TOPICS));
        try (TopicMonitor monitor =
                new TopicMonitor("test", this::counted, Duration.ofMillis(1), changes::incrementAndGet, clock)) {
            await().untilAsserted(() -> assertThat(looks).hasValueGreaterThan(5));
            clock.advance(TopicMonitor.DOUBT.toMillis());
            int before = looks.get();
            await().untilAsserted(() -> assertThat(looks).hasValueGreaterThan(before + 2));

            assertThat(monitor.topics()).isEqualTo(TWO_TOPICS);
            assertThat(changes).hasValue(0);
        }
    }

    /** Both are gone; the second is missed for the first time by the look that confirms that the first is. */
    @Test
    void looksAgainForATopicThatTheSecondLookMissesForTheFirstTime() {
        List<InputTopic> three = List.of(
                new InputTopic("orders", "id", 1),
                new InputTopic("others", "other id", 3),
                new InputTopic("last", "last id", 1));
        answers.addAll(List.of(() -> three, () -> TWO_TOPICS, () -> ONE));
        List<Long> looksNanos = new CopyOnWriteArrayList<>();
        Supplier<List<InputTopic>> timed = () -> {
            looksNanos.add(System.nanoTime());
            return answer();
        };
        try (TopicMonitor monitor = new TopicMonitor(
                "test",
                timed,
                Duration.ofSeconds(2),
                Duration.ofMillis(20),
                changes::incrementAndGet,
                Clock.systemUTC())) {
            await().untilAsserted(() -> assertThat(monitor.topics()).isEqualTo(ONE));

            assertThat(Duration.ofNanos(looksNanos.get(3) - looksNanos.get(2)))
                    .as("between the second look and the third, well before a regular one")
                    .isLessThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void believesAtOnceThatATopicWasCreatedAnew() {
        List<InputTopic> anew = List.of(new InputTopic("orders", "anew", 1));
        try (TopicMonitor monitor = monitor(List.of(() -> TWO, () -> anew))) {
            await().untilAsserted(() -> assertThat(monitor.topics()).isEqualTo(anew));
        }
    }

    @Test
    void doesNotStartIfTheFirstLookFails() {
        assertThatThrownBy(() -> monitor(List.of(() -> {
                    throw new TimeoutException("first");
                })))
                .hasMessage("first");
    }

    /** A monitor whose looks find these one after the other, and then the last one forever. */
    private TopicMonitor monitor(List<Supplier<List<InputTopic>>> looks) {
        answers.addAll(looks);
        return new TopicMonitor("test", this::answer, Duration.ofMillis(1), changes::incrementAndGet, clock);
    }

    private List<InputTopic> answer() {
        return answers.size() > 1 ? answers.remove().get() : answers.element().get();
    }

    private List<InputTopic> counted() {
        List<InputTopic> answer = answer();
        looks.incrementAndGet();
        return answer;
    }
}
