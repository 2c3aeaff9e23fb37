/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;

import io.kafkacourier.kafka.admin.ClusterFacts;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TopicFacts;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.SourceConfig;
import io.kafkacourier.source.config.SourceRules;
import io.kafkacourier.source.config.ThirdPartyTransforms;
import io.kafkacourier.source.tier.TierSettings;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares a configuration with the topics of the cluster: first all of them, then inputs and tiers again and again. For
 * one thread at a time.
 */
public final class SourcePreflight {

    private static final Logger log = LoggerFactory.getLogger(SourcePreflight.class);

    private final Behaviour behaviour;
    private final SourceConfig config;
    private final ClusterFacts cluster;
    private final ClusterFacts reader;
    /** The ids of inputs and tiers whose check found no error. */
    private final Set<String> checked = new HashSet<>();
    /** The errors of inputs that {@link #checkAll} found, by topic. */
    private final Map<String, List<Preflight.Finding>> unsound = new LinkedHashMap<>();

    private boolean hasSoundInput;

    /** For a consumer with the same credentials as the admin client. */
    public SourcePreflight(Behaviour behaviour, ClusterFacts cluster) {
        this(behaviour, cluster, cluster);
    }

    /**
     * @param cluster the cluster as the admin client sees it
     * @param reader the cluster as a client with the credentials of the consumer sees it
     */
    SourcePreflight(Behaviour behaviour, ClusterFacts cluster, ClusterFacts reader) {
        this.behaviour = behaviour;
        this.config = behaviour.config();
        this.cluster = cluster;
        this.reader = reader;
    }

    /**
     * Checks existing topics, and topics that will be created.
     *
     * @throws KafkaException if the cluster does not answer
     */
    public Preflight checkAll() {
        Set<String> names = cluster.names();
        Preflight preflight = preflight();
        Collection<TopicFacts> inputs = find(names, behaviour.inputs()::includes);
        checkInputs(preflight, inputs);
        checkOutputs(preflight);
        checkOffsets(preflight);
        Collection<TopicFacts> tiers = find(names, config.tierNames()::isTier);
        tiers.forEach(tier -> checkTier(preflight, tier));
        checkReadable(preflight, names(Set.of(), tiers));
        checkTrimmable(preflight, names(Set.of(), tiers));
        if (!tiers.isEmpty()) {
            ThirdPartyTransforms.find(config.originalsStrings()).forEach(preflight::withTiers);
        }
        if (!inputs.isEmpty()) {
            checkMissingTiers(preflight, names, tiers.isEmpty() ? inputs : tiers);
        }
        return preflight;
    }

    private void checkInputs(Preflight preflight, Collection<TopicFacts> inputs) {
        Map<String, TopicFacts> found = inputs.stream().collect(toMap(TopicFacts::name, identity()));
        Set<String> names = names(behaviour.topics().inputs().keySet(), inputs);
        Permissions permissions = permissions(names);
        for (String name : names) {
            int errors = preflight.errors().size();
            TopicFacts input = found.get(name);
            checkReadable(preflight, name, permissions);
            if (input != null) {
                checkInput(preflight, input);
            }
            List<Preflight.Finding> findings = preflight.errors();
            if (findings.size() > errors) {
                unsound.put(name, findings.subList(errors, findings.size()));
            } else if (input != null) {
                checked.add(input.id());
                hasSoundInput = true;
            }
        }
    }

    /**
     * The findings that make a configuration invalid. If at least one input is fine, errors of topics that a pattern
     * selects are not among them: a running connector leaves such topics out and logs that.
     *
     * @param found the result of {@link #checkAll}
     */
    public List<Preflight.Finding> refusals(Preflight found) {
        if (!hasSoundInput) {
            return found.errors();
        }
        unsound.forEach((topic, findings) -> findings.stream()
                .filter(SourcePreflight::isOfPattern)
                .forEach(finding -> log.warn("Topic {} is not read: {}", topic, finding.text())));
        return found.errors().stream().filter(error -> !isOfPattern(error)).toList();
    }

    private static boolean isOfPattern(Preflight.Finding finding) {
        return finding.key().equals(SourceConfig.TOPICS_REGEX);
    }

    /** Begins another check of topics. */
    Preflight begin() {
        return preflight();
    }

    /**
     * Checks inputs, or after them tiers, again; logs warnings of topics that were not checked before.
     *
     * @return the errors by topic; topics without errors are left out
     * @throws KafkaException if the cluster does not answer
     */
    Map<String, List<Preflight.Finding>> checkAgain(Preflight preflight, List<InputTopic> topics) {
        Map<String, List<Preflight.Finding>> wrong = new LinkedHashMap<>();
        Set<String> names = new TreeSet<>();
        topics.forEach(topic -> names.add(topic.name()));
        Map<String, TopicFacts> facts = cluster.topics(names);
        Permissions permissions = permissions(names);
        for (InputTopic topic : topics) {
            TopicFacts found = facts.get(topic.name());
            if (found != null) {
                boolean isNew = !checked.contains(found.id());
                int errors = preflight.errors().size();
                int warnings = preflight.warnings().size();
                checkReadable(preflight, topic.name(), permissions);
                if (preflight.errors().size() == errors) {
                    check(preflight, found);
                }
                if (preflight.errors().size() > errors) {
                    wrong.put(
                            topic.name(),
                            preflight
                                    .errors()
                                    .subList(errors, preflight.errors().size()));
                } else if (isNew) {
                    checked.add(found.id());
                    checkTrimmable(preflight, topic.name(), permissions);
                    preflight
                            .warnings()
                            .subList(warnings, preflight.warnings().size())
                            .forEach(SourcePreflight::logWarning);
                }
            }
        }
        return wrong;
    }

