/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A slow cluster accepts a backlog of large compressed overdue messages: each batch is committed before its transaction
 * times out.
 */
class SlowClusterIT {

    private static final int MESSAGE_BYTES = 100_000;

    @Test
    void deliversLargeMessagesThroughAQuota() {
        assertDelivered("slow-cluster", new Trial(200, 4, 500_000, Duration.ofSeconds(15), Duration.ofMinutes(2)));
    }

    @Test
    @Tag("soak")
    void deliversManyLargeMessagesThroughAQuotaOfTwoMegabytesASecond() {
        assertDelivered(
                "slow-cluster-soak", new Trial(2_000, 16, 2_000_000, Duration.ofMinutes(1), Duration.ofMinutes(5)));
    }

    /**
     * The size of the trial.
     *
     * @param bytesPerSecond the quota of the task's producer
     * @param transactionTimeout shorter than the time for all messages together
     */
    private record Trial(
            int messages, int partitions, int bytesPerSecond, Duration transactionTimeout, Duration limit) {}

    private static void assertDelivered(String directory, Trial trial) {
        try (Cluster cluster = Cluster.start(directory);
                TopicReader due = cluster.topics().reader("due")) {
            cluster.topics().create("overdue", trial.partitions(), Map.of("compression.type", "zstd"));
            cluster.topics().create(trial.partitions(), "due");
            cluster.topics().limitProducer("connector-producer-slow-0", OptionalDouble.of(trial.bytesPerSecond()));
            cluster.topics()
                    .sendAll(IntStream.range(0, trial.messages())
                            .mapToObj(number -> message(number, trial.partitions()))
                            .toList());

            cluster.startConnector(
                    "slow",
                    DelayConnector.config(
                            cluster,
                            Map.of(
                                    "tasks.max",
                                    "1",
                                    "topics",
                                    "overdue",
                                    "target.topic",
                                    "due",
                                    "target.topic.header",
                                    "",
                                    "producer.override.transaction.timeout.ms",
                                    Long.toString(trial.transactionTimeout().toMillis()))));
            List<Integer> delivered = due
                    .readUntil(
                            records -> {
                                assertThat(cluster.rest().failures("slow")).isEmpty();
                                return records.size() >= trial.messages();
                            },
                            trial.limit())
                    .stream()
                    .map(Messages::number)
                    .sorted()
                    .toList();

            assertThat(delivered)
                    .isEqualTo(IntStream.range(0, trial.messages()).boxed().toList());
        }
    }

    private static ProducerRecord<byte[], byte[]> message(int number, int partitions) {
        String line = "{\"order\":" + number + ",\"article\":\"a standing desk\"},";
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                "overdue", number % partitions, null, bytes("[" + line.repeat(MESSAGE_BYTES / line.length()) + "{}]"));
        message.headers().add("number", bytes(Integer.toString(number)));
        return message;
    }
}
