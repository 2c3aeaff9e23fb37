/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class FaultyIndicesTest {

    private final Offsets offsets = new Offsets();
    private final FaultyIndices faulty = new FaultyIndices(
            () -> new Backoff(Duration.ofMillis(100), Duration.ofMillis(100), new Random(1)), 10_000, 2);

    @Test
    void handsOutNothingBeforeItIsDue() {
        hold("a", 1_000);
        assertThat(faulty.nextDueMs()).isBetween(1_050L, 1_100L);
        assertThat(released(1_049)).isEmpty();
        assertThat(released(1_100)).hasSize(1);
        assertThat(released(1_100)).isEmpty();
        assertThat(faulty.nextDueMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void announcesAnIndexOnceUntilItIsMended() {
        assertThat(hold("a", 0)).isTrue();
        assertThat(hold("a", 0)).isFalse();
        assertThat(hold("b", 0)).isTrue();
        released(1_000);
        assertThat(hold("a", 1_000)).isFalse();
        faulty.mended("a");
        assertThat(hold("a", 1_000)).isTrue();
    }

    @Test
    void gathersWhatWaitsIntoFewBulks() {
        for (int i = 0; i < 5; i++) {
            hold("a", 0);
        }
        assertThat(released(1_000)).extracting(Bulk::count).containsExactly(2, 2, 1);
    }

    @Test
    void handsOutAtOnceWhatWaitsForAMendedIndex() {
        hold("a", 0);
        hold("b", 0);
        assertThat(faulty.mended("a")).hasSize(1);
        assertThat(faulty.mended("c")).isEmpty();
        assertThat(released(1_000))
                .extracting(bulk -> bulk.operations().get(0).index())
                .containsExactly("b");
    }

    @Test
    void dropsWhatIsNoLongerWanted() {
        hold("a", 0);
        hold("b", 0);
        faulty.removeIf(operation -> operation.index().equals("a"));
        assertThat(released(1_000)).hasSize(1);
    }

    private boolean hold(String index, long nowMs) {
        Bulk bulk = new Bulk();
        SinkRecord record = new SinkRecord("t", 0, null, null, null, "v", 0, 0L, TimestampType.CREATE_TIME);
        return faulty.hold(
                bulk.add(offsets.track(record), new Document(index, "1".getBytes(UTF_8), "{}".getBytes(UTF_8))),
                bulk,
                nowMs);
    }

    private List<Bulk> released(long nowMs) {
        List<Bulk> released = new ArrayList<>();
        faulty.release(nowMs, released::add);
        return released;
    }
}
