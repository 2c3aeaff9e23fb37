/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import static io.kafkacourier.kafka.emit.Events.SETTINGS;
import static io.kafkacourier.kafka.emit.Events.event;
import static io.kafkacourier.kafka.emit.Events.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SharedEmittersTest {

    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final List<TraceEmitter> users = new ArrayList<>();
    private final SharedEmitters emitters = new SharedEmitters(settings -> {
        MockProducer<byte[], byte[]> producer = Events.producer(true);
        producers.add(producer);
        return EmitterThread.start(settings, () -> producer, Duration.ofMillis(1), Duration.ofSeconds(20));
    });

    @AfterEach
    void closeAll() {
        users.forEach(TraceEmitter::close);
    }

    @Test
    void sharesAProducerBetweenUsersWithEqualSettings() {
        TraceEmitter one = open(SETTINGS);
        TraceEmitter other = open(new EmitterSettings(
                SETTINGS.topic(),
                SETTINGS.partitions(),
                SETTINGS.queueCapacity(),
                new HashMap<>(SETTINGS.clientProperties())));
        one.emit(event("a"));
        other.emit(event("b"));

        one.close();
        other.close();

        assertThat(producers).hasSize(1);
        assertThat(sent(producers.get(0))).containsExactly("a", "b");
    }

    @Test
    void neverSharesBetweenDifferentCredentials() {
        open(SETTINGS);
        open(new EmitterSettings(
                SETTINGS.topic(),
                SETTINGS.partitions(),
                SETTINGS.queueCapacity(),
                Map.of("bootstrap.servers", "localhost:9092", "sasl.jaas.config", "secret")));

        assertThat(producers).hasSize(2);
    }

    @Test
    void closesWithTheLastUser() {
        TraceEmitter one = open(SETTINGS);
        TraceEmitter other = open(SETTINGS);

        one.close();
        one.close();
        assertThat(producers.get(0).closed()).isFalse();

        other.close();
        assertThat(producers.get(0).closed()).isTrue();
    }

    @Test
    void opensAgainAfterTheLastUserLeft() {
        open(SETTINGS).close();
        open(SETTINGS);

        assertThat(producers).hasSize(2);
    }

    @Test
    void sharesNoEmitterThatHasFailed() {
        List<EmitterThread> threads = new ArrayList<>();
        MockProducer<byte[], byte[]> producer = Events.producer(true);
        SharedEmitters sharing = new SharedEmitters(settings -> {
            boolean isFirst = threads.isEmpty();
            EmitterThread thread = EmitterThread.start(
                    settings,
                    () -> {
                        if (isFirst) {
                            throw new OutOfMemoryError("for the test");
                        }
                        return producer;
                    },
                    Duration.ofMillis(1),
                    Duration.ofSeconds(20));
            threads.add(thread);
            return thread;
        });
        TraceEmitter first = sharing.open(SETTINGS);
        // wait for the end of the thread
        threads.get(0).close();

        TraceEmitter second = sharing.open(SETTINGS);
        TraceEmitter third = sharing.open(SETTINGS);
        first.close();
        second.emit(event("a"));
        second.close();
        assertThat(producer.closed()).isFalse();
        third.close();

        assertThat(threads).hasSize(2);
        assertThat(sent(producer)).containsExactly("a");
        assertThat(producer.closed()).isTrue();
    }

    @Test
    void keepsCredentialsOutOfItsText() {
        EmitterSettings settings = new EmitterSettings(
                "message-trace", 6, 3, Map.of("bootstrap.servers", "kafka:9092", "sasl.jaas.config", "secret"));

        assertThat(settings).hasToString("message-trace on kafka:9092");
    }

    private TraceEmitter open(EmitterSettings settings) {
        TraceEmitter user = emitters.open(settings);
        users.add(user);
        return user;
    }
}
