/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static java.util.Objects.requireNonNull;

import io.kafkacourier.core.log.Reminder;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up and creates topics that are written to, through Kafka's admin API. Safe for use by several threads. */
public final class KafkaTopicLookup implements TopicLookup {

    private static final Logger log = LoggerFactory.getLogger(KafkaTopicLookup.class);

    private final ClusterAdmin admin;
    private final boolean awaitsReplicas;
    private final Clock clock;
    private final TopicSettings settings;
    private final Reminder uncreatable;
    private final CreationRefusals refusals;

    /**
     * @param awaitsReplicas whether the producers wait for all in-sync replicas ({@code acks=all}), so that {@code
     *     min.insync.replicas} applies
     */
    KafkaTopicLookup(ClusterAdmin admin, boolean awaitsReplicas, Clock clock) {
        this.admin = admin;
        this.awaitsReplicas = awaitsReplicas;
        this.clock = clock;
        this.settings = new TopicSettings(admin, clock);
        this.uncreatable = new Reminder(Duration.ofMinutes(10), clock);
        this.refusals = new CreationRefusals(clock);
    }

    @Override
    public ClusterClock clock() {
        return ClusterClock.of(admin.client(), clock);
    }

    @Override
    public CompletableFuture<TargetTopic> look(String topic) {
        return requireNonNull(look(List.of(topic)).get(topic));
    }

    /** Settings are cached for {@link TopicSettings#VALID}. */
    @Override
    public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
        Map<String, CompletableFuture<TopicSettings.Known>> known = settings.read(topics);
        Map<String, CompletableFuture<TargetTopic>> answers = new HashMap<>();
        admin.client()
                .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .forEach((topic, described) -> answers.put(
                        topic,
                        described
                                .toCompletionStage()
                                .thenCombine(requireNonNull(known.get(topic)), this::present)
                                .exceptionally(KafkaTopicLookup::absentOrDenied)
                                .whenComplete((found, failure) -> forgetIfAbsent(topic, found))
                                .toCompletableFuture()));
        return answers;
    }

    /** A topic that is created again may have other settings. */
    private void forgetIfAbsent(String topic, @Nullable TargetTopic found) {
        if (found instanceof TargetTopic.Absent) {
            settings.forget(topic);
        }
    }

    private TargetTopic present(TopicDescription description, TopicSettings.Known known) {
        return mayWrite(description.authorizedOperations())
                ? known.bounds()
                        .with(
                                description.partitions().size(),
                                obstacles(description.partitions(), known.minInSyncReplicas(), awaitsReplicas))
                : new TargetTopic.Denied();
    }

    /**
     * The partitions that accept no records. A partition with fewer replicas than {@code min.insync.replicas} needs all
     * of them in sync.
     *
     * @param awaitsReplicas whether the producers wait for all in-sync replicas
     */
    static Map<Integer, Obstacle> obstacles(
            List<TopicPartitionInfo> partitions, int minInSyncReplicas, boolean awaitsReplicas) {
        Map<Integer, Obstacle> obstacles = new HashMap<>();
        for (TopicPartitionInfo partition : partitions) {
            if (partition.leader() == null || partition.leader().isEmpty()) {
                obstacles.put(partition.partition(), Obstacle.NO_LEADER);
            } else if (awaitsReplicas
                    && partition.isr().size()
                            < Math.min(minInSyncReplicas, partition.replicas().size())) {
                obstacles.put(partition.partition(), Obstacle.UNDER_MIN_ISR);
            }
        }
        return obstacles;
    }

    /**
     * Starts to create a topic. The future returns the resulting state: {@link TargetTopic.Unsure} if the cluster
     * refused but may accept later. It fails with Kafka's exception if the cluster does not answer. Never blocks.
     */
    public CompletableFuture<TargetTopic> startToCreate(NewTopic topic) {
        CreateTopicsResult result = admin.client().createTopics(List.of(topic));
        CompletionStage<TargetTopic> bounds = result.config(topic.name())
                .toCompletionStage()
                .<TargetTopic>thenApply(TopicSettings::bounds)
                .exceptionally(e -> TargetTopic.Present.WITH_DEFAULTS);
        return requireNonNull(result.values().get(topic.name()))
                .toCompletionStage()
                .thenCompose(created -> {
                    log.info("Created {}", topic);
                    settings.forget(topic.name());
                    refusals.forget(topic.name());
                    return bounds;
                })
                .exceptionallyCompose(e -> notCreated(topic, cause(e)))
                .toCompletableFuture();
    }

    @Override
    public CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
        Map<String, String> ids = new ConcurrentHashMap<>();
        CompletableFuture<?>[] answers = admin.client().describeTopics(topics).topicNameValues().entrySet().stream()
                .map(topic -> topic.getValue()
                        .toCompletionStage()
                        .<@Nullable Void>handle((description, failure) -> {
                            if (failure == null) {
                                ids.put(topic.getKey(), description.topicId().toString());
                                return null;
                            }
                            return skipOrFail(topic.getKey(), cause(failure));
                        })
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(answers).thenApply(done -> Map.copyOf(ids));
    }

    /** Ignores a topic that is missing or may not be described, so that the ids of the others are still returned. */
    private @Nullable Void skipOrFail(String topic, Throwable failure) {
        if (failure instanceof AuthorizationException e) {
            log.debug("{}", admin.named(e, AclOperation.DESCRIBE, "topic " + topic), e);
        } else if (!(failure instanceof UnknownTopicOrPartitionException)) {
            throw new CompletionException(failure);
        }
        return null;
    }

    private CompletionStage<TargetTopic> notCreated(NewTopic topic, Throwable cause) {
        if (cause instanceof TopicExistsException) {
            refusals.forget(topic.name());
            return look(topic.name()).thenApply(KafkaTopicLookup::requireVisible);
        } else if (!CreationRefusals.isRefusal(cause)) {
            return CompletableFuture.failedFuture(cause);
        }
        String reason = reason(cause);
        if (uncreatable.isDue(topic.name())) {
            log.warn("The topic {} is missing and could not be created: {}", topic, reason);
        }
        return CompletableFuture.completedFuture(
                refusals.isFinal(topic.name(), cause)
                        ? new TargetTopic.Uncreatable(reason)
                        : new TargetTopic.Unsure(Obstacle.MISSING));
    }

    private String reason(Throwable refusal) {
        if (refusal instanceof AuthorizationException) {
            return MissingPermission.toCreate(admin.who());
        }
        return refusal.getMessage() == null ? refusal.toString() : refusal.getMessage();
    }

    private static TargetTopic requireVisible(TargetTopic found) {
        if (found instanceof TargetTopic.Absent) {
            throw new UnknownTopicOrPartitionException("The topic exists, but some brokers do not know it yet");
        }
        return found;
    }

    /**
     * Whether the client may write; true if the broker does not report operations, so that the set is null or empty.
     */
    static boolean mayWrite(@Nullable Set<AclOperation> authorized) {
        return authorized == null || authorized.isEmpty() || authorized.contains(AclOperation.WRITE);
    }

    private static TargetTopic absentOrDenied(Throwable thrown) {
        Throwable cause = cause(thrown);
        if (cause instanceof UnknownTopicOrPartitionException || cause instanceof InvalidTopicException) {
            return new TargetTopic.Absent();
        } else if (cause instanceof AuthorizationException) {
            return new TargetTopic.Denied();
        }
        throw new CompletionException(cause);
    }

    static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
