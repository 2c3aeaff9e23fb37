/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.embedded.KafkaTopics;
import io.kafkacourier.embedded.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads a topic on a separate thread, and measures how long after its due time a consumer of committed records can read
 * each delayed message. The record timestamp of a delayed message is its due time.
 */
final class LatenessProbe implements AutoCloseable {

    private final TopicReader reader;
    private final Set<String> delayedIds;
    private final List<Long> latenessMs = new ArrayList<>();
    private final Thread thread;
    private volatile boolean running = true;

    LatenessProbe(KafkaTopics topics, String topic, Set<String> delayedIds) {
        this.reader = topics.reader(topic.replace(".", "\\."));
        this.delayedIds = delayedIds;
        this.thread = new Thread(this::read, "lateness-probe");
        thread.start();
    }

    /** Stops when nothing is left to read, and returns the latenesses in milliseconds, in ascending order. */
    List<Long> stop() {
        close();
        return latenessMs.stream().sorted().toList();
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (reader) {
            boolean isLast;
            List<ConsumerRecord<byte[], byte[]>> records;
            do {
                isLast = !running;
                records = reader.poll();
                long now = System.currentTimeMillis();
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    Header id = record.headers().lastHeader("message_id");
                    if (id != null && delayedIds.contains(new String(id.value(), UTF_8))) {
                        latenessMs.add(now - record.timestamp());
                    }
                }
            } while (!isLast || !records.isEmpty());
        }
    }
}
