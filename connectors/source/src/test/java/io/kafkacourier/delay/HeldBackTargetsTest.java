/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.headers;
import static io.kafkacourier.delay.HandedOut.offsets;
import static io.kafkacourier.delay.Messages.message;
import static io.kafkacourier.delay.Messages.stay;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** A target that accepts no records holds back its own messages, and no others. */
class HeldBackTargetsTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void holdsBackOnlyTheMessagesOfABlockedTarget() {
        task.restartWithTiers(1, "delay.delay.1s", "delay.delay.4s", "delay.delay.16s");
        task.topicIsBlocked("out_x", 1, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "out_x", "delay", "2s", "a", "1"), message(1, "target_topic", "out"));
        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out");
        task.advance(2_005);

        SourceRecord heldBack = task.poll().get(0);

        assertThat(heldBack.topic()).isEqualTo("delay.delay.1s");
        assertThat(RecordKind.of(heldBack)).isEqualTo(RecordKind.HOP);
        assertThat((byte[]) heldBack.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(headers(heldBack))
                .contains("a=1", "delay=2s", "target_topic=out_x", "__courier.hop.due=" + (NOW + 2_000))
                .contains("__courier.hop.release=" + (NOW + 3_005), "__courier.hop.blocked=" + (NOW + 2_005));
        task.arriveInTier(heldBack);
        task.advance(999);
        assertThat(task.poll()).isEmpty();
        task.advance(1);
        SourceRecord longer = task.poll().get(0);
        assertThat(longer.topic()).isEqualTo("delay.delay.4s");
        assertThat(headers(longer))
                .contains("__courier.hop.release=" + (NOW + 7_005), "__courier.hop.blocked=" + (NOW + 3_005));

        task.arriveInTier(longer);
        task.topicExists("out_x");
        task.advance(4_000);
        SourceRecord delivered = task.poll().get(0);
        assertThat(delivered.topic()).isEqualTo("out_x");
        assertThat(delivered.timestamp()).isEqualTo(NOW + 2_000);
        assertThat(headers(delivered))
                .containsExactly(
                        "a=1",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @Test
    void retriesAHeldBackMessageWithinAboutAMinute() {
        task.restartWithTiers(1, "delay.delay.1s", "delay.delay.64s", "delay.delay.128s");
        task.topicIsBlocked("out", 1, Obstacle.UNDER_MIN_ISR);
        ConsumerRecord<byte[], byte[]> message = stay("delay.delay.64s", 0, NOW, NOW - 64_000, 5);
        message.headers()
                .add("__courier.hop.blocked", Long.toString(NOW - 64_000).getBytes(UTF_8));
        task.arrive(message);

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("delay.delay.64s");
    }

    /** A second lookup confirms the first only if it follows soon, so the message must not go to a longer tier. */
    @Test
    void looksAgainSoonForATargetThatOneLookDidNotFind() {
        task.restartWithTiers(1, "delay.delay.1s", "delay.delay.64s", "delay.delay.128s");
        ConsumerRecord<byte[], byte[]> message = stay("delay.delay.64s", 0, NOW, NOW - 64_000, 5);
        message.headers()
                .add("__courier.hop.blocked", Long.toString(NOW - 64_000).getBytes(UTF_8));
        task.topicIs("out", new TargetTopic.Absent());
        task.arrive(message);

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("delay.delay.1s");
    }

    /** Its due time is decades away and does not count, so it must not delay messages that are held back behind it. */
    @Test
    void holdsBackAMessageWithABadDueTimeNoLongerThanOthers() {
        task.set("invalid.behavior", "deliver");
        task.restartWithTiers(1, "delay.delay.1s");
        task.topicIsBlocked("out_x", 1, Obstacle.NO_LEADER);
        task.arrive(
                message(0, "target_topic", "out_x", "deliver_at", "2063-04-05T00:00:00Z"),
                message(1, "target_topic", "out", "delay", "31d"));

        List<SourceRecord> batch = task.poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("delay.delay.1s", "out");
        assertThat(headers(batch.get(0)))
                .contains(
                        "__courier.hop.due=0",
                        "__courier.hop.blocked=" + NOW,
                        "__courier.hop.release=" + (NOW + 1_000));
        task.topicExists("out_x");
        task.arriveInTier(batch.get(0));
        task.advance(1_000);
        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out_x");
    }

    @Test
    void holdsBackAMessageThatIsTooLargeWhileTheTopicOfRefusedMessagesIsBlocked() {
        task.restartWithTiers(1, "delay.delay.1s");
        task.topicIs("out_small", new TargetTopic.Present(200, false, Long.MAX_VALUE, 1_000));
        task.topicIsBlocked("invalid_delay", 1, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "out_small", "x", "y".repeat(3_000)), message(1, "target_topic", "out"));

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("delay.delay.1s", "out");
    }

    @Test
    void holdsBackARefusedMessageWhileTheTopicOfRefusedMessagesIsBlocked() {
        task.restartWithTiers(1, "delay.delay.1s");
        task.topicIsBlocked("invalid_delay", 1, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "other"), message(1, "target_topic", "out"));

        List<SourceRecord> batch = task.poll();
        assertThat(batch).extracting(SourceRecord::topic).containsExactly("delay.delay.1s", "out");

        task.topicExists("invalid_delay");
        task.arriveInTier(batch.get(0));
        task.advance(1_000);
        SourceRecord refused = task.poll().get(0);
        assertThat(refused.topic()).isEqualTo("invalid_delay");
        assertThat(headers(refused)).contains("__courier.route.reason=TARGET_NOT_ALLOWED");
    }

    @Test
    void doesNotDeliverAHeldBackMessageTwiceAfterARestart() {
        task.restartWithTiers(1, "delay.delay.1s");
        task.topicIsBlocked("out_x", 1, Obstacle.NO_LEADER);
        task.arrive(
                message(0, "target_topic", "out_x", "delay", "1s"),
                message(1, "target_topic", "out", "delay", "2s"),
                message(2, "target_topic", "out_x"));
        SourceRecord atOnce = task.poll().get(0);
        task.advance(1_000);
        SourceRecord heldBack = task.poll().get(0);
        assertThat(atOnce.topic()).isEqualTo("delay.delay.1s");
        assertThat(heldBack.topic()).isEqualTo("delay.delay.1s");
        task.commit(heldBack);
        task.topicExists("out_x");

        task.restart();
        assertThat(task.poll()).isEmpty();
        task.advance(1_000);
        assertThat(offsets(task.poll())).containsExactly("1");
    }

    @Test
    void waitsForABlockedTargetIfThereAreNoTiers() {
        task.topicIsBlocked("out", 1, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "out"));

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(task::poll)
                .withMessageContaining("The target out has a partition without a leader");
        task.topicExists("out");
        task.advance(1_000);
        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out");
    }
}
