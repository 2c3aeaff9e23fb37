/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.config.CheckedConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How a task handles work that cannot go on. */
@Timeout(60)
class ScheduledSourceTaskTest {

    /** A task that has its work without being started. */
    private static final SourceType NO_TYPE = new SourceType(
            properties -> new CheckedConfig(new ConfigDef(), properties),
            properties -> {
                throw new ConfigException("nothing to read");
            },
            (partition, offset) -> {},
            (start, begun) -> {});

    private static final Duration FOR_EVER = Duration.ofDays(1);

    @ParameterizedTest
    @MethodSource("passing")
    void waitsAfterEveryFailureThatMayPass(RuntimeException failure) throws InterruptedException {
        Polled work = new Polled(() -> {
            throw failure;
        });
        Duration wait = Duration.ofMillis(50);
        TestTask task = new TestTask(wait);
        task.run(work);

        long begin = System.nanoTime();
        for (int poll = 0; poll < 5; poll++) {
            assertThat(task.poll()).isNull();
        }

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(wait.multipliedBy(5));
        assertThat(work.polls).isEqualTo(5);
    }

    static Stream<RuntimeException> passing() {
        return Stream.of(
                new RetriableException("The topic again.redrive is not there"),
                new TimeoutException("no position of orders-0"));
    }

    @Test
    void asksNoMoreThanTwiceASecond() {
        assertThat(ScheduledSourceTask.RETRY_WAIT).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void handsOutAvailableRecordsWithoutWaiting() throws InterruptedException {
        List<SourceRecord> batch = List.of(new SourceRecord(Map.of(), Map.of(), "due", null, null));
        TestTask task = new TestTask(FOR_EVER);
        task.run(new Polled(() -> batch));

        assertThat(task.poll()).isSameAs(batch);
    }

    @Test
    void failsTheTaskIfItsWorkCannotGoOnAtAll() {
        TestTask task = new TestTask(FOR_EVER);
        task.run(new Polled(() -> {
            throw new ConnectException("Records are missing");
        }));

        assertThatExceptionOfType(ConnectException.class).isThrownBy(task::poll).withMessage("Records are missing");
    }

    @Test
    void isStoppedAtOnceWhileItWaits() throws Exception {
        CountDownLatch polled = new CountDownLatch(1);
        Polled work = new Polled(() -> {
            polled.countDown();
            throw new RetriableException("not yet");
        });
        TestTask task = new TestTask(FOR_EVER);
        task.run(work);
        CompletableFuture<@Nullable List<SourceRecord>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return task.poll();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(polled.await(10, TimeUnit.SECONDS)).isTrue();

        task.stop();

        assertThat(waiting.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(work.isClosed).isTrue();
    }

    private static final class TestTask extends ScheduledSourceTask {

        TestTask(Duration retryWait) {
            super(properties -> NO_TYPE, Clock.systemUTC(), retryWait);
        }
    }

    private static final class Polled implements Running {

        private final Supplier<@Nullable List<SourceRecord>> batches;
        private int polls;
        private volatile boolean isClosed;

        Polled(Supplier<@Nullable List<SourceRecord>> batches) {
            this.batches = batches;
        }

        @Override
        public @Nullable List<SourceRecord> poll() {
            polls++;
            return batches.get();
        }

        @Override
        public void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata) {}

        @Override
        public void commit() {}

        @Override
        public void wakeup() {}

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
