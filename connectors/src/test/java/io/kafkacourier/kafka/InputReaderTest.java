/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class InputReaderTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

    @Test
    void readsFromWhereItIsTold() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2, 3);
        add(1, 2, 3);

        assertThat(offsets(reader)).containsExactly(2L, 3L);
        assertThat(reader.position(ORDERS)).isEqualTo(OptionalLong.of(4));
    }

    @Test
    void stopsWhereRecordsAreMissingAtTheStart() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> started(OnMissing.FAIL, 10, 20, 4, 7))
                .withMessage("Records orders-0@4 to 9 were deleted before they were delivered;"
                        + " on.missing=skip goes on behind them");
    }

    @Test
    void skipsWhatIsMissingAtTheStartAndCountsIt() {
        InputReader reader = started(OnMissing.SKIP, 10, 20, 4, 7);
        add(10);

        assertThat(offsets(reader)).containsExactly(10L);
        assertThat(reader.missing()).isEqualTo(6);
    }

    @Test
    void saysWhatItMayNotReadAndGoesOnOnceItMay() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2, 2);
        consumer.setPollException(new TopicAuthorizationException(Set.of("orders", "more")));
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessage(
                        "Topic more may not be read: the connector's consumer lacks READ on it; Topic orders may not be"
                                + " read: the connector's consumer lacks READ on it");
        consumer.setPollException(new SaslAuthenticationException("Token expired"));
        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessage("The cluster does not let the connector's consumer in: Token expired");

        add(2);
        assertThat(offsets(reader)).containsExactly(2L);
    }

    @Test
    void stopsWhereRecordsGoMissingUnderWay() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 2, 2);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 9L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 2L)));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> reader.poll(Duration.ZERO))
                .withMessageStartingWith("Records orders-0@2 to 8 were deleted");
    }

    @Test
    void skipsWhatGoesMissingUnderWay() {
        InputReader reader = started(OnMissing.SKIP, 0, 5, 2, 2);
        consumer.updateBeginningOffsets(Map.of(ORDERS, 9L));
        consumer.setPollException(new OffsetOutOfRangeException(Map.of(ORDERS, 2L)));
        add(9);

        assertThat(offsets(reader)).isEmpty();
        assertThat(offsets(reader)).containsExactly(9L);
        assertThat(reader.missing()).isEqualTo(7);
    }

    @Test
    void stopsWhereAPartitionEndsBelowWhatWasRead() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> started(OnMissing.SKIP, 0, 5, 2, 6))
                .withMessageStartingWith(
                        "Partition orders-0 ends at offset 5, but was read up to 6: it was truncated.");
    }

    @Test
    void leavesAPausedPartitionAlone() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 0, 0);
        add(0);

        reader.pause(ORDERS, true);
        assertThat(offsets(reader)).isEmpty();
        reader.pause(ORDERS, false);
        assertThat(offsets(reader)).containsExactly(0L);
    }

    @Test
    void returnsNothingWhenWokenUp() {
        InputReader reader = started(OnMissing.FAIL, 0, 5, 0, 0);
        add(0);

        reader.wakeup();

        assertThat(offsets(reader)).isEmpty();
        assertThat(offsets(reader)).containsExactly(0L);
    }

    private InputReader started(OnMissing onMissing, long first, long end, long from, long next) {
        consumer.updateBeginningOffsets(Map.of(ORDERS, first));
        consumer.updateEndOffsets(Map.of(ORDERS, end));
        InputReader reader = new InputReader(consumer, topic -> onMissing);
        Map<TopicPartition, InputReader.Range> ranges = reader.assign(Set.of(ORDERS));
        reader.start(ORDERS, from, next, Objects.requireNonNull(ranges.get(ORDERS)));
        return reader;
    }

    private void add(long... offsets) {
        for (long offset : offsets) {
            consumer.addRecord(new ConsumerRecord<>("orders", 0, offset, new byte[0], new byte[0]));
        }
    }

    private static List<Long> offsets(InputReader reader) {
        return reader.poll(Duration.ZERO).records(ORDERS).stream()
                .map(ConsumerRecord::offset)
                .toList();
    }
}
