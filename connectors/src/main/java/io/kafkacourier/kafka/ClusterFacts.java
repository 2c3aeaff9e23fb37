/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
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

/**
 * What a preflight asks a cluster for, through its admin API. Each method throws a {@link KafkaException} where the cluster
 * does not answer, or not in time. Safe for use by several threads.
 */
public final class ClusterFacts {

    private static final Logger log = LoggerFactory.getLogger(ClusterFacts.class);

    private static final Config NOT_TOLD = new Config(List.of());

    private final Admin admin;
    private final Patience patience;

    /** @param admin not closed with this */
    public ClusterFacts(Admin admin, Patience patience) {
        this.admin = admin;
        this.patience = patience;
    }

    /** How many brokers there are. */
    public int brokers() {
        return patience.get(admin.describeCluster().nodes()).size();
    }

    /** The names of the topics that exist and are asked for, in order. */
    public Set<String> names(Predicate<String> asked) {
        Set<String> names = new TreeSet<>(patience.get(admin.listTopics().names()));
        names.removeIf(asked.negate());
        return names;
    }

    /** Those of the topics that exist and may be looked at, by name. */
    public Map<String, TopicFacts> topics(Collection<String> names) {
        List<ConfigResource> resources =
                names.stream().map(ClusterFacts::resource).toList();
        Map<ConfigResource, KafkaFuture<Config>> settings =
                admin.describeConfigs(resources).values();
        Map<String, TopicFacts> facts = new HashMap<>();
        admin.describeTopics(names, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                .topicNameValues()
                .forEach((name, described) -> {
                    TopicFacts topic = facts(name, described, requireNonNull(settings.get(resource(name))));
                    if (topic != null) {
                        facts.put(name, topic);
                    }
                });
        return facts;
    }

    /**
     * A topic as it would be if it was created now; null where it exists, or that cannot be told.
     *
     * @throws ApiException where it cannot be created
     */
    public @Nullable TopicFacts ifCreated(NewTopic topic) {
        CreateTopicsResult result = admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(true));
        try {
            patience.get(result.all());
        } catch (TopicExistsException e) {
            return null;
        }
        try {
            return new TopicFacts(
                    topic.name(),
                    patience.get(result.numPartitions(topic.name())),
                    patience.get(result.replicationFactor(topic.name())),
                    true,
                    TopicFacts.settings(patience.get(result.config(topic.name()))));
        } catch (AuthorizationException | UnsupportedVersionException e) {
            log.info("What the topic {} would be is not told: {}", topic.name(), e.getMessage());
            return null;
        }
    }

    private @Nullable TopicFacts facts(
            String name, KafkaFuture<TopicDescription> described, KafkaFuture<Config> settings) {
        try {
            return TopicFacts.of(patience.get(described), settings(name, settings));
        } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
            return null;
        } catch (AuthorizationException e) {
            log.warn("The topic {} may not be looked at, and is not checked: {}", name, e.getMessage());
            return null;
        }
    }

    private Config settings(String name, KafkaFuture<Config> settings) {
        try {
            return patience.get(settings);
        } catch (AuthorizationException e) {
            log.warn("The settings of topic {} may not be read, and are not checked: {}", name, e.getMessage());
            return NOT_TOLD;
        }
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }
}
