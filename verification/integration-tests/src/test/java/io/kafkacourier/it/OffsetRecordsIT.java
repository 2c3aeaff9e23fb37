/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A task writes few offset records while it only moves messages from one waiting topic to the next. */
class OffsetRecordsIT {

    private static final int PARTITIONS = 4;
    private static final int TASKS = 2;
    private static final int SECONDS = 30;
    private static final int PER_SECOND = 500;
    private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos() / PER_SECOND;
    /** Five batches a second for each task, each with an offset of each of its input partitions. */
    private static final int MOST_PER_SECOND = 5 * PARTITIONS;

    @Test
    @Tag("soak")
    void writesFewOffsetsWhileMessagesOnlyStartToWait() throws Exception {
        try (Cluster cluster = Cluster.start("offset-records");
                TopicReader offsets = cluster.topics().reader("waiting-offsets")) {
            cluster.topics().create(PARTITIONS, "waiting", "due");
            cluster.startConnector(
                    "waiting",
                    DelayConnector.config(
                            cluster,
                            Map.of(
                                    "tasks.max",
                                    Integer.toString(TASKS),
                                    "topics",
                                    "waiting",
                                    "target.topic",
                                    "due",
                                    "target.topic.header",
                                    "",
                                    "offsets.storage.topic",
                                    "waiting-offsets")));
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            long startNanos = System.nanoTime();
            for (int number = 0; number < SECONDS * PER_SECOND; number++) {
                LockSupport.parkNanos(startNanos + number * INTERVAL_NANOS - System.nanoTime());
                sent.add(cluster.topics()
                        .send(Messages.delayed("waiting", number % PARTITIONS, number, "k", 300_000 + number % 1_000)));
            }
            for (Future<RecordMetadata> written : sent) {
                written.get();
            }

            offsets.readTo(cluster.topics().endOffsets("waiting-offsets"), Duration.ofMinutes(1));

            assertThat(offsets.records())
                    .as("offset records in %d seconds", SECONDS)
                    .hasSizeBetween(SECONDS, SECONDS * MOST_PER_SECOND * 3 / 2);
        }
    }
}
