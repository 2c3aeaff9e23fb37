/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.schedule.Entry;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand failures, over five attempts each. */
class RetryPolicyTest {

    private static final int FAILURES = 10_000;
    private static final int ATTEMPTS = 5;
    private static final long INITIAL_MS = 1_500;
    private static final long MAX_MS = 20_000;
    private static final long HORIZON_MS = 16_000;

    @Test
    void isDueAfterTheFormulaToTheMillisecond() {
        RetryPolicy policy = policy(0);

        everyFailure((record, attempt) -> {
            Entry<ConsumerRecord<byte[], byte[]>> entry = policy.judge(record);
            long formulaMs = Math.min(INITIAL_MS << (attempt - 1), MAX_MS);

            assertThat(entry.dueMs()).isEqualTo(record.timestamp() + formulaMs);
            assertThat(entry.attempt()).isEqualTo(attempt);
            assertThat(entry.refusal()).isNull();
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1})
    void isShortenedWithinTheJitterAndTheSameAfterARestart(double jitter) {
        RetryPolicy policy = policy(jitter);
        RetryPolicy restarted = new RetryPolicy(RetrySettings.parse(policy.settings()));

        everyFailure((record, attempt) -> {
            Entry<ConsumerRecord<byte[], byte[]>> entry = policy.judge(record);
            long longestMs = Math.min(INITIAL_MS << (attempt - 1), MAX_MS);
            Origin origin = new FailureReader(FailureReading.SECOND, MAX_MS).read(record).origin();

            assertThat(entry.dueMs() - record.timestamp())
                    .isEqualTo(new Backoff(INITIAL_MS, 2, MAX_MS, jitter).waitMs(origin, attempt))
                    .isBetween(Math.max(1, (long) (longestMs * (1 - jitter))), longestMs);
            assertThat(restarted.judge(record).dueMs()).isEqualTo(entry.dueMs());
        });
    }

    @Test
    void isClassedByItsWaitAloneSoThatARereadTellsTheSame() {
        RetryPolicy policy = policy(0.2);

        everyFailure((record, attempt) -> {
            Entry<ConsumerRecord<byte[], byte[]>> entry = policy.judge(record);

            assertThat(entry.enteredMs()).isEqualTo(record.timestamp());
            assertThat(entry.offset()).isEqualTo(record.offset());
            assertThat(entry.bytes()).isPositive();
        });
    }

    @Test
    void waitsNoLongerThanTwiceTheLongestWaitFromItsTimestampWhateverItsHeadersSay() {
        RetryPolicy policy = policy(0);

        for (String forged : List.of("253402300799999", "9223372036854775807", "1800000020001")) {
            Entry<ConsumerRecord<byte[], byte[]>> entry = policy.judge(FailedRecord.at(1_800_000_000_000L)
                    .createTime()
                    .text("__courier.retry.last.failure.ms", forged)
                    .text("__courier.retry.first.failure.ms", forged)
                    .text("__courier.retry.attempt", "4")
                    .record());

            assertThat(entry.dueMs()).isBetween(1_800_000_000_000L, 1_800_000_000_000L + 2 * MAX_MS);
        }
    }

    private static RetryPolicy policy(double jitter) {
        return new RetryPolicy(new RetrySettings(
                HORIZON_MS,
                ATTEMPTS,
                new Backoff(INITIAL_MS, 2, MAX_MS, jitter),
                Set.of(),
                Set.of(),
                null,
                100,
                new RetryTarget("sink.retry")));
    }

    private static void everyFailure(Check check) {
        Random random = new Random(7);
        IntStream.range(0, FAILURES).forEach(number -> {
            long timestampMs = 1_800_000_000_000L + random.nextInt(1_000_000);
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                check.accept(
                        FailedRecord.at(timestampMs)
                                .offset(number)
                                .text("__courier.origin.topic", "orders")
                                .text("__courier.origin.partition", Integer.toString(number % 6))
                                .text("__courier.origin.offset", Integer.toString(number))
                                .text("__courier.retry.attempt", Integer.toString(attempt - 1))
                                .record(),
                        attempt);
            }
        });
    }

    @FunctionalInterface
    private interface Check {

        void accept(ConsumerRecord<byte[], byte[]> record, int attempt);
    }
}
