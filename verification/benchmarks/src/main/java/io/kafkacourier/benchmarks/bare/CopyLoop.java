/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Kafka's consume-transform-produce loop without a transformation: each poll becomes a transaction with the unchanged
 * records and their offsets. Each task has its own consumer, producer, thread and share of the partitions.
 */
final class CopyLoop {

    private static final Duration POLL = Duration.ofMillis(50);

    private final String bootstrapServers;
    private final String input;
    private final String output;
    private final int partitions;
    private final int tasks;

    CopyLoop(String bootstrapServers, String input, String output, int partitions, int tasks) {
        this.bootstrapServers = bootstrapServers;
        this.input = input;
        this.output = output;
        this.partitions = partitions;
        this.tasks = tasks;
    }

    /**
     * Copies the given number of messages and returns when the last is committed.
     *
     * @param startMs when to start reading, epoch ms; all clients are connected before that. A time in the past means
     *     at once
     */
    void run(long messages, long startMs) {
        AtomicLong remaining = new AtomicLong(messages);
        CountDownLatch connected = new CountDownLatch(tasks);
        ExecutorService threads = Executors.newFixedThreadPool(tasks);
        try {
            List<CompletableFuture<Void>> running = new ArrayList<>();
            for (int task = 0; task < tasks; task++) {
                List<TopicPartition> share = share(task);
                running.add(CompletableFuture.runAsync(() -> copy(share, remaining, connected, startMs), threads));
            }
            running.forEach(CompletableFuture::join);
        } finally {
            threads.shutdown();
        }
    }

    private List<TopicPartition> share(int task) {
        List<TopicPartition> share = new ArrayList<>();
        for (int partition = task; partition < partitions; partition += tasks) {
            share.add(new TopicPartition(input, partition));
        }
        return share;
    }

    private void copy(List<TopicPartition> share, AtomicLong remaining, CountDownLatch connected, long startMs) {
        try (KafkaConsumer<byte[], byte[]> consumer = Clients.consumer(bootstrapServers);
                KafkaProducer<byte[], byte[]> producer = Clients.transactionalProducer(bootstrapServers)) {
            consumer.assign(share);
            share.forEach(consumer::position);
            producer.partitionsFor(output);
            connected.countDown();
            connected.await();
            TimeUnit.MILLISECONDS.sleep(startMs - System.currentTimeMillis());
            while (remaining.get() > 0) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                if (!records.isEmpty()) {
                    commit(records, consumer, producer);
                    remaining.addAndGet(-records.count());
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void commit(
            ConsumerRecords<byte[], byte[]> records,
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer) {
        producer.beginTransaction();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            // if a send fails, the commit fails
            var unused = producer.send(new ProducerRecord<>(
                    output, null, record.timestamp(), record.key(), record.value(), record.headers()));
        }
        producer.sendOffsetsToTransaction(records.nextOffsets(), consumer.groupMetadata());
        producer.commitTransaction();
    }
}
