/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.kafkacourier.core.log.Reminder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The topics of a cluster, through its admin API. Safe for use by several threads. */
public final class AdminTopics implements TopicLookup, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AdminTopics.class);
    private static final Patience PATIENCE = Patience.forEach(Duration.ofSeconds(60));

    private final Admin admin;
    private final String who;
    private final boolean awaitsReplicas;
    private final Clock clock;
    private final TopicSettings settings;
    private final Reminder uncreatable;
    private final CreationRefusals refusals;

    /**
     * @param admin closed with this
     * @param who the admin client, and whom the cluster takes it for
     * @param awaitsReplicas whether those who write wait for the replicas that are in sync ({@code acks=all}), so that
     *     {@code min.insync.replicas} counts
     */
    public AdminTopics(Admin admin, String who, boolean awaitsReplicas, Clock clock) {
        this.admin = admin;
        this.who = who;
        this.awaitsReplicas = awaitsReplicas;
        this.clock = clock;
        this.settings = new TopicSettings(admin, who, clock);
        this.uncreatable = new Reminder(Duration.ofMinutes(10), clock);
        this.refusals = new CreationRefusals(clock);
    }

    @Override
    public ClusterClock clock() {
        return ClusterClock.of(admin, clock);
    }

    /**
     * The named topics that exist, by name.
     *
     * @throws KafkaException if the cluster does not answer
     */
    public List<InputTopic> find(Collection<String> names) {
        List<InputTopic> topics = new ArrayList<>();
        admin.describeTopics(names).topicNameValues().forEach((name, future) -> {
            try {
                TopicDescription description = PATIENCE.get(future);
                topics.add(new InputTopic(
                        name,
                        description.topicId().toString(),
                        description.partitions().size()));
            } catch (UnknownTopicOrPartitionException e) {
                log.debug("There is no topic {} yet", name);
            } catch (AuthorizationException e) {
                throw MissingPermission.named(e, who, AclOperation.DESCRIBE, "topic " + name);
            }
        });
        topics.sort(comparing(InputTopic::name));
        return topics;
    }

    /**
     * The named topics that exist, and the others whose names are accepted, by name.
     *
     * @throws KafkaException if the cluster does not answer
     */
    public List<InputTopic> find(Collection<String> names, Predicate<String> accepted) {
        Set<String> all = new HashSet<>(names);
        PATIENCE.get(admin.listTopics().names()).stream().filter(accepted).forEach(all::add);
        return find(all);
    }

    /** The largest {@code max.message.bytes} of the topics. */
    public int maxMessageBytes(Collection<InputTopic> topics) {
        return topics.stream()
                .map(topic -> answer(look(topic.name())))
                .mapToInt(topic -> (topic instanceof TargetTopic.Present present
                                ? present
                                : TargetTopic.Present.WITH_DEFAULTS)
                        .maxMessageBytes())
                .max()
                .orElse(TargetTopic.Present.WITH_DEFAULTS.maxMessageBytes());
    }

    /**
     * Creates topics.
     *
     * @param insteadOf what to create instead of a topic that the cluster refused; empty where that is final
     * @return those that did not exist
     * @throws KafkaException where one neither exists nor can be created
     */
    public List<InputTopic> create(
            List<NewTopic> topics, BiFunction<NewTopic, ApiException, Optional<NewTopic>> insteadOf) {
        CreateTopicsResult result = admin.createTopics(topics);
        List<InputTopic> created = new ArrayList<>();
        List<NewTopic> others = new ArrayList<>();
        for (NewTopic topic : topics) {
            try {
                PATIENCE.get(Objects.requireNonNull(result.values().get(topic.name())));
                created.add(new InputTopic(topic.name(), idOfCreated(topic.name(), result), topic.numPartitions()));
                log.info("Created {}", topic);
            } catch (TopicExistsException e) {
                log.debug("The topic {} exists", topic.name());
            } catch (AuthorizationException e) {
                throw MissingPermission.named(e, who, AclOperation.CREATE, "topic " + topic.name());
            } catch (ApiException e) {
                others.add(insteadOf.apply(topic, e).orElseThrow(() -> e));
            }
        }
        if (!others.isEmpty()) {
            created.addAll(create(others, insteadOf));
        }
        return created;
    }

    /** The broker tells the id of a topic it created only to those who may read the topic's settings. */
    private String idOfCreated(String topic, CreateTopicsResult result) {
        try {
            return PATIENCE.get(result.topicId(topic)).toString();
        } catch (AuthorizationException e) {
            return find(List.of(topic)).stream().findFirst().map(InputTopic::id).orElseThrow(() -> e);
        }
    }

    /**
     * Creates a topic, unless it exists.
     *
     * @throws KafkaException where it neither exists nor can be created
     */
    public void create(NewTopic topic) {
        try {
            PATIENCE.get(admin.createTopics(List.of(topic)).all());
            log.info("Created {}", topic);
        } catch (TopicExistsException e) {
            log.debug("The topic {} exists", topic.name());
        } catch (AuthorizationException e) {
            if (find(List.of(topic.name())).isEmpty()) {
                throw MissingPermission.named(e, who, AclOperation.CREATE, "topic " + topic.name());
            }
        }
    }

    @Override
    public CompletableFuture<TargetTopic> look(String topic) {
        return requireNonNull(look(List.of(topic)).get(topic));
    }

    /** Settings that were read lately are not read again. */
    @Override
    public Map<String, CompletableFuture<TargetTopic>> look(Collection<String> topics) {
        Map<String, CompletableFuture<TopicSettings.Known>> known = settings.read(topics);
        Map<String, CompletableFuture<TargetTopic>> answers = new HashMap<>();
        admin.describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .forEach((topic, described) -> answers.put(
                        topic,
                        described
                                .toCompletionStage()
                                .thenCombine(requireNonNull(known.get(topic)), this::present)
                                .exceptionally(AdminTopics::absentOrDenied)
                                .whenComplete((found, failure) -> forgetIfAbsent(topic, found))
                                .toCompletableFuture()));
        return answers;
    }

    /** Whoever creates it anew may give it other settings. */
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
     * The partitions that take no records; one with fewer replicas than {@code min.insync.replicas} needs them all.
     *
     * @param awaitsReplicas whether those who write wait for the replicas that are in sync
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
     * Starts to create a topic; the future says what is known of it then: {@link TargetTopic.Unsure} where the cluster
     * refused it and may not do so later. It fails with Kafka's exception where the cluster did not answer. Never blocks.
     */
    public CompletableFuture<TargetTopic> startToCreate(NewTopic topic) {
        CreateTopicsResult result = admin.createTopics(List.of(topic));
        CompletionStage<TargetTopic> told = result.config(topic.name())
                .toCompletionStage()
                .<TargetTopic>thenApply(TopicSettings::bounds)
                .exceptionally(e -> TargetTopic.Present.WITH_DEFAULTS);
        return requireNonNull(result.values().get(topic.name()))
                .toCompletionStage()
                .thenCompose(created -> {
                    log.info("Created {}", topic);
                    settings.forget(topic.name());
                    refusals.forget(topic.name());
                    return told;
                })
                .exceptionallyCompose(e -> notCreated(topic, cause(e)))
                .toCompletableFuture();
    }

    @Override
    public CompletableFuture<Map<String, String>> ids(Collection<String> topics) {
        Map<String, String> ids = new ConcurrentHashMap<>();
        CompletableFuture<?>[] answers = admin.describeTopics(topics).topicNameValues().entrySet().stream()
                .map(topic -> topic.getValue()
                        .toCompletionStage()
                        .<@Nullable Void>handle((description, failure) -> {
                            if (failure == null) {
                                ids.put(topic.getKey(), description.topicId().toString());
                                return null;
                            }
                            return untoldOrFail(topic.getKey(), cause(failure));
                        })
                        .toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(answers).thenApply(done -> Map.copyOf(ids));
    }

    /** One topic that may not be looked at, or is gone, keeps the ids of no others back. */
    private @Nullable Void untoldOrFail(String topic, Throwable failure) {
        if (failure instanceof AuthorizationException e) {
            log.debug("{}", MissingPermission.named(e, who, AclOperation.DESCRIBE, "topic " + topic), e);
        } else if (!(failure instanceof UnknownTopicOrPartitionException)) {
            throw new CompletionException(failure);
        }
        return null;
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }

    private CompletionStage<TargetTopic> notCreated(NewTopic topic, Throwable cause) {
        if (cause instanceof TopicExistsException) {
            refusals.forget(topic.name());
            return look(topic.name()).thenApply(AdminTopics::requireVisible);
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
            return MissingPermission.toCreate(who);
        }
        return refusal.getMessage() == null ? refusal.toString() : refusal.getMessage();
    }

    private static TargetTopic requireVisible(TargetTopic found) {
        if (found instanceof TargetTopic.Absent) {
            throw new UnknownTopicOrPartitionException("The topic exists, but not every broker knows of it yet");
        }
        return found;
    }

    /** Whether writing is allowed, as far as the broker says; null and nothing are what one says that does not know. */
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

    /** Waits no longer than the admin client does. */
    private static TargetTopic answer(CompletableFuture<TargetTopic> look) {
        try {
            return look.join();
        } catch (CompletionException e) {
            throw cause(e) instanceof KafkaException kafka ? kafka : new KafkaException(cause(e));
        }
    }

    static Throwable cause(Throwable thrown) {
        return thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
    }
}
