/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** A consumer whose records can be read again, like those of a broker. It counts the records that it returns. */
final class LogConsumer extends MockConsumer<byte[], byte[]> {

    private final int maxPollRecords;
    private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> log = new LinkedHashMap<>();
    private long returned;
    private int seeks;

    LogConsumer(int maxPollRecords) {
        super("none");
        this.maxPollRecords = maxPollRecords;
    }

    /** Writes a record at the end of its partition, whose offset has to be its index there. */
    void append(ConsumerRecord<byte[], byte[]> record) {
        log.computeIfAbsent(new TopicPartition(record.topic(), record.partition()), partition -> new ArrayList<>())
                .add(record);
    }

    /** How many records were returned; records that were returned twice count twice. */
    long returned() {
        return returned;
    }

    /** How often the position of a partition was set back. */
    int seeks() {
        return seeks;
    }

    @Override
    public synchronized ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> polled = new LinkedHashMap<>();
        int left = maxPollRecords;
        for (Map.Entry<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> written : log.entrySet()) {
            TopicPartition partition = written.getKey();
            int from = (int) position(partition);
            int to = Math.min(written.getValue().size(), from + left);
            if (!paused().contains(partition) && to > from) {
                polled.put(partition, List.copyOf(written.getValue().subList(from, to)));
                left -= to - from;
                super.seek(partition, to);
            }
        }
        returned += maxPollRecords - left;
        return new ConsumerRecords<>(polled, Map.of());
    }

    @Override
    public synchronized void seek(TopicPartition partition, OffsetAndMetadata to) {
        seeks++;
        super.seek(partition, to.offset());
    }
}
