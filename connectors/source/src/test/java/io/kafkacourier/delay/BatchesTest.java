/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.DelayTaskFixture.ORDERS;
import static io.kafkacourier.delay.HandedOut.offsets;
import static io.kafkacourier.delay.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Batches are large enough to be cheap, and small enough to be committed in time and to fit into memory. */
class BatchesTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void keepsReadingWhileThereIsSomethingToHandOut() {
        task.arrive(message(0, "target_topic", "out"));
        task.consumer().schedulePollTask(() -> {});
        task.consumer().schedulePollTask(() -> task.arrive(message(1, "target_topic", "out")));
        task.consumer().schedulePollTask(() -> task.arrive(message(2, "target_topic", "out")));

        assertThat(task.poll()).hasSize(3);
    }

    @Test
    void stopsReadingOnceMessagesOnlyWait() {
        task.arrive(message(0, "target_topic", "out", "delay", "300ms"));
        task.consumer().schedulePollTask(() -> {});
        task.consumer().schedulePollTask(() -> task.arrive(message(1, "target_topic", "out")));

        assertThat(task.poll()).isEmpty();
        assertThat(task.poll()).hasSize(1);
    }

    @Test
    void endsABatchWithTheMessageThatReachesTheLimitOfBytes() {
        task.restartWith("batch.max.bytes", "60");
        for (int offset = 0; offset < 7; offset++) {
            task.arrive(message(offset, "target_topic", "out"));
        }

        assertThat(offsets(task.poll())).containsExactly("0", "1", "2");
        assertThat(offsets(task.poll())).containsExactly("3", "4", "5");
        assertThat(offsets(task.poll())).containsExactly("6");
    }

    @Test
    void handsOutAMessageThatIsLargerThanTheLimitOfBytes() {
        task.restartWith("batch.max.bytes", "1");
        task.arrive(message(0, "target_topic", "out", "delay", "1s"), message(1, "target_topic", "out"));

        assertThat(offsets(task.poll())).containsExactly("1");
        task.advance(1_000);
        assertThat(offsets(task.poll())).containsExactly("0");
    }

    @Test
    void makesBatchesSmallerIfConnectTakesLongForThem() {
        task.restartWith("batch.max.bytes", "600000");
        for (int offset = 0; offset < 22; offset++) {
            task.arrive(message("orders", offset, NOW, "key", "v".repeat(100_000), "target_topic", "out"));
        }

        assertThat(task.poll()).hasSize(1);
        assertThat(task.poll()).hasSize(3);
        assertThat(task.poll()).hasSize(6);
        task.advanceTicker(Duration.ofSeconds(5).plusNanos(1));
        assertThat(task.poll()).hasSize(3);
        task.advanceTicker(Duration.ofSeconds(5));
        assertThat(task.poll()).hasSize(3);
        task.advanceTicker(Duration.ofSeconds(1).minusNanos(1));
        assertThat(task.poll()).hasSize(6);
    }

    @Test
    void letsHopsShareABatchIfNothingIsDue() {
        task.restartWithTiers(1, "delay.delay.16s", "delay.delay.32s");
        task.arrive(message(0, "target_topic", "out", "delay", "60s"));
        assertThat(task.poll()).hasSize(1);
        long before = task.ticker();
        task.arrive(message(1, "target_topic", "out", "delay", "60s"));
        task.consumer().schedulePollTask(() -> {});
        task.consumer().schedulePollTask(() -> {});
        task.consumer().schedulePollTask(() -> {});
        task.consumer().schedulePollTask(() -> task.arrive(message(2, "target_topic", "out", "delay", "60s")));

        assertThat(offsets(task.poll())).containsExactly("1", "2");
        assertThat(Duration.ofNanos(task.ticker() - before)).isBetween(Duration.ofMillis(200), Duration.ofMillis(210));
    }

    @Test
    void pausesReadingWhileItsBufferIsFull() {
        task.restartWith("buffer.max.bytes", "1");
        task.arrive(
                message(0, "target_topic", "out", "delay", "1s"),
                message(1, "target_topic", "out", "delay", "2s"),
                message(2, "target_topic", "out"));

        assertThat(task.poll()).isEmpty();
        assertThat(task.poll()).isEmpty();
        assertThat(task.consumer().paused()).containsExactly(ORDERS);
        task.advance(1_000);
        assertThat(offsets(task.poll())).containsExactly("0");
        task.advance(1_000);
        assertThat(offsets(task.poll())).containsExactly("1", "2");
        task.poll();
        assertThat(task.consumer().paused()).isEmpty();
    }
}
