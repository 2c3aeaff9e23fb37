/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.Messages.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.TargetTopic;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** A worker whose clock is ahead sends nothing that the brokers would reject for its timestamp. */
class WorkerClockTest {

    private final DelayTaskFixture task = new DelayTaskFixture();

    @Test
    void waitsWhileTheClockIsFurtherAheadThanTheTargetTakes() {
        task.topicIs("out", new TargetTopic.Present(1_000_000, false, 0, 3_600_000));
        task.arrive(message(0, "target_topic", "out"));
        task.workerIsAheadMs(3_600_000);
        assertThat(task.poll()).hasSize(1);

        task.arrive(message(1, "target_topic", "out"));
        task.workerIsAheadMs(3_600_001);

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(task::poll)
                .withMessageContaining("The clock of this worker is 3600 s ahead")
                .withMessageContaining(
                        "Topic out accepts timestamps of up to 3600 s ahead (message.timestamp.after.max.ms)");
        task.workerIsAheadMs(0);
        assertThat(task.poll()).hasSize(1);
    }

    /** Any message may name such a target, and no two clocks are the same. */
    @Test
    void aTargetThatTakesNoTimestampsAheadHoldsUpNoOther() {
        task.topicIs("out_x", new TargetTopic.Present(1_000_000, false, 0, 0));
        task.arrive(message(0, "target_topic", "out_x"), message(1, "target_topic", "out"));
        task.workerIsAheadMs(5);

        assertThat(task.poll()).extracting(SourceRecord::topic).containsExactly("out_x", "out");
    }

    @Test
    void waitsWhileTheClockIsFurtherAheadThanTheTopicOfRefusedMessagesTakes() {
        task.topicIs("invalid_delay", new TargetTopic.Present(1_000_000, false, 0, 3_600_000));
        task.arrive(message(0));
        task.workerIsAheadMs(3_600_001);

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(task::poll)
                .withMessageContaining("Topic invalid_delay accepts timestamps of up to 3600 s ahead");
    }

    @Test
    void deliversWhateverTheClockIfBrokersTakeAnyTimestamp() {
        task.topicIs("out", new TargetTopic.Present(1_000_000, false, Long.MAX_VALUE, Long.MAX_VALUE));
        task.arrive(message(0, "target_topic", "out"));
        task.workerIsAheadMs(86_400_000);

        assertThat(task.poll()).hasSize(1);
    }
}
