/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.MutableClock;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.PlainSourceConfig;
import io.kafkacourier.source.progress.Assignment;
import io.kafkacourier.source.targets.FakeCluster;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * A task of the connector {@code plain} that reads three partitions of {@code orders}. There is one tier, of 1,024 seconds.
 * The test sets the time.
 */
final class PlainTask {

    static final int PARTITIONS = 3;

    private final MutableClock clock = new MutableClock(NOW);
    private final FakeCluster cluster = new FakeCluster("out", "refused", "plain.delay.1024s");
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    private final int[] ends = new int[PARTITIONS];
    private long nanos;
    private final ScheduledSource source = start();

    ScheduledSource source() {
        return source;
    }

    FakeCluster cluster() {
        return cluster;
    }

    void advance(long ms) {
        clock.advance(ms);
    }

    /** Advances the ticker that spaces batches. */
    void advanceTicker(Duration duration) {
        nanos += duration.toNanos();
    }

    long ticker() {
        return nanos;
    }

    /** The next batch; empty if there is none. */
    List<SourceRecord> poll() {
        List<SourceRecord> batch = source.poll();
        return batch == null ? List.of() : batch;
    }

    /** The partitions and offsets of the records, in order. */
    static List<String> places(List<SourceRecord> records) {
        return records.stream()
                .map(record -> new String(
                        (byte[]) record.headers().lastWithName("place").value(), UTF_8))
                .toList();
    }

    /**
     * Adds a message to the log.
     *
     * @param waitMs how long it waits, in milliseconds; 0 if it has no delay
     * @return its offset
     */
    int arrive(int partition, long waitMs, String target) {
        int offset = ends[partition]++;
        RecordHeaders headers = new RecordHeaders();
        headers.add("place", (partition + "@" + offset).getBytes(UTF_8));
        consumer.addRecord(new ConsumerRecord<>(
                "orders",
                partition,
                offset,
                NOW,
                TimestampType.CREATE_TIME,
                0,
                0,
                target.getBytes(UTF_8),
                Long.toString(waitMs).getBytes(UTF_8),
                headers,
                Optional.empty()));
        return offset;
    }

    private ScheduledSource start() {
        Behaviour config = PlainSourceConfig.with();
        Assignment assignment = Assignment.deal(
                        List.of(
                                new InputTopic("orders", "id", PARTITIONS),
                                new InputTopic("plain.delay.1024s", "id", 1)),
                        config.config().tierNames()::isTier,
                        1)
                .get(0);
        Map<TopicPartition, Long> firsts = new HashMap<>();
        assignment.partitions().forEach(partition -> firsts.put(partition, 0L));
        consumer.updateBeginningOffsets(firsts);
        consumer.updateEndOffsets(firsts);
        ScheduledSource starting = SourceAssembly.of(
                        config, assignment, consumer, cluster, clock, () -> nanos, waited -> nanos += waited)
                .source();
        starting.start(assignment, new NothingStored());
        return starting;
    }

    private static final class NothingStored implements OffsetStorageReader {

        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
            throw new UnsupportedOperationException("all offsets are read with one call");
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
            return Map.of();
        }
    }
}
