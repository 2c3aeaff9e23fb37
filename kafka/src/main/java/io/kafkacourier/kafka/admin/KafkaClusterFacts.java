/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the facts of a preflight through Kafka's admin API. Safe for use by several threads. */
final class KafkaClusterFacts implements ClusterFacts {

    private static final Logger log = LoggerFactory.getLogger(KafkaClusterFacts.class);

    private static final Config NO_SETTINGS = new Config(List.of());

    private static final Set<AclOperation> JUDGED =
            Set.of(AclOperation.DESCRIBE, AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE);

    private final ClusterAdmin admin;
    private final Patience patience;
    /** The topics whose missing permissions are already logged. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    KafkaClusterFacts(ClusterAdmin admin, Patience patience) {
        this.admin = admin;
        this.patience = patience;
    }

    @Override
    public int brokers() {
        return patience.get(admin.client().describeCluster().nodes()).size();
    }

    @Override
    public Set<String> names() {
        return patience.get(admin.client().listTopics().names());
    }

    @Override
    public Map<String, TopicFacts> topics(Collection<String> names) {
        List<ConfigResource> resources =
                names.stream().map(KafkaClusterFacts::resource).toList();
        Map<ConfigResource, KafkaFuture<Config>> settings =
                admin.client().describeConfigs(resources).values();
        Map<String, TopicFacts> facts = new HashMap<>();
        Set<String> unread = new TreeSet<>();
        admin.client()
                .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .forEach((name, described) -> {
                    TopicFacts topic = facts(name, described, requireNonNull(settings.get(resource(name))), unread);
                    if (topic != null) {
                        facts.put(name, topic);
                    }
                });
        if (!unread.isEmpty()) {
            log.warn(
                    "The settings of the topics {} cannot be read, because {}: the preflight does not check whether"
                            + " their cleanup.policy, retention, timestamps and sizes lose or delay messages",
                    unread,
                    MissingPermission.lacks(admin.who(), AclOperation.DESCRIBE_CONFIGS, "them"));
        }
        return facts;
    }

    @Override
    public Map<String, Set<AclOperation>> lacking(Collection<String> names) {
        Map<String, Set<AclOperation>> lacking = new HashMap<>();
        admin.client()
                .describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .forEach((name, described) -> {
                    Set<AclOperation> missing = lacking(described);
                    if (missing != null) {
                        lacking.put(name, missing);
                    }
                });
        return lacking;
    }

    private @Nullable Set<AclOperation> lacking(KafkaFuture<TopicDescription> described) {
        try {
            Set<AclOperation> authorized = patience.get(described).authorizedOperations();
            if (authorized == null || authorized.isEmpty()) {
                return null;
            }
            Set<AclOperation> missing = EnumSet.copyOf(JUDGED);
            missing.removeAll(authorized);
            return missing;
        } catch (AuthorizationException e) {
            return Set.of(AclOperation.DESCRIBE);
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        } catch (InvalidTopicException e) {
            return null;
        }
    }

    @Override
    public @Nullable TopicFacts ifCreated(NewTopic topic) {
        CreateTopicsResult result =
                admin.client().createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true));
        try {
            patience.get(result.all());
        } catch (TopicExistsException e) {
            return null;
        }
        try {
            return new TopicFacts(
                    topic.name(),
                    patience.get(result.topicId(topic.name())).toString(),
                    patience.get(result.numPartitions(topic.name())),
                    patience.get(result.replicationFactor(topic.name())),
                    true,
                    TopicFacts.settings(patience.get(result.config(topic.name()))));
        } catch (AuthorizationException e) {
            return notReported(topic, e);
        } catch (UnsupportedVersionException e) {
            return notReported(topic, e);
        }
    }

    private static @Nullable TopicFacts notReported(NewTopic topic, ApiException e) {
        log.info("The cluster does not report the settings that topic {} would get: {}", topic.name(), e.getMessage());
        return null;
    }

    private @Nullable TopicFacts facts(
            String name, KafkaFuture<TopicDescription> described, KafkaFuture<Config> settings, Set<String> unread) {
        try {
            return TopicFacts.of(patience.get(described), settings(name, settings, unread));
        } catch (UnknownTopicOrPartitionException e) {
            return null;
        } catch (InvalidTopicException e) {
            return null;
        } catch (AuthorizationException e) {
            if (reported.add(name)) {
                log.warn(
                        "{}. The preflight does not check it",
                        MissingPermission.on(name, AclOperation.DESCRIBE, admin.who()));
            }
            return null;
        }
    }

    private Config settings(String name, KafkaFuture<Config> settings, Set<String> unread) {
        try {
            return patience.get(settings);
        } catch (AuthorizationException e) {
            if (reported.add(name)) {
                unread.add(name);
            }
            return NO_SETTINGS;
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
