/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.IndexQueue.Limits;
import java.time.Duration;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class IndexQueueTest {

    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private final Offsets offsets = new Offsets();
    private final IndexQueue queue = new IndexQueue(
            "a",
            new Limits(10_000, 3, 100),
            new Backoff(Duration.ofMillis(100), Duration.ofMillis(400), new Random(1)),
            0);

    @Test
    void sendsAFullBulkAtOnce() {
        add(3, 1_000);
        assertThat(queue.isDue(1_000)).isTrue();
        assertThat(queue.take().count()).isEqualTo(3);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void waitsForMoreUntilTheFirstDocumentHasLingered() {
        add(1, 1_000);
        add(1, 1_050);
        assertThat(queue.isDue(1_099)).isFalse();
        assertThat(queue.dueMs()).isEqualTo(1_100);
        assertThat(queue.isDue(1_100)).isTrue();
        assertThat(queue.take().count()).isEqualTo(2);
        assertThat(queue.dueMs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void sendsWhatIsFlushed() {
        queue.flush();
        add(1, 1_000);
        assertThat(queue.isDue(1_000)).as("what came after the flush").isFalse();
        queue.flush();
        assertThat(queue.isDue(1_000)).isTrue();
    }

    @Test
    void keepsABulkWithinItsBytes() {
        IndexQueue small = new IndexQueue(
                "a",
                new Limits(150, 100, 100),
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
                0);
        for (int i = 0; i < 4; i++) {
            small.add(offsets.track(record(i), 0), document(), 0);
        }
        assertThat(small.isDue(0)).isTrue();
        assertThat(small.take().length()).isLessThanOrEqualTo(150);
    }

    @Test
    void probesAFaultyIndexWithOneRequestAfterEachBackoff() {
        add(9, 1_000);
        Bulk first = queue.take();
        queue.returned(first);
        assertThat(queue.hold(1_000, 1_010, false)).isTrue();
        queue.addFirst(first);

        assertThat(queue.dueMs()).isBetween(1_060L, 1_110L);
        assertThat(queue.isDue(1_059)).isFalse();
        Bulk probe = queue.take();
        assertThat(queue.isDue(9_999)).as("a second request during the probe").isFalse();

        queue.returned(probe);
        assertThat(queue.hold(1_110, 2_000, false)).isFalse();
        assertThat(queue.dueMs()).as("a longer wait").isBetween(2_100L, 2_200L);
    }

    @Test
    void sendsFreelyAgainOnceItIsHealed() {
        add(9, 1_000);
        queue.returned(queue.take());
        queue.hold(1_000, 1_010, false);
        queue.returned(queue.take());

        assertThat(queue.healed()).isTrue();

        assertThat(queue.healed()).as("healed twice").isFalse();
        assertThat(queue.isDue(1_011)).isTrue();
        assertThat(queue.hold(1_100, 1_200, false)).as("new trouble").isTrue();
        assertThat(queue.dueMs()).as("the first back-off again").isBetween(1_250L, 1_300L);
    }

    @Test
    void countsRequestsThatWereUnderWayTogetherOnce() {
        add(9, 1_000);
        queue.hold(1_000, 1_010, false);
        long due = queue.dueMs();
        queue.hold(1_005, 1_020, false);
        assertThat(queue.dueMs()).isEqualTo(due);
    }

    @Test
    void startsTheBackoffAgainAfterProgress() {
        add(9, 0);
        long now = 0;
        for (int i = 0; i < 4; i++) {
            now += 1_000;
            queue.hold(now, now, false);
        }
        assertThat(queue.dueMs() - now).isBetween(200L, 400L);
        queue.hold(now + 1_000, now + 1_000, true);
        assertThat(queue.dueMs() - now - 1_000).isBetween(50L, 100L);
    }

    @Test
    void logsAFaultOnceAndThenEveryMinute() {
        assertThat(queue.hold(0, 0, false)).isTrue();
        assertThat(queue.hold(1_000, 1_000, false)).isFalse();
        assertThat(queue.hold(61_000, 61_000, false)).isTrue();
        assertThat(queue.hold(62_000, 62_000, false)).isFalse();
    }

    @Test
    void countsTheMemoryOfWhatWaitsForAFaultyIndexUntilItIsHealed() {
        add(4, 0);
        assertThat(offsets.stuckBeyond(0)).isEmpty();
        queue.hold(0, 0, false);
        add(1, 0);
        assertThat(offsets.stuckBeyond(5 * 256)).as("more than five records").containsExactly(PARTITION);
        Bulk probe = queue.take();
        assertThat(offsets.stuckBeyond(5 * 256)).as("the probe counts").containsExactly(PARTITION);
        queue.returned(probe);
        probe.operations().forEach(operation -> queue.addAgain(operation, probe, 0));
        assertThat(offsets.stuckBeyond(5 * 256)).containsExactly(PARTITION);
        queue.healed();
        assertThat(offsets.stuckBeyond(0)).isEmpty();
    }

    /** A request from before the fault can be answered while a probe is under way. */
    @Test
    void keepsNoMemoryOfAProbeThatIsAnsweredAfterTheIndexHealed() {
        add(9, 0);
        Bulk earlier = queue.take();
        queue.hold(0, 0, false);
        Bulk probe = queue.take();

        queue.returned(earlier);
        queue.healed();
        assertThat(offsets.stuckBeyond(0)).isEmpty();
        assertThat(queue.isDue(1)).as("the next bulk of a healthy index").isTrue();

        queue.returned(probe);
        assertThat(offsets.stuckBeyond(0)).isEmpty();
        queue.hold(1, 1, false);
        queue.healed();
        assertThat(offsets.stuckBeyond(0)).isEmpty();
    }

    @Test
    void remembersForMinutesThatItTookADocument() {
        assertThat(queue.tookLately(0)).isFalse();
        queue.took(1_000);
        assertThat(queue.tookLately(300_999)).isTrue();
        assertThat(queue.tookLately(301_000)).isFalse();
    }

    @Test
    void gathersSingleDocumentsThatAreSentAgain() {
        add(3, 0);
        Bulk bulk = queue.take();
        queue.returned(bulk);
        queue.hold(0, 0, false);
        bulk.operations().forEach(operation -> queue.addAgain(operation, bulk, 0));
        assertThat(queue.take().count()).isEqualTo(3);
    }

    @Test
    void dropsWhatIsNoLongerWanted() {
        add(5, 0);
        queue.removeIf(operation -> operation.pending().offset() % 2 == 0);
        queue.flush();
        int left = 0;
        while (!queue.isEmpty()) {
            left += queue.take().count();
        }
        assertThat(left).isEqualTo(2);
    }

    private void add(int count, long nowMs) {
        for (int i = 0; i < count; i++) {
            queue.add(offsets.track(record(i), nowMs), document(), nowMs);
        }
    }

    private static Document document() {
        return new Document("a", "1".getBytes(UTF_8), "{}".getBytes(UTF_8));
    }

    private static SinkRecord record(long offset) {
        return new SinkRecord(PARTITION.topic(), 0, null, null, null, "v", offset, 0L, TimestampType.CREATE_TIME);
    }
}
