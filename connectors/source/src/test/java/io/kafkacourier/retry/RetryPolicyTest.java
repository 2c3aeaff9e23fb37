/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.FailureReading;
import io.kafkacourier.failure.Origin;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.PartitionSchedule;
import io.kafkacourier.schedule.Progress;
import io.kafkacourier.source.message.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ten thousand failures, over five attempts each. */
class RetryPolicyTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final int FAILURES = 10_000;
    private static final int ATTEMPTS = 5;
    private static final long INITIAL_MS = 1_500;
    private static final long MAX_MS = 20_000;
    private static final long HORIZON_MS = 16_000;

    @Test
    void isDueAfterTheFormulaToTheMillisecond() {
        RetryPolicy policy = policy(0);

        everyFailure((record, attempt) -> {
            Entry<Outgoing> entry = policy.judge(record);
            long formulaMs = Math.min(INITIAL_MS << (attempt - 1), MAX_MS);

            assertThat(entry.dueMs()).isEqualTo(record.timestamp() + formulaMs);
            assertThat(entry.message().attempt()).isEqualTo(attempt);
            assertThat(entry.isRefused()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1})
    void isShortenedWithinTheJitterAndTheSameAfterARestart(double jitter) {
        RetryPolicy policy = policy(jitter);
        RetryPolicy restarted = policyOf(RetrySettings.parse(policy.settings()));

        everyFailure((record, attempt) -> {
            Entry<Outgoing> entry = policy.judge(record);
            long longestMs = Math.min(INITIAL_MS << (attempt - 1), MAX_MS);
            Origin origin = new FailureReader(FailureReading.SECOND, MAX_MS)
                    .read(record)
                    .origin();

            assertThat(entry.dueMs() - record.timestamp())
                    .isEqualTo(new Backoff(INITIAL_MS, 2, MAX_MS, jitter).waitMs(origin, attempt))
                    .isBetween(Math.max(1, (long) (longestMs * (1 - jitter))), longestMs);
            assertThat(restarted.judge(record).dueMs()).isEqualTo(entry.dueMs());
        });
    }

    @Test
    void isClassedByItsWaitAloneSoThatARereadGivesTheSameClass() {
        RetryPolicy policy = policy(0.2);

        everyFailure((record, attempt) -> {
            Entry<Outgoing> entry = policy.judge(record);

            assertThat(entry.enteredMs()).isEqualTo(record.timestamp());
            assertThat(entry.offset()).isEqualTo(record.offset());
            assertThat(entry.bytes()).isPositive();
        });
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 5_000, MAX_MS, MAX_MS + 1, 3 * MAX_MS, 400_000_000, 72_453_300_799_999L, Long.MAX_VALUE - NOW})
    void waitsNoLongerThanTwiceTheLongestWaitWhateverItsHeadersSay(long aheadMs) {
        for (Ladder ladder : List.of(Ladder.upTo(MAX_MS, HORIZON_MS), Ladder.none())) {
            List<Action<Outgoing>> said = new ArrayList<>();
            schedule(ladder, Progress.from(0, "")).offer(0, forged(0, NOW, aheadMs), 1, NOW, said::add);

            assertThat(said)
                    .singleElement()
                    .satisfiesAnyOf(
                            action -> assertThat(action).isInstanceOf(Action.TooFar.class),
                            action -> assertThat(action.entry().dueMs()).isLessThanOrEqualTo(NOW + 2 * MAX_MS));
        }
    }

    /** Failures at any time, of messages of any age, read at any time, with a restart after each. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void answersEachFailureOnceHoweverFarItsTimesAreApartWhereverItIsReadAgain(int seed) {
        Random random = new Random(seed);
        Ladder ladder = seed % 2 == 0 ? Ladder.upTo(MAX_MS, HORIZON_MS) : Ladder.none();
        List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
        for (int offset = 0; offset < 300; offset++) {
            long agoMs = random.nextInt(3) == 0 ? random.nextInt(600_000) : random.nextInt(2_000);
            long aheadMs = random.nextInt(8) == 0 ? 50_000 + random.nextInt(600_000) : agoMs - random.nextInt(3_000);
            log.add(forged(offset, NOW + 100L * offset - agoMs, Math.max(0, aheadMs)));
        }
        Map<Long, Action<Outgoing>> answers = new TreeMap<>();
        Progress progress = Progress.from(0, policyOf(settings(0)).settings());
        long nowMs = NOW;
        while (answers.size() < log.size() && nowMs < NOW + 100_000) {
            PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule = schedule(ladder, progress);
            int offset = (int) progress.low();
            for (int step = random.nextInt(40); step >= 0 || schedule.isReplaying(); ) {
                long readMs = nowMs;
                Consumer<Action<Outgoing>> out = action -> answer(answers, action, readMs);
                Action<Outgoing> due = schedule.release(nowMs);
                if (due != null) {
                    out.accept(due);
                } else if (offset < log.size()
                        && (schedule.isReplaying() || nowMs >= NOW + 100L * offset)
                        && schedule.offer(offset, log.get(offset), offset + 1L, nowMs, out)) {
                    offset++;
                    schedule.readUpTo(offset);
                } else {
                    nowMs += random.nextInt(200);
                    step--;
                }
            }
            progress = schedule.progress();
        }

        assertThat(answers).hasSize(log.size());
        assertThat(answers.values().stream().map(Action::getClass).map(Class::getSimpleName))
                .contains("Deliver", "TooFar");
    }

    private static void answer(Map<Long, Action<Outgoing>> answers, Action<Outgoing> action, long nowMs) {
        if (action instanceof Action.Hold) {
            return;
        }
        assertThat(answers.put(action.entry().offset(), action)).as("twice").isNull();
        if (action instanceof Action.Deliver) {
            assertThat(action.entry().dueMs()).isLessThanOrEqualTo(nowMs);
        }
    }

    private static ConsumerRecord<byte[], byte[]> forged(long offset, long timestampMs, long aheadMs) {
        String toldMs = Long.toString(timestampMs + aheadMs);
        return FailedRecord.at(timestampMs)
                .createTime()
                .offset(offset)
                .text("__courier.retry.last.failure.ms", toldMs)
                .text("__courier.retry.first.failure.ms", toldMs)
                .text("__courier.retry.attempt", Long.toString(offset % ATTEMPTS))
                .record();
    }

    private static PartitionSchedule<ConsumerRecord<byte[], byte[]>, Outgoing> schedule(
            Ladder ladder, Progress progress) {
        RetryPolicy policy = policyOf(settings(0));
        Progress from = progress.settings().isEmpty() ? Progress.from(0, policy.settings()) : progress;
        return new PartitionSchedule<>(policy.policies(), ladder, from);
    }

    private static RetryPolicy policy(double jitter) {
        return policyOf(settings(jitter));
    }

    private static RetryPolicy policyOf(RetrySettings settings) {
        RetryOutputs outputs = new RetryOutputs(
                settings.target(),
                new RetryRules(settings),
                new StoryHeaders("retry", 4_096, 1_024),
                settings.failures());
        return new RetryPolicy(settings, outputs);
    }

    private static RetrySettings settings(double jitter) {
        return new RetrySettings(
                HORIZON_MS,
                ATTEMPTS,
                new Backoff(INITIAL_MS, 2, MAX_MS, jitter),
                Set.of(),
                Set.of(),
                null,
                100,
                new RetryTarget("sink.retry"));
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
