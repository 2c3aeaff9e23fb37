/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.services;

import io.kafkacourier.benchmarks.bare.EpochMicros;
import io.kafkacourier.benchmarks.bare.Payload;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads {@link Payload} messages from a topic with {@code isolation.level=read_committed}. Records for each message its
 * append time and how late it was read. Each message must arrive exactly once. Not thread-safe.
 */
public final class Arrivals implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long[] appendedMs;
    private final long[] latenessMicros;
    private final BitSet numbers = new BitSet();
    private int count;

    /** Starts at the beginning of the topic, which is to get {@code messages} messages. */
    public Arrivals(String bootstrapServers, String topic, int partitions, int messages) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                        10_000),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> assignment = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(assignment);
        assignment.forEach(consumer::position);
        appendedMs = new long[messages];
        latenessMicros = new long[messages];
    }

    /**
     * Reads until all messages have arrived.
     *
     * @param check throws if no more messages will arrive; called every 5 seconds while nothing arrives
     * @throws IllegalStateException if a message arrives twice, or is missing after 5 minutes
     */
    public Arrivals readAll(Runnable check) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        long nextCheck = System.nanoTime() + SILENCE.toNanos();
        while (count < appendedMs.length) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            long nowMicros = EpochMicros.now();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                note(record, nowMicros);
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(count + " of " + appendedMs.length + " messages came within " + LIMIT);
            } else if (!records.isEmpty()) {
                nextCheck = System.nanoTime() + SILENCE.toNanos();
            } else if (System.nanoTime() > nextCheck) {
                check.run();
                nextCheck = System.nanoTime() + SILENCE.toNanos();
            }
        }
        return this;
    }

    private void note(ConsumerRecord<byte[], byte[]> record, long nowMicros) {
        int number = Payload.number(record.value());
        if (numbers.get(number) || count == appendedMs.length) {
            throw new IllegalStateException("message " + number + " came twice");
        }
        numbers.set(number);
        appendedMs[count] = record.timestamp();
        latenessMicros[count] = nowMicros - Payload.wantedMicros(record.value());
        count++;
    }

    /**
     * Messages per second from the first append to the last, by the broker's clock. Messages of the first millisecond
     * are not counted, because it is unknown how long they took. Only for topics with {@code LogAppendTime}.
     */
    public double appendedPerSecond() {
        long first = Arrays.stream(appendedMs).min().orElseThrow();
        long last = Arrays.stream(appendedMs).max().orElseThrow();
        long later = Arrays.stream(appendedMs).filter(at -> at > first).count();
        return later * 1_000.0 / (last - first);
    }

    /** How late the messages were read. */
    public Latencies lateness() {
        return Latencies.ofMicros(latenessMicros);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
