/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads topics from their beginning with {@code isolation.level=read_committed}, and keeps all records. Finds new
 * topics within half a second. It is not a member of a group, so that a new topic does not reset the positions of the
 * others. For one thread.
 */
public final class TopicReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LOOK_FOR_TOPICS = Duration.ofMillis(500);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Pattern topics;
    private long nextLookNanos = System.nanoTime();
    private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

    TopicReader(String bootstrapServers, String topicsRegex) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        topics = Pattern.compile(topicsRegex);
    }

    /** All records read so far, in the order in which they were read. */
    public List<ConsumerRecord<byte[], byte[]>> records() {
        return records;
    }

    /** Reads available records, waits for a tenth of a second at most, and returns the new records. */
    public List<ConsumerRecord<byte[], byte[]>> poll() {
        if (System.nanoTime() - nextLookNanos >= 0) {
            lookForTopics();
        }
        List<ConsumerRecord<byte[], byte[]>> fresh = new ArrayList<>();
        if (consumer.assignment().isEmpty()) {
            EmbeddedService.pause();
            return fresh;
        }
        consumer.poll(POLL).forEach(fresh::add);
        records.addAll(fresh);
        return fresh;
    }

    /**
     * Reads until all records read so far satisfy a condition.
     *
     * @throws IllegalStateException with the number of records read, if they do not within the limit
     */
    public List<ConsumerRecord<byte[], byte[]>> readUntil(
            Predicate<List<ConsumerRecord<byte[], byte[]>>> condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.test(records)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("only " + records.size() + " records came within " + limit);
            }
            poll();
        }
        return records;
    }

    /** Reads until all records below the given offsets are read. */
    public List<ConsumerRecord<byte[], byte[]>> readTo(Map<TopicPartition, Long> endOffsets, Duration limit) {
        return readUntil(
                read -> consumer.assignment().containsAll(endOffsets.keySet())
                        && endOffsets.entrySet().stream()
                                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue()),
                limit);
    }

    private void lookForTopics() {
        nextLookNanos = System.nanoTime() + LOOK_FOR_TOPICS.toNanos();
        consumer.assign(consumer.listTopics().entrySet().stream()
                .filter(topic -> topics.matcher(topic.getKey()).matches())
                .flatMap(topic -> topic.getValue().stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
