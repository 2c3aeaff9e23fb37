/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static io.kafkacourier.delay.HandedOut.offsets;
import static io.kafkacourier.delay.Messages.message;
import static io.kafkacourier.delay.Messages.stay;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that are gone stop the task, or are skipped if configured. They are never skipped silently. */
class MissingRecordsOfDelaysTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void stopsAtALogThatWasTruncatedAndHasGrownAgain() {
        hasReadARecordThatWasReplaced();

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(task::restart)
                .withMessageStartingWith("Partition orders-0 was truncated: records orders-0@1 to 1");
    }

    @Test
    void readsTheNewRecordsOfALogThatWasTruncatedIfConfigured() {
        hasReadARecordThatWasReplaced();

        task.restartWith("on.missing", "skip");

        assertThat(offsets(task.poll())).containsExactly("1", "2");
    }

    /** It has read up to offset 1, but the log has other records from offset 1 on. */
    private void hasReadARecordThatWasReplaced() {
        task.store("orders", Map.of("next", 2L, "low", 1L, "topic.id", "id", "leader.epoch", 4L));
        task.arrive(
                message(0, "target_topic", "out"),
                message(1, "target_topic", "out"),
                message(2, "target_topic", "out"));
        task.logIsTruncatedAt(1);
    }

    @ParameterizedTest
    @CsvSource({
        "earlier, 7, 7, 0, deleted and created anew",
        "id, 7, 7, 0, was truncated",
        "id, 0, 0, 1, to 0 were deleted"
    })
    void stopsAtATierThatLostMessages(String id, long next, long low, long first, String message) {
        task.restartWithTiers(1, "delay.delay.4s");
        task.arrive(stay("delay.delay.4s", 0, NOW, NOW, 5), stay("delay.delay.4s", 1, NOW, NOW, 6));
        task.tiersStartAt(first);
        task.store(
                "delay.delay.4s", Map.of("next", next, "low", low, "topic.id", id, "settings", "tier&horizon=16000"));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(task::restart)
                .withMessageContaining("delay.delay.4s-0")
                .withMessageContaining(message);
    }

    @Test
    void readsARecreatedTierFromItsBeginningIfConfigured() {
        task.set("on.missing", "skip");
        task.restartWithTiers(1, "delay.delay.4s");
        task.arrive(stay("delay.delay.4s", 0, NOW, NOW, 5), stay("delay.delay.4s", 1, NOW, NOW, 6));
        task.store("delay.delay.4s", Map.of("next", 7L, "topic.id", "earlier", "settings", "tier&horizon=16000"));
        task.restart();

        assertThat(offsets(task.poll())).containsExactly("5", "6");
    }

    @Test
    void stopsIfItsTopicWasRecreated() {
        task.arrive(message(0, "target_topic", "out"));
        task.commit(task.poll().get(0));
        task.topicIdIs("other");

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(task::restart)
                .withMessageContaining("The topic of orders-0 was deleted and created anew");
    }

    @Test
    void readsARecreatedTopicFromItsBeginningIfConfigured() {
        task.arrive(message(0, "target_topic", "out"));
        task.commit(task.poll().get(0));
        task.topicIdIs("other");
        task.restartWith("on.missing", "skip");

        assertThat(offsets(task.poll())).containsExactly("0");
    }

    /** It stores positions of the new log under the new id, so that a later start continues there. */
    @Test
    void noticesARecreatedTopicThatHasARecordAtItsPosition() {
        task.restartWith("on.missing", "skip");
        task.arrive(message(0, "target_topic", "out"), message(1, "target_topic", "out", "delay", "5s"));
        assertThat(offsets(task.poll())).containsExactly("0");
        task.arrive(
                message(0, "target_topic", "out"),
                message(1, "target_topic", "out"),
                message(2, "target_topic", "out"));

        task.tellTopicIds(Map.of("orders", "other"));
        assertThat(task.poll()).isEmpty();
        List<SourceRecord> batch = task.poll();

        assertThat(offsets(batch)).containsExactly("0", "1", "2");
        assertThat(batch.get(2).sourceOffset().get("topic.id")).isEqualTo("other");
        assertThat(batch.get(2).sourceOffset().get("next")).isEqualTo(3L);
        task.advance(5_000);
        assertThat(task.poll()).as("what was held of the topic that is gone").isEmpty();
    }
}
