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
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that cannot be delivered to its target at its due time is refused with a reason. */
class RefusedMessagesTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @ParameterizedTest
    @CsvSource({
        "delay, soon, UNREADABLE_DUE_TIME",
        "delay, 31d, DELAY_TOO_LONG",
        "target_topic, out/of, TARGET_NOT_ALLOWED",
        "target_topic, other, TARGET_NOT_ALLOWED",
        "target_topic, __out, TARGET_NOT_ALLOWED",
        "target_topic, orders, TARGET_NOT_ALLOWED",
        "target_topic, out_denied, TARGET_NOT_ALLOWED",
        "target_topic, out_offsets, TARGET_NOT_ALLOWED",
        "target_topic, out_absent, TARGET_MISSING",
        "target_topic, out_uncreatable, TARGET_MISSING",
        "target_topic, out_small, TOO_LARGE",
        "none, none, NO_TARGET"
    })
    void refusesWithAReason(String header, String value, String reason) {
        task.restartWith("offsets.storage.topic", "out_offsets");
        task.topicExists("out_offsets");
        task.topicIs("out_denied", new TargetTopic.Denied());
        task.topicIs("out_uncreatable", new TargetTopic.Uncreatable("Replication factor is larger than 1"));
        task.topicIs("out_small", new TargetTopic.Present(100, false, 1, 1));
        task.arrive(message(0, header, value), message(1, "target_topic", "out"));

        List<SourceRecord> batch = task.pollOnceTwoLooksAgree();

        SourceRecord refused = batch.get(0);
        assertThat(refused.topic()).isEqualTo("invalid_delay");
        assertThat((byte[]) refused.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat((byte[]) refused.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(headers(refused))
                .containsExactly(
                        header + "=" + value,
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW,
                        "__courier.route.reason=" + reason,
                        "__courier.route.topic=orders");
        assertThat(RecordKind.of(refused)).isEqualTo(RecordKind.REFUSED);
        assertThat(batch.get(1).topic()).isEqualTo("out");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_out", "__out", "out-configs", "connect-offsets", "out-status"})
    void deliversToAReservedTopicOnlyIfItIsListed(String target) {
        task.restartWith("target.topics.allow", ".*");
        task.topicExists(target);
        task.arrive(message(0, "target_topic", target));

        assertThat(task.poll().get(0).topic()).isEqualTo("invalid_delay");

        task.restartWith("topics.allow.internal", "_other," + target);
        task.arrive(message(0, "target_topic", target));

        assertThat(task.poll().get(0).topic()).isEqualTo(target);
    }

    @Test
    void refusesAMessageWithoutAKeyForACompactedTarget() {
        task.topicIs("out", new TargetTopic.Present(1_000_000, true, Long.MAX_VALUE, 1_000));
        task.arrive(message("orders", 0, NOW, null, "value", "target_topic", "out"), message(1, "target_topic", "out"));

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("invalid_delay", "out");
    }

    @Test
    void leavesRoomForAdditionsOfTransforms() {
        task.topicIs("out", new TargetTopic.Present(2_000, false, 1, 1));
        task.arrive(message(0, "target_topic", "out"));
        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out");

        task.restartWith("transforms", "stamp");
        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("invalid_delay");
    }

    @Test
    void sendsAPointerIfTheRefusedMessageIsTooLargeItself() {
        task.topicIs("invalid_delay", new TargetTopic.Present(500, false, Long.MAX_VALUE, 1_000));
        task.arrive(
                message("orders", 0, NOW, "key", "v".repeat(500), "a", "1"),
                message("orders", 1, NOW, "k".repeat(500), "value", "a", "1"));

        List<SourceRecord> batch = task.poll();

        assertThat((byte[]) batch.get(0).key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(batch.get(0).value()).isNull();
        assertThat(headers(batch.get(0)))
                .contains("a=1", "__courier.origin.offset=0", "__courier.route.reason=NO_TARGET");
        assertThat(batch.get(1).key()).isNull();
        assertThat(headers(batch.get(1)))
                .contains("__courier.origin.offset=1", "__courier.route.reason=NO_TARGET")
                .doesNotContain("a=1");
    }

    @Test
    void keepsTheOriginOfAMessageFromATierInAPointer() {
        task.topicIs("invalid_delay", new TargetTopic.Present(700, false, Long.MAX_VALUE, 1_000));
        task.restartWithTiers(1, "delay.delay.4s");
        ConsumerRecord<byte[], byte[]> message = stay("delay.delay.4s", 0, NOW, NOW, 5);
        message.headers().add("target_topic", "other".getBytes(UTF_8)).add("large", new byte[1_000]);
        task.arrive(message);

        assertThat(headers(task.poll().get(0)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.offset=5",
                        "__courier.route.reason=TARGET_NOT_ALLOWED",
                        "__courier.route.topic=delay.delay.4s");
    }

    @Test
    void failsAtARefusedMessageAfterHandingOutThoseBeforeIt() {
        task.restartWith("invalid.behavior", "fail");
        task.arrive(message(0, "target_topic", "out"), message(1, "delay", "soon"));

        assertThat(task.poll()).hasSize(1);
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(task::poll)
                .withMessageStartingWith("Record orders-0@1: header delay is not a duration; allowed: ")
                .withMessageEndingWith("(UNREADABLE_DUE_TIME)");
    }

    @Test
    void deliversMessagesWithABadDueTimeAtOnceIfConfigured() {
        task.restartWith("invalid.behavior", "deliver");
        task.arrive(
                message(0, "target_topic", "out", "delay", "soon"),
                message(1, "target_topic", "out", "delay", "31d"),
                message(2, "delay", "soon"));

        List<SourceRecord> batch = task.poll();

        assertThat(batch).extracting(SourceRecord::topic).containsExactly("out", "out", "invalid_delay");
        assertThat(batch).extracting(SourceRecord::timestamp).startsWith(NOW, NOW);
    }

    @Test
    void sendsARefusedMessageToAPartitionThatTakesRecords() {
        task.topicIsBlocked("invalid_delay", 2, Obstacle.NO_LEADER);
        task.arrive(message(0, "target_topic", "other"));

        assertThat(task.poll().get(0).kafkaPartition()).isEqualTo(1);
    }
}
