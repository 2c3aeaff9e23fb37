/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.offsets;
import static io.kafkacourier.delay.Messages.message;
import static io.kafkacourier.delay.Messages.stay;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No message is delivered before it is due, and each is delivered as soon as it is. */
class DueTimesTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, NOW - 40L * 24 * 3_600_000, NOW + 20_000})
    void deliversAtTheDueTimeWhateverTheRecordTimestamp(long timestampMs) {
        task.restartWith("delay.max", "10s");
        task.arrive(message(
                "orders",
                0,
                timestampMs,
                "key",
                "value",
                "target_topic",
                "out",
                "deliver_at",
                Long.toString(NOW + 4_000)));
        assertThat(task.poll()).isEmpty();
        task.advance(3_999);
        assertThat(task.poll()).isEmpty();
        task.advance(1);

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out");
    }

    @Test
    void waitsUntilTheNextMessageIsDueButNeverLongerThanHalfASecond() {
        assertThat(task.poll()).isEmpty();
        assertThat(task.consumer().lastPollTimeout()).isEqualTo(Duration.ofMillis(500));

        task.arrive(message(0, "target_topic", "out", "delay", "300ms"));
        assertThat(task.poll()).isEmpty();
        assertThat(task.poll()).isEmpty();
        assertThat(task.consumer().lastPollTimeout()).isEqualTo(Duration.ofMillis(300));

        task.advance(299);
        assertThat(task.poll()).isEmpty();
        assertThat(task.consumer().lastPollTimeout()).isEqualTo(Duration.ofMillis(1));
        task.advance(1);
        assertThat(task.poll()).hasSize(1);
        assertThat(task.consumer().lastPollTimeout()).isEqualTo(Duration.ZERO);
    }

    @Test
    void leavesMessagesOfATopicWithAFixedDelayThereUntilTheyAreDue() {
        task.set("topic.delays", "orders=21s");
        task.set("target.topic", "out");
        task.restartWithTiers(1, "delay.delay.4s", "delay.delay.16s");
        task.arrive(message(0), message(1));

        assertThat(task.poll()).isEmpty();
        task.advance(20_999);
        assertThat(task.poll()).isEmpty();
        assertThat(task.consumer().lastPollTimeout()).isEqualTo(Duration.ofMillis(1));
        task.advance(1);

        List<SourceRecord> delivered = task.poll();
        assertThat(offsets(delivered)).containsExactly("0", "1");
        assertThat(delivered).extracting(SourceRecord::topic).containsOnly("out");
        assertThat(delivered).extracting(SourceRecord::timestamp).containsOnly(NOW + 21_000);
    }

    @Test
    void releasesMessagesOfDifferentTiersInOneOrder() {
        task.restartWithTiers(1, "delay.delay.1s", "delay.delay.4s");
        task.arrive(
                stay("delay.delay.1s", 0, NOW, NOW + 3_000, 5),
                stay("delay.delay.1s", 1, NOW, NOW + 5_000, 7),
                stay("delay.delay.4s", 0, NOW, NOW + 3_000, 4),
                stay("delay.delay.4s", 1, NOW, NOW + 4_000, 6));
        assertThat(task.poll()).isEmpty();

        task.advance(6_000);

        assertThat(offsets(task.poll())).containsExactly("4", "5", "6", "7");
    }

    @Test
    void neverDelaysADueMessageForHops() {
        task.restartWithTiers(1, "delay.delay.16s", "delay.delay.32s");
        task.arrive(message(0, "target_topic", "out", "delay", "60s"));
        task.arriveInTier(task.poll().get(0));
        task.advance(33_000);
        task.arriveInTier(task.poll().get(0));
        task.advance(17_000);
        assertThat(task.poll()).as("held").isEmpty();
        long before = task.ticker();
        task.arrive(message(1, "target_topic", "out", "delay", "110s"));
        task.advance(10_000);

        assertThat(offsets(task.poll())).as("due, from a tier").containsExactly("0");
        assertThat(Duration.ofNanos(task.ticker() - before)).isLessThanOrEqualTo(Duration.ofMillis(10));
        task.arrive(message(2, "target_topic", "out"));
        assertThat(offsets(task.poll())).as("due at once, behind a hop").containsExactly("1", "2");
        assertThat(Duration.ofNanos(task.ticker() - before)).isLessThanOrEqualTo(Duration.ofMillis(20));
    }
}
