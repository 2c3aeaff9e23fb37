/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link TopicAdmin} through Kafka's admin API. Safe for use by several threads. */
final class KafkaTopicAdmin implements TopicAdmin {

    private static final Logger log = LoggerFactory.getLogger(KafkaTopicAdmin.class);

    private final ClusterAdmin admin;
    private final TopicLookup lookup;

    KafkaTopicAdmin(ClusterAdmin admin, TopicLookup lookup) {
        this.admin = admin;
        this.lookup = lookup;
    }

    @Override
    public List<InputTopic> find(Collection<String> names) {
        return admin.describe(names).values().stream()
                .map(KafkaTopicAdmin::topic)
                .sorted(comparing(InputTopic::name))
                .toList();
    }

    private static InputTopic topic(TopicDescription description) {
        return new InputTopic(
                description.name(),
                description.topicId().toString(),
                description.partitions().size());
    }

    @Override
    public List<InputTopic> find(Collection<String> names, Predicate<String> accepted) {
        Set<String> all = new HashSet<>(names);
        admin.await(admin.client().listTopics().names()).stream()
                .filter(accepted)
                .forEach(all::add);
        return find(all);
    }

    @Override
    public int maxMessageBytes(Collection<InputTopic> topics) {
        return topics.stream()
                .map(topic -> admin.await(lookup.look(topic.name())))
                .mapToInt(topic -> (topic instanceof TargetTopic.Present present
                                ? present
                                : TargetTopic.Present.WITH_DEFAULTS)
                        .maxMessageBytes())
                .max()
                .orElse(TargetTopic.Present.WITH_DEFAULTS.maxMessageBytes());
    }

    @Override
    public List<InputTopic> create(
            List<NewTopic> topics, BiFunction<NewTopic, ApiException, Optional<NewTopic>> insteadOf) {
        CreateTopicsResult result = admin.client().createTopics(topics);
        List<InputTopic> created = new ArrayList<>();
        List<NewTopic> others = new ArrayList<>();
        for (NewTopic topic : topics) {
            try {
                admin.await(requireNonNull(result.values().get(topic.name())));
                created.add(new InputTopic(topic.name(), idOfCreated(topic.name(), result), topic.numPartitions()));
                log.info("Created {}", topic);
            } catch (TopicExistsException e) {
                log.debug("The topic {} exists", topic.name());
            } catch (AuthorizationException e) {
                throw admin.named(e, AclOperation.CREATE, "topic " + topic.name());
            } catch (ApiException e) {
                others.add(insteadOf.apply(topic, e).orElseThrow(() -> e));
            }
        }
        if (!others.isEmpty()) {
            created.addAll(create(others, insteadOf));
        }
        return created;
    }

    /** The broker returns the id of a created topic only to clients that may read the topic's settings. */
    private String idOfCreated(String topic, CreateTopicsResult result) {
        try {
            return admin.await(result.topicId(topic)).toString();
        } catch (AuthorizationException e) {
            return find(List.of(topic)).stream().findFirst().map(InputTopic::id).orElseThrow(() -> e);
        }
    }

    @Override
    public void create(NewTopic topic) {
        try {
            admin.await(admin.client().createTopics(List.of(topic)).all());
            log.info("Created {}", topic);
        } catch (TopicExistsException e) {
            log.debug("The topic {} exists", topic.name());
        } catch (AuthorizationException e) {
            if (find(List.of(topic.name())).isEmpty()) {
                throw admin.named(e, AclOperation.CREATE, "topic " + topic.name());
            }
        }
    }
}
