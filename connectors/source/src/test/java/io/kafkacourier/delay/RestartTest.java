/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.offsets;
import static io.kafkacourier.delay.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that restarts loses no message, delivers none twice, and continues under new settings. */
class RestartTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void resumesAfterAnyPrefixOfABatch() {
        task.arrive(
                message(0, "target_topic", "out", "delay", "3s"),
                message(1, "target_topic", "out", "delay", "1s"),
                message(2, "target_topic", "out"),
                message(3, "target_topic", "out", "delay", "2s"));
        task.advance(1_500);
        List<SourceRecord> batch = task.poll();
        assertThat(offsets(batch)).containsExactly("1", "2");

        task.commit(batch.get(0));
        task.restart();
        assertThat(offsets(task.poll())).containsExactly("2");

        task.advance(2_000);
        assertThat(offsets(task.poll())).containsExactly("3", "0");
    }

    @Test
    void judgesNewMessagesByNewSettingsAndHeldOnesByEarlierSettings() {
        task.arrive(message(0, "target_topic", "out", "delay", "3s"), message(1, "target_topic", "out"));
        task.commit(task.poll().get(0));
        task.restartWith("horizon", "1s");
        task.arrive(message(2, "target_topic", "out", "delay", "500ms"), message(3, "target_topic", "out"));

        List<SourceRecord> atOnce = task.poll();
        assertThat(offsets(atOnce)).containsExactly("3");
        task.commit(atOnce.get(0));
        task.restart();
        assertThat(task.poll()).isEmpty();
        task.advance(3_000);

        assertThat(offsets(task.poll())).containsExactly("2", "0");
    }

    @Test
    void storesTheLeaderEpochOfTheLastRecord() {
        ConsumerRecord<byte[], byte[]> plain = message(0, "target_topic", "out");
        task.arrive(new ConsumerRecord<>(
                "orders",
                0,
                0,
                NOW,
                TimestampType.CREATE_TIME,
                0,
                0,
                plain.key(),
                plain.value(),
                plain.headers(),
                Optional.of(6)));

        assertThat(task.poll().get(0).sourceOffset()).isEqualTo(withEpoch(6));
    }

    private static Map<String, Object> withEpoch(long epoch) {
        return Map.of(
                "next", 1L,
                "low", 1L,
                "due", 0L,
                "at", 0L,
                "settings", "horizon=16000&max=2592000000&at=deliver_at&delay=delay",
                "topic.id", "id",
                "leader.epoch", epoch);
    }

    @Test
    void takesUpAllHeldMessagesWhateverTheLimitOfItsBuffer() {
        task.arrive(
                message(0, "target_topic", "out", "delay", "2s"),
                message(1, "target_topic", "out", "delay", "1s"),
                message(2, "target_topic", "out"));
        task.commit(task.poll().get(0));
        task.restartWith("buffer.max.bytes", "1");

        assertThat(task.poll()).isEmpty();
        task.advance(2_000);
        assertThat(offsets(task.poll())).containsExactly("1", "0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "horizon=1"})
    void stopsAtStoredSettingsThatItCannotRead(String settings) {
        task.arrive(message(0, "target_topic", "out"));
        task.store("orders", Map.of("next", 1L, "settings", settings));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(task::restart)
                .withMessageStartingWith("The stored settings of orders-0 cannot be read: ");
    }

    @Test
    void readsANewPartitionFromItsFirstOffset() {
        task.logStartsAt(1);
        task.arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out"));
        task.restart();

        assertThat(offsets(task.poll())).containsExactly("1");
    }
}
