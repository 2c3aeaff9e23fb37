/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuspectsTest {

    private static final long FAILED = 1_000;
    private static final long TOOK = 1_500;

    private final Offsets offsets = new Offsets();
    private final Suspects suspects =
            new Suspects(() -> new Backoff(Duration.ofMillis(100), Duration.ofMillis(200), new Random(1)));
    private final Bulk poison = bulk(0);

    @BeforeEach
    void send() {
        poison.failed(FAILED);
    }

    @Test
    void convictsADocumentThatFailsAgainAndAgainWhileOthersAreTaken() {
        suspects.suspect(poison, "cut", 1_200);
        for (int attempt = 1; attempt < Suspects.MAX_ATTEMPTS; attempt++) {
            suspects.checked(true, TOOK, attempt * 1_000L);
            assertThat(suspects.convicted()).isNull();
            sendAgain(attempt * 1_000L);
        }
        suspects.checked(true, TOOK, 9_000);
        assertThat(suspects.convicted()).isEqualTo(new Suspects.Convicted(poison, "cut"));
        assertThat(suspects.areEmpty()).isTrue();
    }

    @Test
    void keepsADocumentForeverIfNoOtherWasSentSinceAndTaken() {
        suspects.suspect(poison, "cut", 1_200);
        for (int attempt = 1; attempt < 50; attempt++) {
            suspects.checked(true, FAILED, attempt * 1_000L);
            assertThat(suspects.convicted()).isNull();
            sendAgain(attempt * 1_000L);
        }
        assertThat(suspects.hopeless()).isEqualTo("cut");
    }

    @Test
    void aDocumentThatNeverHadCompanyIsComparedWithWhatWasSentSinceItFirstFailed() {
        Bulk lonely = bulk(1);
        suspects.suspect(lonely, "cut", 1_200);
        for (int attempt = 0; attempt < 2 * Suspects.MAX_ATTEMPTS; attempt++) {
            boolean othersAreTaken = attempt >= Suspects.MAX_ATTEMPTS;
            assertThat(suspects.convicted()).isNull();
            suspects.checked(true, othersAreTaken ? 1_201 : 1_200, 2_000);
            if (attempt < 2 * Suspects.MAX_ATTEMPTS - 1) {
                assertThat(suspects.next(3_000)).isSameAs(lonely);
                suspects.suspect(lonely, "cut", 3_000);
            }
        }
        assertThat(suspects.convicted()).isNotNull();
    }

    @Test
    void doesNotCountAttemptsWhileTheServerIsOutOfReach() {
        suspects.suspect(poison, "cut", 1_200);
        for (int attempt = 1; attempt < 50; attempt++) {
            suspects.checked(false, TOOK, attempt * 1_000L);
            assertThat(suspects.convicted()).isNull();
            sendAgain(attempt * 1_000L);
        }
        assertThat(suspects.hopeless()).isNull();
    }

    @Test
    void triesOneAtATimeAndNoneBeforeItsBackoff() {
        Bulk other = bulk(1);
        other.failed(FAILED);
        suspects.suspect(poison, "cut", 1_200);
        suspects.suspect(other, "cut", 1_200);
        assertThat(suspects.next(99_999)).as("before the check").isNull();
        suspects.checked(true, TOOK, 2_000);
        assertThat(suspects.dueMs()).isBetween(2_050L, 2_100L);
        assertThat(suspects.next(2_049)).isNull();
        assertThat(suspects.next(2_100)).isNotNull();
        assertThat(suspects.next(2_100)).as("a second one").isNull();
    }

    @Test
    void forgetsADocumentThatWasAnswered() {
        suspects.suspect(poison, "cut", 1_200);
        suspects.checked(true, TOOK, 2_000);
        Bulk sent = Objects.requireNonNull(suspects.next(3_000));
        assertThat(suspects.isSuspect(sent)).isTrue();
        assertThat(suspects.clear(sent)).isTrue();
        assertThat(suspects.areEmpty()).isTrue();
        assertThat(suspects.clear(sent)).isFalse();
        assertThat(suspects.isSuspect(bulk(7))).isFalse();
    }

    @Test
    void countsTheMemoryOfWhatItHolds() {
        suspects.suspect(poison, "cut", 1_200);
        assertThat(offsets.stuckBeyond(0)).containsExactly(new TopicPartition("t", 0));
        suspects.clear(poison);
        assertThat(offsets.stuckBeyond(0)).isEmpty();
    }

    @Test
    void dropsWhatIsNoLongerWantedButNotWhatIsUnderWay() {
        suspects.suspect(poison, "cut", 1_200);
        suspects.checked(true, TOOK, 2_000);
        suspects.next(3_000);
        suspects.removeIf(operation -> true);
        assertThat(suspects.areEmpty()).isFalse();
        suspects.again(poison, 3_000);
        suspects.removeIf(operation -> true);
        assertThat(suspects.areEmpty()).isTrue();
    }

    private void sendAgain(long nowMs) {
        assertThat(suspects.next(nowMs + 500)).isSameAs(poison);
        assertThat(suspects.suspect(poison, "cut", 1_200)).isFalse();
    }

    private Bulk bulk(long offset) {
        Bulk bulk = new Bulk();
        SinkRecord record = new SinkRecord("t", 0, null, null, null, "v", offset, 0L, TimestampType.CREATE_TIME);
        bulk.add(offsets.track(record, 0), new Document("a", "1".getBytes(UTF_8), "{}".getBytes(UTF_8)));
        return bulk;
    }
}
