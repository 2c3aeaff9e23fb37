/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/** The source offsets of a connector as they are committed in a topic, in the form in which Connect writes them there. */
public final class OffsetsTopic {

    private static final Patience PATIENCE = Patience.forEach(Duration.ofSeconds(60));
    private static final Duration POLL = Duration.ofMillis(200);
    /** Longer than the minute after which Kafka ends a transaction by default. */
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);
    private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

    private OffsetsTopic() {}

    /**
     * The present end of each partition of a topic, behind transactions that are open too.
     *
     * @return empty if there is no such topic
     */
    public static Map<TopicPartition, Long> ends(Admin admin, String topic) {
        try {
            Map<TopicPartition, OffsetSpec> partitions =
                    PATIENCE.get(admin.describeTopics(List.of(topic)).allTopicNames()).values().stream()
                            .flatMap(description -> description.partitions().stream())
                            .collect(toMap(
                                    partition -> new TopicPartition(topic, partition.partition()),
                                    partition -> OffsetSpec.latest()));
            Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> ends =
                    PATIENCE.get(admin.listOffsets(partitions).all());
            return ends.entrySet().stream()
                    .collect(toMap(Map.Entry::getKey, end -> end.getValue().offset()));
        } catch (UnknownTopicOrPartitionException e) {
            return Map.of();
        } catch (AuthorizationException e) {
            throw unreadable(topic, e);
        }
    }

    /**
     * Reads partitions from their beginnings to the given ends.
     *
     * @param consumer has {@code isolation.level=read_committed}
     * @return the last committed source offset of each source partition that has one
     * @throws ConnectException if the topic may not be read, or a transaction in it stays open
     */
    public static Map<Map<String, Object>, Map<String, Object>> read(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends, String connector) {
        Map<Map<String, Object>, Map<String, Object>> offsets = new HashMap<>();
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (System.nanoTime() - deadline > 0) {
                throw new ConnectException("The topics of offsets " + ends.keySet()
                        + " could not be read to their ends within " + LIMIT
                        + ": a transaction in them is still open. kafka-transactions.sh find-hanging shows it");
            }
            for (ConsumerRecord<byte[], byte[]> record : poll(consumer, ends)) {
                put(offsets, record, connector);
            }
        }
        return offsets;
    }

    private static Iterable<ConsumerRecord<byte[], byte[]>> poll(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        try {
            return consumer.poll(POLL);
        } catch (AuthorizationException e) {
            throw unreadable(ends.keySet().iterator().next().topic(), e);
        }
    }

    private static void put(
            Map<Map<String, Object>, Map<String, Object>> offsets,
            ConsumerRecord<byte[], byte[]> record,
            String connector) {
        Map<String, Object> partition = partition(record, connector);
        if (partition == null) {
            return;
        }
        Map<String, Object> offset = record.value() == null ? null : parse(record, record.value());
        if (offset == null) {
            offsets.remove(partition);
        } else {
            offsets.put(partition, offset);
        }
    }

    /** Keys are {@code ["<connector>", {<source partition>}]}. */
    private static @Nullable Map<String, Object> partition(ConsumerRecord<byte[], byte[]> record, String connector) {
        if (record.key() == null) {
            return null;
        }
        try {
            JsonNode key = JSON.readTree(record.key());
            return key.isArray()
                            && key.size() == 2
                            && connector.equals(key.get(0).asText())
                    ? JSON.readerFor(MAP).readValue(key.get(1))
                    : null;
        } catch (IOException e) {
            throw unknown(record, e);
        }
    }

    private static @Nullable Map<String, Object> parse(ConsumerRecord<byte[], byte[]> record, byte[] json) {
        try {
            return JSON.readValue(json, MAP);
        } catch (IOException e) {
            throw unknown(record, e);
        }
    }

    private static ConnectException unknown(ConsumerRecord<byte[], byte[]> record, IOException e) {
        return new ConnectException(
                record.topic() + "-" + record.partition() + "@" + record.offset()
                        + " is not an offset as Connect writes them: the topic must be used for nothing else",
                e);
    }

    private static ConnectException unreadable(String topic, AuthorizationException e) {
        return new ConnectException(
                "The topic of offsets " + topic
                        + " may not be read: the principal of consumer.* and admin.* needs READ and DESCRIBE on it",
                e);
    }
}
