/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.background;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(30)
class BackgroundExecutorTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final BackgroundExecutor background = new BackgroundExecutor("courier-test", Duration.ofMillis(100));
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    @AfterEach
    void end() {
        released.countDown();
        background.close();
    }

    @Test
    void runsTasksOnADaemonThreadWithItsName() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();

        background.execute(() -> thread.complete(Thread.currentThread()));

        assertThat(thread.join().getName()).isEqualTo("courier-test");
        assertThat(thread.join().isDaemon()).isTrue();
    }

    @Test
    void runsTasksInTheOrderInWhichTheyBecomeDue() {
        List<String> order = new CopyOnWriteArrayList<>();

        background.schedule(() -> order.add("later"), Duration.ofMillis(50));
        background.execute(() -> order.add("first"));
        background.execute(() -> order.add("second"));

        await().untilAsserted(() -> assertThat(order).containsExactly("first", "second", "later"));
    }

    @Test
    void takesADelayOfAnyLengthForNever() {
        background.repeat(runs::incrementAndGet, Duration.ZERO, Duration.ofMillis(Long.MAX_VALUE));
        background.schedule(runs::incrementAndGet, Duration.ofDays(200_000));

        await().untilAsserted(() -> assertThat(runs).hasValue(1));
    }

    static List<Throwable> whatWorkMayThrow() {
        return List.of(new IllegalStateException("no"), new StackOverflowError(), new NoClassDefFoundError("gone"));
    }

    @ParameterizedTest
    @MethodSource("whatWorkMayThrow")
    void repeatsATaskWhateverItThrows(Throwable thrown) {
        background.repeat(
                () -> {
                    runs.incrementAndGet();
                    BackgroundExecutorTest.<RuntimeException>sneakyThrow(thrown);
                },
                Duration.ZERO,
                SHORT);

        await().until(() -> runs.get() > 3);
    }

    @ParameterizedTest
    @MethodSource("whatWorkMayThrow")
    void runsTheNextTaskWhateverTheLastOneThrew(Throwable thrown) {
        background.execute(() -> BackgroundExecutorTest.<RuntimeException>sneakyThrow(thrown));
        background.execute(runs::incrementAndGet);

        await().until(() -> runs.get() == 1);
    }

    @Test
    void waitsForTheFirstDelayBeforeItRepeats() {
        background.repeat(() -> interrupted.set(true), LONG, SHORT);
        background.repeat(runs::incrementAndGet, SHORT, LONG);

        await().until(() -> runs.get() == 1);
        assertThat(interrupted).isFalse();
    }

    @Test
    void closeWaitsForTheRunningTask() throws InterruptedException {
        BackgroundExecutor patient = new BackgroundExecutor("courier-test", LONG);
        patient.execute(this::work);
        begun.await();
        Thread closing = new Thread(patient::close);
        closing.start();
        await().until(() -> patient.isClosed() && closing.getState() == Thread.State.TIMED_WAITING);

        released.countDown();
        closing.join();

        assertThat(runs).hasValue(1);
        assertThat(interrupted).isFalse();
    }

    @Test
    void closeInterruptsATaskThatOutlastsItsPatience() throws InterruptedException {
        background.execute(this::work);
        begun.await();

        background.close();

        await().untilAsserted(() -> assertThat(interrupted).isTrue());
    }

    @Test
    void closeDoesNotWaitForATaskThatIgnoresItsInterrupt() throws InterruptedException {
        background.execute(() -> {
            begun.countDown();
            while (released.getCount() > 0) {
                Thread.onSpinWait();
            }
        });
        begun.await();

        background.close();

        assertThat(released.getCount()).as("the task still runs").isEqualTo(1);
    }

    @Test
    void closeWithoutPatienceInterruptsAtOnce() throws InterruptedException {
        BackgroundExecutor impatient = new BackgroundExecutor("courier-test", Duration.ZERO);
        impatient.execute(this::work);
        begun.await();

        impatient.close();

        await().untilAsserted(() -> assertThat(interrupted).isTrue());
    }

    @Test
    void closeDropsTasksThatHaveNotStarted() throws InterruptedException {
        background.execute(this::work);
        begun.await();
        background.execute(runs::incrementAndGet);
        background.schedule(runs::incrementAndGet, SHORT);
        background.repeat(runs::incrementAndGet, SHORT, SHORT);

        background.close();

        assertThat(runs).hasValue(0);
    }

    @Test
    void acceptsNoTasksWhenClosed() {
        assertThat(background.isClosed()).isFalse();

        background.close();

        assertThat(background.isClosed()).isTrue();
        assertThatExceptionOfType(RejectedExecutionException.class)
                .isThrownBy(() -> background.execute(runs::incrementAndGet));
    }

    @Test
    void aCloserThatIsInterruptedKeepsItsInterruptAndStillEndsTheTask() throws InterruptedException {
        BackgroundExecutor patient = new BackgroundExecutor("courier-test", LONG);
        patient.execute(this::work);
        begun.await();
        Thread.currentThread().interrupt();

        patient.close();

        assertThat(Thread.interrupted()).isTrue();
        await().untilAsserted(() -> assertThat(interrupted).isTrue());
    }

    private void work() {
        begun.countDown();
        try {
            released.await();
            runs.incrementAndGet();
        } catch (InterruptedException e) {
            interrupted.set(true);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneakyThrow(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
