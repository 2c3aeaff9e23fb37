/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class SourceStatusTest {

    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition SECOND = new TopicPartition("orders", 1);
    private static final TopicPartition OTHER = new TopicPartition("other", 0);

    private final SourceStatus status = new SourceStatus(
            Map.of(
                    FIRST, new SourceStatus.Place(10, 3),
                    SECOND, new SourceStatus.Place(20, 0),
                    OTHER, new SourceStatus.Place(0, 2)),
            0,
            0,
            Map.of(1, 4, 6, 2, 7, 1),
            1_000,
            -1,
            0,
            0,
            0);

    @Test
    void countsUnreadAndHeldMessagesOfEachTopic() {
        assertThat(status.pending("orders", Map.of(FIRST, 15L, SECOND, 21L, OTHER, 4L)))
                .isEqualTo(9);
        assertThat(status.pending("other", Map.of(FIRST, 15L, SECOND, 21L, OTHER, 4L)))
                .isEqualTo(6);
        assertThat(status.held()).isEqualTo(5);
    }

    @Test
    void countsNoMessageTwiceIfMoreIsReadThanTheLastKnownEnd() {
        assertThat(status.pending("orders", Map.of(FIRST, 8L, SECOND, 20L))).isEqualTo(3);
    }

    @Test
    void knowsNothingOfATopicBeforeTheEndsOfItsPartitionsAreKnown() {
        assertThat(status.pending("orders", Map.of(FIRST, 15L))).isNaN();
        assertThat(SourceStatus.NONE.pending("orders", Map.of(FIRST, 15L))).isNaN();
    }

    @Test
    void countsWaitingMessagesOfEachAttemptAndOfThoseBeyond() {
        assertThat(status.waiting(1)).isEqualTo(4);
        assertThat(status.waiting(2)).isZero();
        assertThat(status.waitingBeyond(5)).isEqualTo(3);
    }

    @Test
    void reportsHowLongTheOldestHasWaited() {
        assertThat(status.oldestWaitingMs(1_500)).isEqualTo(500);
        assertThat(status.oldestWaitingMs(900)).isZero();
        assertThat(SourceStatus.NONE.oldestWaitingMs(1_500)).isNaN();
    }
}
