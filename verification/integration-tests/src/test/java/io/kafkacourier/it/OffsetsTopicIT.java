/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static io.kafkacourier.it.Messages.delayed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A connector has its offsets in a topic of its own, from the beginning or from some day on. */
class OffsetsTopicIT {

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String OFFSETS = "delay-offsets";
    /** Where all connectors of the workers have theirs, and Connect copies the others. */
    private static final String SHARED = "worker-offsets";

    @Test
    void aConnectorMovesToATopicOfItsOwnWhileMessagesWait() {
        try (RecoveryTrial trial = new RecoveryTrial("offsets-move-it", Map.of())) {
            trial.flow("the start");
            trial.change(Map.of("offsets.storage.topic", OFFSETS));
            trial.flow("the move");
            trial.kill();

            Deliveries deliveries = trial.deliveries();
            deliveries.assertEachCameOnce();
            deliveries.assertNoneCameEarly();
            assertThat(end(trial.cluster(), OFFSETS)).isPositive();
        }
    }

    /**
     * The target takes nothing, so that the first transaction of an input partition stays open while its offset is written,
     * and copied, already. The kill then aborts it.
     */
    @Test
    void messagesOfAFirstTransactionThatIsAbortedAreDeliveredAfterwards() {
        try (Cluster cluster = Cluster.start("offsets-first-it")) {
            cluster.topics().create(2, "orders");
            cluster.topics().create(1, "orders.due");
            cluster.startConnector(
                    "delay",
                    DelayConnector.config(
                            cluster,
                            Map.of(
                                    "topics", "orders",
                                    "target.topic", "orders.due",
                                    "tasks.max", "1",
                                    "delay.max", "0s",
                                    "offsets.storage.topic", OFFSETS)));
            try (TopicReader reader = cluster.topics().reader("orders\\.due")) {
                // the connector knows the target, and has found that it takes messages
                cluster.topics().sendAll(List.of(delayed("orders", 0, 0, "known", 0)));
                reader.readUntil(records -> records.size() == 1, LIMIT);
                cluster.topics().alter("orders.due", Map.of("min.insync.replicas", "2"));
                await().atMost(LIMIT)
                        .until(() -> "2"
                                .equals(cluster.topics().settings("orders.due").get("min.insync.replicas")));
                long before = end(cluster, SHARED);

                cluster.topics().sendAll(List.of(delayed("orders", 1, 1, "first of its partition", 0)));
                await().atMost(LIMIT).until(() -> end(cluster, SHARED) > before);
                cluster.connect().kill();
                cluster.topics().alter("orders.due", Map.of("min.insync.replicas", "1"));
                cluster.connect().start();

                reader.readUntil(records -> records.size() == 2, LIMIT);
                cluster.topics().sendAll(List.of(delayed("orders", 1, 2, "last", 0)));
                assertThat(reader.readUntil(records -> records.size() >= 3, LIMIT))
                        .extracting(Messages::number)
                        .containsExactly(0, 1, 2);
            }
        }
    }

    private static long end(Cluster cluster, String topic) {
        return cluster.topics().endOffsets(topic).values().stream()
                .mapToLong(Long::longValue)
                .sum();
    }
}
