/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.headers;
import static io.kafkacourier.delay.Messages.message;
import static io.kafkacourier.delay.Messages.stay;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.progress.SourceOffset;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** A message with a long delay waits in tiers and arrives unchanged. */
class TierHopsTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void sendsAMessageWithALongDelayToATierWithAllItsHeaders() {
        task.restartWithTiers(3, "delay.delay.2048s");
        task.arrive(message(
                "orders",
                0,
                NOW,
                "key",
                null,
                "a",
                "1",
                "delay",
                "1h",
                "target_topic",
                "out",
                "__courier.hop.release",
                "7"));

        SourceRecord hop = task.poll().get(0);

        assertThat(hop.topic()).isEqualTo("delay.delay.2048s");
        assertThat(hop.kafkaPartition()).isZero();
        assertThat((byte[]) hop.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(hop.value()).isNull();
        assertThat(hop.timestamp()).isEqualTo(NOW);
        assertThat(headers(hop))
                .containsExactly(
                        "a=1",
                        "delay=1h",
                        "target_topic=out",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW,
                        "__courier.hop.due=" + (NOW + 3_600_000),
                        "__courier.hop.release=" + (NOW + 2_048_000));
        assertThat(RecordKind.of(hop)).isEqualTo(RecordKind.HOP);
        assertThat(SourceOffset.parse(hop.sourceOffset(), "").progress().low()).isEqualTo(1);
    }

    @Test
    void bringsAMessageThroughItsTiersToItsTarget() {
        task.restartWithTiers(1, "delay.delay.4s", "delay.delay.16s");
        task.arrive(message(0, "target_topic", "out", "delay", "21s", "a", "1"));
        task.arriveInTier(task.poll().get(0));

        task.advance(15_999);
        assertThat(task.poll()).isEmpty();
        assertThat(task.consumer().lastPollTimeout()).isEqualTo(Duration.ofMillis(500));
        task.advance(1);
        assertThat(task.poll()).isEmpty();
        task.advance(4_999);
        assertThat(task.poll()).isEmpty();
        task.advance(1);
        SourceRecord delivered = task.poll().get(0);

        assertThat(delivered.topic()).isEqualTo("out");
        assertThat(delivered.timestamp()).isEqualTo(NOW + 21_000);
        assertThat(delivered.sourcePartition().get("topic")).hasToString("delay.delay.16s");
        assertThat(headers(delivered))
                .containsExactly(
                        "a=1",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @Test
    void sendsNoMessageToATierIfItsTargetCanNeverBeAllowed() {
        task.restartWithTiers(1, "delay.delay.16s");
        task.arrive(
                message(0, "delay", "20s"),
                message(1, "delay", "20s", "target_topic", "delay.delay.16s"),
                message(2, "delay", "20s", "target_topic", "out_absent"));

        List<SourceRecord> batch = task.poll();

        assertThat(batch)
                .extracting(SourceRecord::topic)
                .containsExactly("invalid_delay", "invalid_delay", "delay.delay.16s");
        assertThat(headers(batch.get(0))).contains("__courier.route.reason=NO_TARGET");
        assertThat(headers(batch.get(1))).contains("__courier.route.reason=TARGET_NOT_ALLOWED");
    }

    @Test
    void refusesAMessageThatIsTooLargeForItsTier() {
        task.restartWithTiers(1, "delay.delay.16s");
        task.topicIs("delay.delay.16s", new TargetTopic.Present(300, false, Long.MAX_VALUE, 1_000));
        task.arrive(message(0, "delay", "20s", "target_topic", "out"));

        assertThat(headers(task.poll().get(0))).contains("__courier.route.reason=TOO_LARGE");
    }

    @Test
    void refusesARecordThatSomebodyElseWroteToATier() {
        task.restartWithTiers(1, "delay.delay.16s");
        task.arrive(message("delay.delay.16s", 0, NOW, "key", "value", "target_topic", "out"));

        SourceRecord refused = task.poll().get(0);

        assertThat(refused.topic()).isEqualTo("invalid_delay");
        assertThat(headers(refused)).contains("__courier.route.reason=UNREADABLE_DUE_TIME");
    }

    /** A worker whose clock was a day ahead wrote the release. */
    @Test
    void ignoresAReleaseThatIsFurtherAwayThanTheStayInTheTier() {
        task.restartWithTiers(1, "delay.delay.1s");
        long aheadMs = NOW + 86_400_000;
        ConsumerRecord<byte[], byte[]> heldBack = stay("delay.delay.1s", 0, aheadMs + 1_000, NOW - 1, 5);
        heldBack.headers().add("__courier.hop.blocked", Long.toString(aheadMs).getBytes(UTF_8));
        task.arrive(heldBack);

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out");
    }

    @Test
    void usesAnotherPartitionOrAShorterTierIfATierIsBlocked() {
        task.restartWithTiers(2, "delay.delay.1s", "delay.delay.4s", "delay.delay.16s");
        task.topicIsBlocked("delay.delay.16s", 2, Obstacle.UNDER_MIN_ISR);
        task.arrive(message(0, "target_topic", "out", "delay", "17s"));
        assertThat(task.poll()).extracting(SourceRecord::kafkaPartition).containsExactly(1);

        task.topicIsBlocked("delay.delay.16s", 1, Obstacle.UNDER_MIN_ISR);
        task.advance(6_000);
        task.arrive(message(1, "target_topic", "out", "deliver_at", Long.toString(task.nowMs() + 17_000)));
        SourceRecord hop = task.poll().get(0);
        assertThat(hop.topic()).isEqualTo("delay.delay.4s");
        assertThat(headers(hop)).contains("__courier.hop.release=" + (task.nowMs() + 4_000));
    }

    @Test
    void waitsForAMissingTier() {
        task.arrive(message(0, "delay", "20s", "target_topic", "out"));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(task::poll)
                .withMessageContaining("delay.delay.16s does not exist");
    }

    @Test
    void bringsMessagesOfAnEarlierLongerLadderDownThroughItsTiers() {
        task.set("delay.max", "10s");
        task.restartWithTiers(1, "delay.delay.4s", "delay.delay.2048s", "delay.delay.32768s");
        task.arrive(stay("delay.delay.32768s", 0, NOW, NOW + 3_000_000, 5));

        SourceRecord hop = task.poll().get(0);

        assertThat(hop.topic()).isEqualTo("delay.delay.2048s");
        assertThat(headers(hop)).contains("__courier.hop.due=" + (NOW + 3_000_000));
    }
}
