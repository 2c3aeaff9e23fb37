/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.DeleteRecordsResult;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;

/** {@link ProgressAdmin} through Kafka's admin API. Safe for use by several threads. */
final class KafkaProgressAdmin implements ProgressAdmin {

    private final ClusterAdmin admin;

    KafkaProgressAdmin(ClusterAdmin admin) {
        this.admin = admin;
    }

    @Override
    public Outcome alterGroup(String group, Map<TopicPartition, Long> offsets) {
        AlterConsumerGroupOffsetsResult result =
                admin.client().alterConsumerGroupOffsets(group, mapped(offsets, OffsetAndMetadata::new));
        return outcome(
                offsets.keySet(),
                partition -> result.partitionResult(partition).thenApply(done -> offsets.get(partition)),
                (failure, partition) -> failure instanceof GroupAuthorizationException
                        ? admin.named(failure, AclOperation.READ, "group " + group)
                        : admin.named(failure, AclOperation.READ, topic(partition)));
    }

    @Override
    public Outcome deleteBelow(Map<TopicPartition, Long> offsets) {
        DeleteRecordsResult result = admin.client().deleteRecords(mapped(offsets, RecordsToDelete::beforeOffset));
        Map<TopicPartition, KafkaFuture<DeletedRecords>> logs = result.lowWatermarks();
        return outcome(
                offsets.keySet(),
                partition -> requireNonNull(logs.get(partition)).thenApply(DeletedRecords::lowWatermark),
                (failure, partition) -> admin.named(failure, AclOperation.DELETE, topic(partition)));
    }

    @Override
    public Outcome ends(Collection<TopicPartition> partitions) {
        return ends(partitions, IsolationLevel.READ_COMMITTED);
    }

    @Override
    public Outcome logEnds(Collection<TopicPartition> partitions) {
        return ends(partitions, IsolationLevel.READ_UNCOMMITTED);
    }

    private Outcome ends(Collection<TopicPartition> partitions, IsolationLevel isolation) {
        ListOffsetsResult result = admin.client()
                .listOffsets(
                        partitions.stream().collect(toMap(partition -> partition, partition -> OffsetSpec.latest())),
                        new ListOffsetsOptions(isolation));
        return outcome(
                partitions,
                partition ->
                        result.partitionResult(partition).thenApply(ListOffsetsResult.ListOffsetsResultInfo::offset),
                (failure, partition) -> admin.named(failure, AclOperation.DESCRIBE, topic(partition)));
    }

    @Override
    public Map<String, String> topicIds(Collection<String> topics) {
        return admin.describe(topics).entrySet().stream()
                .collect(toMap(
                        Map.Entry::getKey, topic -> topic.getValue().topicId().toString()));
    }

    private static String topic(TopicPartition partition) {
        return "topic " + partition.topic();
    }

    private Outcome outcome(
            Collection<TopicPartition> partitions,
            Function<TopicPartition, KafkaFuture<Long>> futures,
            BiFunction<KafkaException, TopicPartition, KafkaException> naming) {
        Map<TopicPartition, Long> done = new HashMap<>();
        KafkaException failure = null;
        for (TopicPartition partition : partitions) {
            try {
                done.put(partition, admin.await(futures.apply(partition)));
            } catch (InterruptException e) {
                throw e;
            } catch (KafkaException e) {
                failure = failure == null ? naming.apply(e, partition) : failure;
            }
        }
        return new Outcome(done, failure);
    }

    private static <T> Map<TopicPartition, T> mapped(Map<TopicPartition, Long> offsets, Function<Long, T> value) {
        return offsets.entrySet().stream().collect(toMap(Map.Entry::getKey, offset -> value.apply(offset.getValue())));
    }
}