    /** Whether a topic was checked and had no errors. */
    boolean isChecked(InputTopic topic) {
        return checked.contains(topic.id());
    }

    private void check(Preflight preflight, TopicFacts topic) {
        if (config.tierNames().isTier(topic.name())) {
            checkTier(preflight, topic);
        } else {
            checkInput(preflight, topic);
        }
    }

    private Preflight preflight() {
        return new Preflight(cluster.brokers(), config.adminSecurity().who());
    }

    private static Set<String> names(Set<String> named, Collection<TopicFacts> found) {
        Set<String> names = new TreeSet<>(named);
        found.forEach(topic -> names.add(topic.name()));
        return names;
    }

    /**
     * The permissions on topics that the clients of the connector lack.
     *
     * @param reading permissions that the consumer lacks, by topic
     * @param looking permissions that the admin client lacks, by topic
     */
    private record Permissions(Map<String, Set<AclOperation>> reading, Map<String, Set<AclOperation>> looking) {}

    private Permissions permissions(Set<String> topics) {
        if (topics.isEmpty()) {
            return new Permissions(Map.of(), Map.of());
        }
        Map<String, Set<AclOperation>> reading = reader.lacking(topics);
        return new Permissions(reading, reader == cluster ? reading : cluster.lacking(topics));
    }

    private void checkReadable(Preflight preflight, Set<String> topics) {
        Permissions permissions = permissions(topics);
        topics.forEach(topic -> checkReadable(preflight, topic, permissions));
    }

    /**
     * Checks permissions on a topic that is read: the consumer and the admin client describe it, and only the consumer
     * reads it.
     */
    private void checkReadable(Preflight preflight, String topic, Permissions permissions) {
        Set<AclOperation> lacking = permissions.reading().getOrDefault(topic, Set.of());
        for (AclOperation needed : List.of(AclOperation.DESCRIBE, AclOperation.READ)) {
            if (lacking.contains(needed)) {
                preflight.denied(
                        readKey(topic), topic, needed, config.consumerSecurity().who());
            }
        }
        if (reader != cluster
                && permissions.looking().getOrDefault(topic, Set.of()).contains(AclOperation.DESCRIBE)) {
            preflight.denied(
                    readKey(topic),
                    topic,
                    AclOperation.DESCRIBE,
                    config.adminSecurity().who());
        }
    }

    private String readKey(String topic) {
        return config.tierNames().isTier(topic)
                ? SourceConfig.TIERS_PREFIX
                : behaviour.topics().inputKey(topic);
    }

    private void checkTrimmable(Preflight preflight, Set<String> tiers) {
        Permissions permissions = permissions(tiers);
        tiers.forEach(tier -> checkTrimmable(preflight, tier, permissions));
    }

    private void checkTrimmable(Preflight preflight, String topic, Permissions permissions) {
        if (config.tierNames().isTier(topic)
                && permissions.looking().getOrDefault(topic, Set.of()).contains(AclOperation.DELETE)) {
            preflight.untrimmable(SourceConfig.TIERS_PREFIX, topic);
        }
    }

    public static void logWarnings(Preflight preflight) {
        preflight.warnings().forEach(SourcePreflight::logWarning);
    }

    private static void logWarning(Preflight.Finding warning) {
        log.warn("{} ({})", warning.message(), warning.key());
    }

    private Collection<TopicFacts> find(Set<String> names, Predicate<String> wanted) {
        List<String> found = names.stream().filter(wanted).sorted().toList();
        Map<String, TopicFacts> topics = cluster.topics(found);
        return found.stream()
                .flatMap(name -> Stream.ofNullable(topics.get(name)))
                .toList();
    }

    private void checkInput(Preflight preflight, TopicFacts input) {
        String key = behaviour.topics().inputKey(input.name());
        preflight.input(
                key,
                input,
                behaviour.waiting().stayMs(input.name()),
                behaviour.waiting().longestKey(),
                behaviour.waiting().longestMs());
        if (behaviour.timestamps() == Behaviour.Timestamps.OF_BROKER) {
            preflight.stampedByBroker(key, input);
        }
    }

