/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import static io.kafkacourier.kafka.emit.Events.SETTINGS;
import static io.kafkacourier.kafka.emit.Events.event;
import static io.kafkacourier.kafka.emit.Events.producer;
import static io.kafkacourier.kafka.emit.Events.sent;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class EmitterThreadTest {

    private static final Duration SOON = Duration.ofMillis(1);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final MockProducer<byte[], byte[]> producer = producer(true);

    @Test
    void sendsQueuedEventsBeforeItCloses() {
        EmitterThread emitter = EmitterThread.start(SETTINGS, () -> producer, SOON, LONG);
        emitter.emit(event("a"));
        emitter.emit(event("b"));

        emitter.close();

        assertThat(sent(producer)).containsExactly("a", "b");
        assertThat(producer.closed()).isTrue();
        assertThat(emitter.dropped()).isZero();
    }

    @Test
    void opensTheProducerOnItsOwnThreadWithOurLoaderAsContext() throws Exception {
        CompletableFuture<Thread> opener = new CompletableFuture<>();
        CompletableFuture<ClassLoader> context = new CompletableFuture<>();
        EmitterThread emitter = EmitterThread.start(
                SETTINGS,
                () -> {
                    opener.complete(Thread.currentThread());
                    context.complete(Thread.currentThread().getContextClassLoader());
                    return producer;
                },
                SOON,
                LONG);

        assertThat(opener.get()).isNotSameAs(Thread.currentThread());
        assertThat(opener.get().isDaemon()).isTrue();
        assertThat(context.get()).isSameAs(TraceEmitter.class.getClassLoader());
        emitter.close();
    }

    @Test
    void triesAgainUntilKafkaAnswers() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        CountDownLatch opened = new CountDownLatch(1);
        EmitterThread emitter = EmitterThread.start(
                SETTINGS,
                () -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new TimeoutException("no broker");
                    }
                    opened.countDown();
                    return producer;
                },
                SOON,
                LONG);
        emitter.emit(event("a"));
        opened.await();

        emitter.close();

        assertThat(sent(producer)).containsExactly("a");
        assertThat(attempts).hasValue(3);
    }

    @Test
    void neverBlocksAndCountsLostEventsWhileKafkaIsDown() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        EmitterThread emitter = EmitterThread.start(
                SETTINGS,
                () -> {
                    failed.countDown();
                    throw new KafkaException("no broker");
                },
                LONG,
                LONG);
        failed.await();
        for (int i = 0; i < 5; i++) {
            emitter.emit(event("" + i));
        }

        assertThat(emitter.dropped()).isEqualTo(2);

        emitter.close();
        assertThat(emitter.dropped()).isEqualTo(5);
    }

    @Test
    void returnsFromCloseWhenItsTimeIsOver() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        EmitterThread emitter = EmitterThread.start(
                SETTINGS,
                () -> {
                    opening.countDown();
                    try {
                        new CountDownLatch(1).await();
                        return producer;
                    } catch (InterruptedException e) {
                        interrupted.complete(true);
                        throw e;
                    }
                },
                LONG,
                Duration.ofMillis(50));
        opening.await();

        emitter.close();

        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void countsEventsAfterAnErrorThatEndedIt() throws Exception {
        EmitterThread emitter = EmitterThread.start(
                SETTINGS,
                () -> {
                    throw new NoClassDefFoundError("broken");
                },
                SOON,
                LONG);
        emitter.emit(event("a"));

        emitter.close();
        emitter.emit(event("b"));

        assertThat(emitter.dropped()).isEqualTo(2);
    }
}
