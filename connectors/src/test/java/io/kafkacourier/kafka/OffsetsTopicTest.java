/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OffsetsTopicTest {

    private static final TopicPartition PARTITION = new TopicPartition("delay-offsets", 0);

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private long end;

    @Test
    void readsTheLastOffsetOfEachPartitionOfTheConnector() {
        given(
                "[\"delay\",{\"partition\":0,\"topic\":\"orders\"}]", "{\"next\":1}",
                "[\"other\",{\"partition\":0,\"topic\":\"orders\"}]", "{\"next\":8}",
                "[\"delay\",{\"partition\":1,\"topic\":\"orders\"}]", "{\"next\":4,\"topic.id\":\"x\"}",
                "[\"delay\",{\"partition\":0,\"topic\":\"orders\"}]", "{\"next\":2}",
                "[\"delay\",{\"partition\":2,\"topic\":\"orders\"}]", "{\"next\":5}",
                "[\"delay\",{\"partition\":2,\"topic\":\"orders\"}]", null);

        assertThat(OffsetsTopic.read(consumer, Map.of(PARTITION, end), "delay"))
                .isEqualTo(Map.of(
                        Map.of("topic", "orders", "partition", 0L), Map.of("next", 2L),
                        Map.of("topic", "orders", "partition", 1L), Map.of("next", 4L, "topic.id", "x")));
    }

    @Test
    void findsNothingInAnEmptyTopic() {
        given();

        assertThat(OffsetsTopic.read(consumer, Map.of(PARTITION, end), "delay")).isEmpty();
    }

    @Test
    void namesARecordThatIsNoOffset() {
        given("orders", "{}");

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> OffsetsTopic.read(consumer, Map.of(PARTITION, end), "delay"))
                .withMessageStartingWith("delay-offsets-0@0 is not an offset");
    }

    /** Keys and values in turn. */
    private void given(@Nullable String... keysAndValues) {
        end = keysAndValues.length / 2;
        consumer.schedulePollTask(() -> {
            for (int i = 0; i < keysAndValues.length; i += 2) {
                consumer.addRecord(new ConsumerRecord<>(
                        PARTITION.topic(),
                        PARTITION.partition(),
                        i / 2,
                        bytes(keysAndValues[i]),
                        bytes(keysAndValues[i + 1])));
            }
        });
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
        return text == null ? null : text.getBytes(UTF_8);
    }
}