    private void checkOutputs(Preflight preflight) {
        Map<String, String> outputs = behaviour.topics().outputs();
        Map<String, TopicFacts> topics = new HashMap<>(cluster.topics(new TreeSet<>(outputs.values())));
        Set<String> unseen = new TreeSet<>(outputs.values());
        unseen.removeAll(topics.keySet());
        Map<String, Set<AclOperation>> lacking = unseen.isEmpty() ? Map.of() : cluster.lacking(unseen);
        Set<String> denied = new TreeSet<>(unseen);
        denied.removeIf(topic -> !lacking.getOrDefault(topic, Set.of()).contains(AclOperation.DESCRIBE));
        // Another connector may create a topic between the two looks.
        Set<String> appeared = new TreeSet<>(lacking.keySet());
        appeared.removeAll(denied);
        if (!appeared.isEmpty()) {
            topics.putAll(cluster.topics(appeared));
        }
        outputs.forEach((key, topic) -> {
            TopicFacts facts = topics.get(topic);
            if (denied.contains(topic)) {
                preflight.denied(
                        key,
                        topic,
                        AclOperation.DESCRIBE,
                        config.adminSecurity().who());
            } else if (facts == null) {
                checkMissingOutput(preflight, key, topic);
            } else {
                checkOutput(preflight, key, facts);
            }
        });
    }

    /** Connect creates the topic if it is missing. */
    private void checkOffsets(Preflight preflight) {
        config.offsetsTopic()
                .ifPresentOrElse(
                        topic -> cluster.topics(Set.of(topic))
                                .values()
                                .forEach(facts -> preflight.offsets(SourceRules.OFFSETS_TOPIC, facts)),
                        () -> preflight.sharedOffsets(SourceRules.OFFSETS_TOPIC, config.connectorName() + "-offsets"));
    }

    private void checkMissingOutput(Preflight preflight, String key, String topic) {
        NewTopic missing = behaviour.newTopic(topic);
        if (missing == null) {
            preflight.missing(key, topic);
        } else {
            checkMissing(
                    missing, facts -> checkOutput(preflight, key, facts), e -> preflight.uncreatable(key, topic, e));
        }
    }

    private void checkOutput(Preflight preflight, String key, TopicFacts topic) {
        if (key.equals(behaviour.topics().targetKey())) {
            preflight.target(key, topic);
        } else {
            preflight.own(key, topic);
        }
    }

    private void checkTier(Preflight preflight, TopicFacts tier) {
        int errors = preflight.errors().size();
        checkTierSettings(preflight, tier);
        preflight.target(SourceConfig.TIERS_PREFIX, tier);
        config.tiersPartitions()
                .ifPresent(wanted -> preflight.tierPartitions(SourceConfig.TIERS_PARTITIONS, tier, wanted));
        if (preflight.errors().size() == errors) {
            checked.add(tier.id());
        }
    }

    /** Checks one missing tier for all, because all are created with the same settings. */
    private void checkMissingTiers(Preflight preflight, Set<String> names, Collection<TopicFacts> models) {
        int modelPartitions =
                models.stream().mapToInt(TopicFacts::partitions).max().orElse(1);
        behaviour.waiting().ladder().tiers().stream()
                .map(tier -> config.tierNames().topic(tier.seconds()))
                .filter(topic -> !names.contains(topic))
                .findFirst()
                .ifPresent(topic -> checkMissingTier(
                        preflight,
                        config.tierSettings()
                                .newTopic(
                                        topic,
                                        config.tiersPartitions().orElse(modelPartitions),
                                        config.tiersReplicationFactor(),
                                        Math.max((int) preflight.largestMessageBytes(), config.maxRequestSize()))));
    }

    private void checkMissingTier(Preflight preflight, NewTopic tier) {
        checkMissing(
                tier,
                facts -> {
                    checkTierSettings(preflight, facts);
                    preflight.target(SourceConfig.TIERS_REPLICATION_FACTOR, facts);
                },
                refusal -> config.tierSettings()
                        .insteadOf(tier, refusal)
                        .ifPresentOrElse(
                                other -> checkMissingTier(preflight, other),
                                () -> uncreatableTier(preflight, tier, refusal)));
    }

    private void checkTierSettings(Preflight preflight, TopicFacts tier) {
        preflight.tierSettings(
                SourceConfig.TIERS_PREFIX,
                tier,
                config.tierSettings(),
                behaviour.waiting().longestKey(),
                behaviour.waiting().longestMs());
    }

    private static void uncreatableTier(Preflight preflight, NewTopic tier, ApiException refusal) {
        TierSettings.key(tier, refusal)
                .ifPresentOrElse(
                        key -> preflight.uncreatable(key, tier.name(), refusal, TierSettings.remedy(key)),
                        () -> preflight.uncreatable(tiersKey(refusal), tier.name(), refusal));
    }

    private static String tiersKey(ApiException e) {
        if (e instanceof InvalidReplicationFactorException) {
            return SourceConfig.TIERS_REPLICATION_FACTOR;
        }
        return e instanceof InvalidPartitionsException ? SourceConfig.TIERS_PARTITIONS : SourceConfig.TIERS_PREFIX;
    }

    private void checkMissing(NewTopic topic, Consumer<TopicFacts> check, Consumer<ApiException> uncreatable) {
        try {
            TopicFacts facts = cluster.ifCreated(topic);
            if (facts != null) {
                check.accept(facts);
            }
        } catch (RetriableException e) {
            throw e;
        } catch (ApiException e) {
            uncreatable.accept(e);
        }
    }
}
