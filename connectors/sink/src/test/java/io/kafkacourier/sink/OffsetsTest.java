/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class OffsetsTest {

    private static final TopicPartition FIRST = new TopicPartition("a", 0);
    private static final TopicPartition SECOND = new TopicPartition("a", 1);

    private final Offsets offsets = new Offsets();

    @Test
    void commitsTheMarkWhereSomethingIsPendingAndTheEndElsewhere() {
        offsets.open(List.of(FIRST, SECOND));
        offsets.track(record(FIRST, 3), 0);
        offsets.track(record(SECOND, 8), 0).settle();
        assertThat(offsets.committable(Map.of(FIRST, at(7), SECOND, at(12))))
                .isEqualTo(Map.of(FIRST, at(3), SECOND, at(12)));
        assertThat(offsets.isPending(List.of(FIRST))).isTrue();
        assertThat(offsets.isPending(List.of(SECOND))).isFalse();
    }

    @Test
    void forgetsAnAssignmentThatEnded() {
        offsets.open(List.of(FIRST));
        PendingRecord old = offsets.track(record(FIRST, 3), 0);
        offsets.close(List.of(FIRST));
        offsets.open(List.of(FIRST));
        offsets.track(record(FIRST, 3), 0);
        old.settle();
        assertThat(old.isAbandoned()).isTrue();
        assertThat(offsets.committable(Map.of(FIRST, at(4)))).containsEntry(FIRST, at(3));
    }

    @Test
    void followsTheRecordAndNotWhatATransformMadeOfItsTopic() {
        offsets.open(List.of(FIRST));
        offsets.track(record(FIRST, 3).newRecord("elsewhere", 5, null, "k", null, "v", 0L), 0);
        assertThat(offsets.committable(Map.of(FIRST, at(4)))).containsEntry(FIRST, at(3));
    }

    @Test
    void namesARecordByWhereItWasRead() {
        assertThat(offsets.track(record(SECOND, 8), 0)).hasToString("a-1@8");
    }

    private static SinkRecord record(TopicPartition partition, long offset) {
        return new SinkRecord(
                partition.topic(), partition.partition(), null, "k", null, "v", offset, 0L, TimestampType.CREATE_TIME);
    }

    private static OffsetAndMetadata at(long offset) {
        return new OffsetAndMetadata(offset);
    }
}
