/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TopicMonitorTest {

    private static final List<InputTopic> ONE = List.of(new InputTopic("orders", "id", 1));
    private static final List<InputTopic> TWO = List.of(new InputTopic("orders", "id", 2));

    private final BlockingQueue<Supplier<List<InputTopic>>> answers = new LinkedBlockingQueue<>();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

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
            assertThat(failure).hasNullValue();
        }
    }

    @Test
    void reportsAFailureThatWillNotPass() {
        AuthorizationException denied = new AuthorizationException("denied");
        try (TopicMonitor monitor = monitor(List.of(() -> ONE, () -> {
            throw denied;
        }))) {
            await().untilAsserted(() -> assertThat(failure).hasValue(denied));

            assertThat(monitor.topics()).isEqualTo(ONE);
        }
    }

    @Test
    void doesNotStartWhereTheFirstLookFails() {
        assertThatThrownBy(() -> monitor(List.of(() -> {
                    throw new TimeoutException("first");
                })))
                .hasMessage("first");
    }

    /** A monitor whose looks find these one after the other, and the last for ever. */
    private TopicMonitor monitor(List<Supplier<List<InputTopic>>> looks) {
        answers.addAll(looks);
        return new TopicMonitor(
                "test",
                () -> answers.size() > 1
                        ? answers.remove().get()
                        : answers.element().get(),
                Duration.ofMillis(1),
                changes::incrementAndGet,
                failure::set);
    }
}
