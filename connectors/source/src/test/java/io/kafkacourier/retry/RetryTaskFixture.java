/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.MutableClock;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.ScheduledSource;
import io.kafkacourier.source.SourceAssembly;
import io.kafkacourier.source.StoredOffsets;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.progress.Assignment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A task that retries the records of {@code sink.errors-3}, with one tier. The test sets the records of its consumer, the
 * answers of its cluster and the time. The topics {@code sink.retry}, {@code sink.dlq} and {@code orders} exist.
 */
final class RetryTaskFixture {

    /** The time of the clock at first, epoch ms. */
    static final long NOW = 1_800_000_000_000L;

    /** The stack trace of {@link #failed}. */
    static final String STACKTRACE = "a.Outer: x\n\tat a.B.c(B.java:1)\nCaused by: a.Root: y";

    private static final TopicPartition ERRORS = new TopicPartition("sink.errors", 3);
    private static final int USUAL_MAX_MESSAGE_BYTES = 1_048_588;

    private final MutableClock clock = new MutableClock(NOW);
    private final Map<String, TargetTopic> cluster = new HashMap<>();
    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "retry",
            "bootstrap.servers", "localhost:9092",
            "topics", "sink.errors",
            "retry.topic", "sink.retry",
            "dead.letter.topic", "sink.dlq",
            "backoff.jitter", "0"));
    private MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private ScheduledSource source = start();

    RetryTaskFixture() {
        List.of("sink.retry", "sink.dlq", "retry.delay.16s", "orders").forEach(this::topicExists);
    }

    /** A message of {@code orders} in the form in which Connect reports its first failure. */
    static FailedRecord failed() {
        return FailedRecord.at(NOW).connect("orders", 7, 1234, "TASK_PUT", "a.Outer", STACKTRACE);
    }

    /** Sets a configuration key; it takes effect at the next start. */
    void set(String key, String value) {
        properties.put(key, value);
    }

    void restartWith(String key, String value) {
        set(key, value);
        restart();
    }

    /** Starts again, with an empty log. */
    void restart() {
        source = start();
    }

    void restartWithTrace() {
        topicExists("message-trace");
        restartWith("trace.topic", "message-trace");
    }

    void arrive(FailedRecord... records) {
        for (FailedRecord record : records) {
            consumer.addRecord(record.record());
        }
    }

    /** The next batch; empty if there is none. */
    List<SourceRecord> poll() {
        List<SourceRecord> batch = source.poll();
        return batch == null ? List.of() : batch;
    }

    void advance(long ms) {
        clock.advance(ms);
    }

    void topicExists(String topic) {
        topicTakes(topic, USUAL_MAX_MESSAGE_BYTES);
    }

    void topicTakes(String topic, int maxMessageBytes) {
        cluster.put(topic, new TargetTopic.Present(maxMessageBytes, false, Long.MAX_VALUE, 3_600_000));
    }

    void topicIsMissing(String topic) {
        cluster.remove(topic);
    }

    /** A record that was handed out, as an application reads it and passes it on with unchanged headers. */
    FailedRecord passedOn(SourceRecord sent, long offset) {
        FailedRecord copy = FailedRecord.at(clock.millis()).offset(offset == 0 ? 0 : 42 + offset);
        sent.headers().forEach(header -> copy.text(header.key(), new String((byte[]) header.value(), UTF_8)));
        return copy;
    }

    private ScheduledSource start() {
        MockConsumer<byte[], byte[]> fresh = new MockConsumer<>("none");
        Behaviour config = RetrySourceConnector.type(properties).read().apply(properties);
        Assignment assignment = Assignment.deal(
                        List.of(new InputTopic("sink.errors", "id", 4), new InputTopic("retry.delay.16s", "id", 4)),
                        config.config().tierNames()::isTier,
                        1)
                .get(0);
        Map<TopicPartition, Long> firsts = new HashMap<>();
        assignment.partitions().forEach(partition -> firsts.put(partition, partition.equals(ERRORS) ? 42L : 0L));
        fresh.updateBeginningOffsets(firsts);
        fresh.updateEndOffsets(firsts);
        ScheduledSource starting = SourceAssembly.of(
                        config,
                        assignment,
                        fresh,
                        topic -> CompletableFuture.completedFuture(
                                cluster.getOrDefault(topic, new TargetTopic.Absent())),
                        clock)
                .source();
        starting.start(assignment, new StoredOffsets(Map.of()));
        consumer = fresh;
        return starting;
    }
}
