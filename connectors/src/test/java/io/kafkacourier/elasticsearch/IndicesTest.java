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

class IndicesTest {

    private final Offsets offsets = new Offsets();
    private final Indices indices =
            new Indices(() -> new Backoff(Duration.ofMillis(100), Duration.ofMillis(100), new Random(1)), 10_000, 2);

    @Test
    void handsOutNothingBeforeItIsDue() {
        hold("a", 1_000);
        assertThat(indices.nextDueMs()).isBetween(1_050L, 1_100L);
        assertThat(released(1_049)).isEmpty();
        assertThat(released(1_100)).hasSize(1);
        assertThat(released(1_100)).isEmpty();
        assertThat(indices.nextDueMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void announcesAnIndexOnceUntilItIsMended() {
        assertThat(hold("a", 0)).isTrue();
        assertThat(hold("a", 0)).isFalse();
        assertThat(hold("b", 0)).isTrue();
        released(1_000);
        assertThat(hold("a", 1_000)).isFalse();
        indices.accepted("a", 1_000);
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
        assertThat(indices.accepted("a", 0)).hasSize(1);
        assertThat(indices.accepted("c", 0)).isEmpty();
        assertThat(released(1_000))
                .extracting(bulk -> bulk.operations().get(0).index())
                .containsExactly("b");
    }

    @Test
    void remembersForMinutesThatAnIndexTookADocument() {
        assertThat(indices.acceptedLately("a", 0)).isFalse();
        indices.accepted("a", 1_000);
        assertThat(indices.acceptedLately("a", 300_999)).isTrue();
        assertThat(indices.acceptedLately("a", 301_000)).isFalse();
        assertThat(indices.acceptedLately("b", 1_000)).isFalse();
    }

    @Test
    void dropsWhatIsNoLongerWanted() {
        hold("a", 0);
        hold("b", 0);
        indices.removeIf(operation -> operation.index().equals("a"));
        assertThat(released(1_000)).hasSize(1);
    }

    private boolean hold(String index, long nowMs) {
        Bulk bulk = new Bulk();
        SinkRecord record = new SinkRecord("t", 0, null, null, null, "v", 0, 0L, TimestampType.CREATE_TIME);
        return indices.hold(
                bulk.add(offsets.track(record, 0), new Document(index, "1".getBytes(UTF_8), "{}".getBytes(UTF_8))),
                bulk,
                nowMs);
    }

    private List<Bulk> released(long nowMs) {
        List<Bulk> released = new ArrayList<>();
        indices.release(nowMs, released::add);
        return released;
    }
}
