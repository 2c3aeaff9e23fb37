/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Creates topics of a cluster, writes to them and reads them. Safe for use by several threads. */
public final class KafkaTopics implements AutoCloseable {

    private static final Duration LEADERS_WAIT = Duration.ofSeconds(30);

    private final String bootstrapServers;
    private final Admin admin;
    private final KafkaProducer<byte[], byte[]> producer;

    /** Connects to the cluster. */
    public KafkaTopics(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers, ProducerConfig.LINGER_MS_CONFIG, 5),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Creates a topic with the cluster's default replication factor, and returns when it can be written to. */
    public void create(String topic, int partitions, Map<String, String> config) {
        create(List.of(topic(topic, partitions).configs(config)));
    }

    /** Creates topics with the cluster's defaults, and returns when they can be written to. */
    public void create(int partitions, String... topics) {
        create(Arrays.stream(topics).map(topic -> topic(topic, partitions)).toList());
    }

    /**
     * Creates a topic with one partition on those brokers, the leader first, and returns when it can be written to.
     *
     * @param replicas the numbers of the brokers
     */
    public void createOn(List<Integer> replicas, String topic, Map<String, String> config) {
        create(List.of(new NewTopic(topic, Map.of(0, replicas)).configs(config)));
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty());
    }

    /**
     * Waits for the leaders, because the answer to the creation comes earlier. If an idempotent producer sends its
     * first batch before there is a leader and its second batch after that, its sequence stays out of order.
     */
    private void create(List<NewTopic> topics) {
        get(admin.createTopics(topics).all());
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        topics.forEach(topic -> IntStream.range(0, Math.max(1, topic.numPartitions()))
                .forEach(number -> asked.put(new TopicPartition(topic.name(), number), OffsetSpec.latest())));
        long deadline = System.nanoTime() + LEADERS_WAIT.toNanos();
        while (!haveLeaders(asked, deadline)) {
            Thread.onSpinWait();
        }
    }

    /**
     * Whether all partitions have leaders. A broker may not know a topic yet that the controller has created, and the
     * client does not retry in that case.
     */
    private boolean haveLeaders(Map<TopicPartition, OffsetSpec> asked, long deadline) {
        try {
            get(admin.listOffsets(asked).all());
            return true;
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException && System.nanoTime() - deadline < 0) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes topics. */
    public void delete(String... topics) {
        get(admin.deleteTopics(List.of(topics)).all());
    }

    /** Increases the number of partitions of a topic to {@code partitions}. */
    public void addPartitions(String topic, int partitions) {
        get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions)))
                .all());
    }

    /** Makes the first replica of every partition its leader again, if it is not already. */
    public void electPreferredLeaders() {
        Map<TopicPartition, Optional<Throwable>> results =
                get(admin.electLeaders(ElectionType.PREFERRED, null).partitions());
        results.values().stream()
                .flatMap(Optional::stream)
                .filter(failure -> !(failure instanceof ElectionNotNeededException))
                .findFirst()
                .ifPresent(failure -> {
                    throw new IllegalStateException(failure);
                });
    }

    /** Limits the producers of a client id to a number of bytes a second; empty removes the limit. */
    public void limitProducer(String clientId, OptionalDouble bytesPerSecond) {
        ClientQuotaEntity producer = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, clientId));
        Double limit = bytesPerSecond.isPresent() ? bytesPerSecond.getAsDouble() : null;
        get(admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                        producer, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", limit)))))
                .all());
    }

    /**
     * Starts to move every partition of a topic to other brokers.
     *
     * @param next returns a partition's new replicas for its current ones, the preferred leader first
     */
    public void reassign(String topic, UnaryOperator<List<Integer>> next) {
        Map<TopicPartition, Optional<NewPartitionReassignment>> moves = new HashMap<>();
        for (TopicPartitionInfo partition : describe(List.of(topic)).get(0).partitions()) {
            List<Integer> replicas = partition.replicas().stream().map(Node::id).toList();
            moves.put(
                    new TopicPartition(topic, partition.partition()),
                    Optional.of(new NewPartitionReassignment(next.apply(replicas))));
        }
        get(admin.alterPartitionReassignments(moves).all());
    }

    /**
     * Whether no partition is being moved, and every replica of every partition is in sync, including internal topics.
     */
    public boolean isInSync() {
        boolean isMoving =
                !get(admin.listPartitionReassignments().reassignments()).isEmpty();
        Set<String> all =
                get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
        return !isMoving
                && describe(all).stream()
                        .flatMap(topic -> topic.partitions().stream())
                        .allMatch(partition -> partition.leader() != null
                                && partition.isr().size()
                                        == partition.replicas().size());
    }

    /** The leader and the replicas of a partition. */
    public TopicPartitionInfo partition(String topic, int partition) {
        return describe(List.of(topic)).get(0).partitions().get(partition);
    }

    private List<TopicDescription> describe(Collection<String> topics) {
        return List.copyOf(get(admin.describeTopics(topics).allTopicNames()).values());
    }

    /** The names of all topics that are not internal. */
    public Set<String> names() {
        return get(admin.listTopics().names());
    }

    /** The settings of a topic by name, including the broker's defaults. */
    public Map<String, String> settings(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        return get(admin.describeConfigs(List.of(resource)).all()).values().stream()
                .flatMap(config -> config.entries().stream())
                .filter(entry -> entry.value() != null)
                .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    }

    /** Starts to write a record; the future completes when the broker has acknowledged it. */
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return producer.send(record);
    }

    /** Writes records, and returns when the broker has acknowledged all of them. */
    public void sendAll(List<ProducerRecord<byte[], byte[]>> records) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        records.forEach(record -> sent.add(producer.send(record)));
        sent.forEach(KafkaTopics::get);
    }

    /** The offset of the first record that was not deleted, for every partition of a topic. */
    public Map<TopicPartition, Long> firstOffsets(String topic) {
        return offsets(topic, OffsetSpec.earliest());
    }

    /** The offset after the last record, for every partition of a topic. */
    public Map<TopicPartition, Long> endOffsets(String topic) {
        return offsets(topic, OffsetSpec.latest());
    }

    private Map<TopicPartition, Long> offsets(String topic, OffsetSpec which) {
        TopicDescription description = describe(List.of(topic)).get(0);
        Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        description
                .partitions()
                .forEach(partition -> asked.put(new TopicPartition(topic, partition.partition()), which));
        return get(admin.listOffsets(asked).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** The committed offsets of a consumer group. */
    public Map<TopicPartition, Long> committedOffsets(String group) {
        return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Creates a reader of committed records, from the beginning of all topics that match the regular expression. */
    public TopicReader reader(String topicsRegex) {
        return new TopicReader(bootstrapServers, topicsRegex);
    }

    @Override
    public void close() {
        producer.close();
        admin.close();
    }

    private static <T> T get(KafkaFuture<T> future) {
        return get((Future<T>) future.toCompletionStage().toCompletableFuture());
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
