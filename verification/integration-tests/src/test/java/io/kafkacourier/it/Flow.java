/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kafkacourier.embedded.TopicReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Messages on their way through a delay connector. An application writes them in turns, while a read_committed reader
 * reads every topic on their way.
 */
final class Flow implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** The interval of checks for failed tasks, like the job that operators have for this. */
    private static final Duration JOB_INTERVAL = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final String connector;
    private final Set<String> targets;
    private final IntFunction<List<ProducerRecord<byte[], byte[]>>> messages;
    private final TopicReader reader;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private final Set<Integer> arrived = new HashSet<>();
    private int turn;
    private long lastJob = System.nanoTime();

    /**
     * @param topicsRegex matches every topic on the way of the messages
     * @param targets the targets of the messages
     * @param messages the messages of each turn
     */
    Flow(
            Cluster cluster,
            String connector,
            String topicsRegex,
            Set<String> targets,
            IntFunction<List<ProducerRecord<byte[], byte[]>>> messages) {
        this.cluster = cluster;
        this.connector = connector;
        this.targets = targets;
        this.messages = messages;
        this.reader = cluster.topics().reader(topicsRegex);
    }

    /**
     * Writes a number of turns, evenly over a time, and returns when they are written and {@code arrivals} more
     * messages have arrived.
     *
     * @param after the previous action, for failure messages
     */
    void go(int turns, Duration over, int arrivals, String after) {
        int first = turn;
        int enough = arrived.size() + arrivals;
        long begin = System.nanoTime();
        while (turn < first + turns || arrived.size() < enough) {
            long elapsed = System.nanoTime() - begin;
            if (elapsed > LIMIT.toNanos()) {
                throw new AssertionError("within %s after %s only %d of %d messages came%n%s"
                        .formatted(
                                LIMIT,
                                after,
                                arrived.size() + arrivals - enough,
                                arrivals,
                                cluster.describe(connector)));
            }
            double part = Math.min(1, (double) elapsed / over.toNanos());
            writeUpTo(first + (int) Math.round(turns * part));
            read();
            restartFailedTasks();
        }
    }

    /** Restarts failed tasks, but not while a worker is down. */
    private void restartFailedTasks() {
        if (System.nanoTime() - lastJob > JOB_INTERVAL.toNanos()) {
            lastJob = System.nanoTime();
            if (cluster.areWorkersReady()) {
                cluster.restartWhatConnectLetFail(connector);
            }
        }
    }

    /**
     * Reads until all messages have arrived, or none arrives for a long time, and until the connector has nothing left
     * to do. Returns all records.
     */
    List<ConsumerRecord<byte[], byte[]>> drain() {
        sent.forEach(Flow::awaitWritten);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (arrived.size() < sent.size() && System.nanoTime() < deadline) {
            read();
            restartFailedTasks();
        }
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            read();
            restartFailedTasks();
            assertThat(notDone())
                    .as("last records that the connector has not finished")
                    .isEmpty();
        });
        targets.forEach(target -> reader.readTo(cluster.topics().endOffsets(target), LIMIT));
        return reader.records();
    }

    /** The number of written messages. */
    int written() {
        return sent.size();
    }

    /** The number of written turns. */
    int turns() {
        return turn;
    }

    /** The partitions with a record at or above what the connector has committed, and the offset of the last. */
    private Map<TopicPartition, Long> notDone() {
        Map<TopicPartition, Long> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : reader.records()) {
            if (!targets.contains(record.topic())) {
                last.put(new TopicPartition(record.topic(), record.partition()), record.offset());
            }
        }
        for (JsonNode stored : cluster.rest().offsets(connector)) {
            JsonNode partition = stored.path("partition");
            long low = stored.path("offset").path("low").asLong();
            last.computeIfPresent(
                    new TopicPartition(
                            partition.path("topic").asText(),
                            partition.path("partition").asInt()),
                    (name, offset) -> offset < low ? null : offset);
        }
        return last;
    }

    private static void awaitWritten(Future<RecordMetadata> message) {
        try {
            message.get();
        } catch (ExecutionException e) {
            throw new AssertionError("the application could not write a message", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void writeUpTo(int end) {
        for (; turn < end; turn++) {
            messages.apply(turn).forEach(message -> sent.add(cluster.topics().send(message)));
        }
    }

    private void read() {
        reader.poll().stream()
                .filter(record -> targets.contains(record.topic()))
                .map(Messages::number)
                .forEach(arrived::add);
    }

    @Override
    public void close() {
        reader.close();
    }
}
