/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.sink.DestinationQueue.Limits;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DestinationQueueTest {

    private final Offsets offsets = new Offsets();
    private final DestinationQueue queue = new DestinationQueue(
            "a",
            new Limits(10_000, 3, 100),
            new ExponentialBackoff(Duration.ofMillis(100), Duration.ofMillis(400), new Random(1)),
            0);

    @Test
    void sendsAFullBatchAtOnce() {
        add(3, 1_000);
        assertThat(queue.isDue(1_000)).isTrue();
        assertThat(queue.take().count()).isEqualTo(3);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void waitsForMoreUntilTheFirstRecordHasLingered() {
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
    void keepsABatchWithinItsBytes() {
        DestinationQueue small = new DestinationQueue(
                "a",
                new Limits(150, 100, 100),
                new ExponentialBackoff(Duration.ofMillis(1), Duration.ofMillis(1), new Random(1)),
                0);
        for (int i = 0; i < 4; i++) {
            small.add(offsets.track(TestRecord.read(i), 0), TestRecord.to("a"), 0);
        }
        assertThat(small.isDue(0)).isTrue();
        assertThat(small.take().length()).isLessThanOrEqualTo(150);
    }

    @Test
    void probesAFaultyDestinationWithOneRequestAfterEachBackoff() {
        add(9, 1_000);
        Batch first = queue.take();
        queue.returned(first);
        queue.hold(1_000, 1_010, false);
        queue.addFirst(first);

        assertThat(queue.dueMs()).isBetween(1_060L, 1_110L);
        assertThat(queue.isDue(1_059)).isFalse();
        Batch probe = queue.take();
        assertThat(queue.isDue(9_999)).as("a second request during the probe").isFalse();

        queue.returned(probe);
        queue.hold(1_110, 2_000, false);
        assertThat(queue.dueMs()).as("a longer wait").isBetween(2_100L, 2_200L);
    }

    @Test
    void sendsFreelyAgainOnceItHasRecovered() {
        add(9, 1_000);
        queue.returned(queue.take());
        queue.hold(1_000, 1_010, false);
        queue.returned(queue.take());

        assertThat(queue.recovered()).isTrue();

        assertThat(queue.recovered()).as("recovered twice").isFalse();
        assertThat(queue.isDue(1_011)).isTrue();
        queue.hold(1_100, 1_200, false);
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
    void countsTheMemoryOfWhatWaitsForAFaultyDestinationUntilItHasRecovered() {
        add(4, 0);
        assertThat(offsets.stuckBeyond(0)).isEmpty();
        queue.hold(0, 0, false);
        add(1, 0);
        assertThat(offsets.stuckBeyond(5 * 256)).as("more than five records").containsExactly(TestRecord.PARTITION);
        Batch probe = queue.take();
        assertThat(offsets.stuckBeyond(5 * 256)).as("the probe counts").containsExactly(TestRecord.PARTITION);
        queue.returned(probe);
        probe.operations().forEach(operation -> queue.addAgain(operation, probe, 0));
        assertThat(offsets.stuckBeyond(5 * 256)).containsExactly(TestRecord.PARTITION);
        queue.recovered();
        assertThat(offsets.stuckBeyond(0)).isEmpty();
    }

    /** A request from before the fault can be answered while a probe is under way. */
    @Test
    void keepsNoMemoryOfAProbeThatIsAnsweredAfterTheDestinationRecovered() {
        add(9, 0);
        Batch earlier = queue.take();
        queue.hold(0, 0, false);
        Batch probe = queue.take();

        queue.returned(earlier);
        queue.recovered();
        assertThat(offsets.stuckBeyond(0)).isEmpty();
        assertThat(queue.isDue(1)).as("the next batch of a healthy destination").isTrue();

        queue.returned(probe);
        assertThat(offsets.stuckBeyond(0)).isEmpty();
        queue.hold(1, 1, false);
        queue.recovered();
        assertThat(offsets.stuckBeyond(0)).isEmpty();
    }

    @Test
    void remembersForMinutesThatItTookARecord() {
        assertThat(queue.tookLately(0)).isFalse();
        queue.took(1_000);
        assertThat(queue.tookLately(300_999)).isTrue();
        assertThat(queue.tookLately(301_000)).isFalse();
    }

    @Test
    void gathersSingleRecordsThatAreSentAgain() {
        add(3, 0);
        Batch batch = queue.take();
        queue.returned(batch);
        queue.hold(0, 0, false);
        batch.operations().forEach(operation -> queue.addAgain(operation, batch, 0));
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
            queue.add(offsets.track(TestRecord.read(i), nowMs), TestRecord.to("a"), nowMs);
        }
    }
}
