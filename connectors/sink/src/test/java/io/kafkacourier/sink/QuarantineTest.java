/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QuarantineTest {

    private static final long FAILED = 1_000;
    private static final long TOOK = 1_500;

    private final Offsets offsets = new Offsets();
    private final Quarantine quarantine =
            new Quarantine(() -> new ExponentialBackoff(Duration.ofMillis(100), Duration.ofMillis(200), new Random(1)));
    private final Batch poison = batch(0);

    @BeforeEach
    void send() {
        poison.failed(FAILED);
    }

    @Test
    void refusesARecordThatFailsAgainAndAgainWhileOthersAreTaken() {
        quarantine.add(poison, "cut", 1_200);
        for (int attempt = 1; attempt < Quarantine.MAX_ATTEMPTS; attempt++) {
            quarantine.checked(true, TOOK, attempt * 1_000L);
            assertThat(quarantine.nextRejected()).isNull();
            sendAgain(attempt * 1_000L);
        }
        quarantine.checked(true, TOOK, 9_000);
        assertThat(quarantine.nextRejected()).isEqualTo(new Quarantine.Rejected(poison, "cut"));
        assertThat(quarantine.isEmpty()).isTrue();
    }

    @Test
    void keepsARecordForeverIfNoOtherWasSentSinceAndTaken() {
        quarantine.add(poison, "cut", 1_200);
        for (int attempt = 1; attempt < 50; attempt++) {
            quarantine.checked(true, FAILED, attempt * 1_000L);
            assertThat(quarantine.nextRejected()).isNull();
            sendAgain(attempt * 1_000L);
        }
        assertThat(quarantine.pathError()).isEqualTo("cut");
    }

    @Test
    void aRecordThatNeverHadCompanyIsComparedWithWhatWasSentSinceItFirstFailed() {
        Batch lonely = batch(1);
        quarantine.add(lonely, "cut", 1_200);
        for (int attempt = 0; attempt < 2 * Quarantine.MAX_ATTEMPTS; attempt++) {
            boolean othersAreTaken = attempt >= Quarantine.MAX_ATTEMPTS;
            assertThat(quarantine.nextRejected()).isNull();
            quarantine.checked(true, othersAreTaken ? 1_201 : 1_200, 2_000);
            if (attempt < 2 * Quarantine.MAX_ATTEMPTS - 1) {
                assertThat(quarantine.next(3_000)).isSameAs(lonely);
                quarantine.add(lonely, "cut", 3_000);
            }
        }
        assertThat(quarantine.nextRejected()).isNotNull();
    }

    @Test
    void doesNotCountAttemptsWhileTheServerIsOutOfReach() {
        quarantine.add(poison, "cut", 1_200);
        for (int attempt = 1; attempt < 50; attempt++) {
            quarantine.checked(false, TOOK, attempt * 1_000L);
            assertThat(quarantine.nextRejected()).isNull();
            sendAgain(attempt * 1_000L);
        }
        assertThat(quarantine.pathError()).isNull();
    }

    @Test
    void triesOneAtATimeAndNoneBeforeItsBackoff() {
        Batch other = batch(1);
        other.failed(FAILED);
        quarantine.add(poison, "cut", 1_200);
        quarantine.add(other, "cut", 1_200);
        assertThat(quarantine.next(99_999)).as("before the check").isNull();
        quarantine.checked(true, TOOK, 2_000);
        assertThat(quarantine.dueMs()).isBetween(2_050L, 2_100L);
        assertThat(quarantine.next(2_049)).isNull();
        assertThat(quarantine.next(2_100)).isNotNull();
        assertThat(quarantine.next(2_100)).as("a second one").isNull();
    }

    @Test
    void forgetsARecordThatWasAnswered() {
        quarantine.add(poison, "cut", 1_200);
        quarantine.checked(true, TOOK, 2_000);
        Batch sent = Objects.requireNonNull(quarantine.next(3_000));
        assertThat(quarantine.contains(sent)).isTrue();
        assertThat(quarantine.release(sent)).isTrue();
        assertThat(quarantine.isEmpty()).isTrue();
        assertThat(quarantine.release(sent)).isFalse();
        assertThat(quarantine.contains(batch(7))).isFalse();
    }

    @Test
    void countsTheMemoryOfWhatItHolds() {
        quarantine.add(poison, "cut", 1_200);
        assertThat(offsets.stuckBeyond(0)).containsExactly(new TopicPartition("t", 0));
        quarantine.release(poison);
        assertThat(offsets.stuckBeyond(0)).isEmpty();
    }

    @Test
    void dropsWhatIsNoLongerWantedButNotWhatIsUnderWay() {
        quarantine.add(poison, "cut", 1_200);
        quarantine.checked(true, TOOK, 2_000);
        quarantine.next(3_000);
        quarantine.removeIf(operation -> true);
        assertThat(quarantine.isEmpty()).isFalse();
        quarantine.retry(poison, 3_000);
        quarantine.removeIf(operation -> true);
        assertThat(quarantine.isEmpty()).isTrue();
    }

    private void sendAgain(long nowMs) {
        assertThat(quarantine.next(nowMs + 500)).isSameAs(poison);
        assertThat(quarantine.add(poison, "cut", 1_200)).isFalse();
    }

    private Batch batch(long offset) {
        Batch batch = new Batch();
        batch.add(offsets.track(TestRecord.read(offset), 0), TestRecord.to("a"));
        return batch;
    }
}
