/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.headers;
import static io.kafkacourier.delay.Messages.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A message reaches its target byte for byte, with its origin and a timestamp that the target accepts. */
class DeliveredMessagesTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void deliversByteForByteWithoutTheDelayHeaders() {
        ConsumerRecord<byte[], byte[]> message = message(
                "orders",
                0,
                NOW,
                "key",
                null,
                "a",
                "1",
                "delay",
                "5s",
                "a",
                "2",
                "target_topic",
                "out",
                "__courier.hop.due",
                "7",
                "__courier.route.reason",
                "forged");
        message.headers().add("bytes", new byte[] {0, -1}).add("null", null);
        task.arrive(message);

        task.advance(5_000);
        SourceRecord delivered = task.poll().get(0);

        assertThat(delivered.topic()).isEqualTo("out");
        assertThat(delivered.kafkaPartition()).isNull();
        assertThat((byte[]) delivered.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(delivered.value()).isNull();
        assertThat(headers(delivered))
                .containsExactly(
                        "a=1",
                        "a=2",
                        "bytes=[0, -1]",
                        "null=null",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
        assertThat(RecordKind.of(delivered)).isEqualTo(RecordKind.MESSAGE);
    }

    @Test
    void keepsAnEarlierOrigin() {
        task.arrive(
                message(0, "target_topic", "out", "__courier.origin.topic", "first", "__courier.origin.offset", "9"));

        assertThat(headers(task.poll().get(0)))
                .containsExactly("__courier.origin.topic=first", "__courier.origin.offset=9");
    }

    @Test
    void replacesAnOriginWithoutATopic() {
        task.arrive(message(0, "target_topic", "out", "__courier.origin.offset", "9"));

        assertThat(headers(task.poll().get(0)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @ParameterizedTest
    @CsvSource({
        "due, delay, 5s, 5000",
        "original, delay, 5s, 0",
        "due, none, none, 0",
        "due, deliver_at, 0, 0",
        "original, none, none, 0"
    })
    void stampsDelayedMessagesAsConfiguredAndNoOthers(
            String timestamp, String header, String value, long stampedAfterMs) {
        task.restartWith("timestamp", timestamp);
        task.arrive(message(0, "target_topic", "out", header, value));

        task.advance(7_000);

        assertThat(task.poll().get(0).timestamp()).isEqualTo(NOW + stampedAfterMs);
    }

    @Test
    void stampsNoTimeThatTheTargetWouldReject() {
        task.topicIs("out", new TargetTopic.Present(1_000_000, false, 1_000, 1_000));
        task.arrive(message("orders", 0, 1, "key", "value", "target_topic", "out"));

        assertThat(task.poll().get(0).timestamp()).isEqualTo(NOW - 500);
    }

    @Test
    void leavesTheTimestampToTheProducerIfTheRecordHasNone() {
        task.arrive(message("orders", 0, -1, "key", "value", "target_topic", "out"));

        assertThat(task.poll().get(0).timestamp()).isNull();
    }
}
