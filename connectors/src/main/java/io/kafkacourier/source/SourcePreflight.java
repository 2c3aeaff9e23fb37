/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.ClusterFacts;
import io.kafkacourier.kafka.InputTopic;
import io.kafkacourier.kafka.Preflight;
import io.kafkacourier.kafka.TierTopics;
import io.kafkacourier.kafka.TopicFacts;
import java.util.Collection;
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
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a configuration against the topics of the cluster: at first all of them, then inputs and tiers again and again.
 * For one thread at a time.
 */
public final class SourcePreflight {

    private static final Logger log = LoggerFactory.getLogger(SourcePreflight.class);

    private final SourceConfig config;
    private final ClusterFacts cluster;
    /** The ids of the inputs and tiers that were checked, and found sound. */
    private final Set<String> checked = new HashSet<>();

    public SourcePreflight(SourceConfig config, ClusterFacts cluster) {
        this.config = config;
        this.cluster = cluster;
    }

    /**
     * Checks the topics there are, and those that are to be created.
     *
     * @throws KafkaException where the cluster does not answer
     */
    public Preflight checkAll() {
        Set<String> names = cluster.names();
        Preflight preflight = new Preflight(cluster.brokers());
        Collection<TopicFacts> inputs = find(names, config.inputs()::includes);
        inputs.forEach(input -> checkInput(preflight, input));
        checkOutputs(preflight);
        Collection<TopicFacts> tiers = find(names, config.tierNames()::isTier);
        tiers.forEach(tier -> checkTier(preflight, tier));
        if (!tiers.isEmpty()) {
            ForeignTransforms.find(config.originalsStrings()).forEach(preflight::withTiers);
        }
        if (!inputs.isEmpty()) {
            checkMissingTiers(preflight, names, tiers.isEmpty() ? inputs : tiers);
        }
        return preflight;
    }

    /** Before topics are checked again. */
    Preflight begin() {
        return new Preflight(cluster.brokers());
    }

    /**
     * Checks inputs, or tiers after them, again; warnings of those that were not checked before go to the log.
     *
     * @return what is wrong with each, by its name; those with which nothing is wrong are left out
     * @throws KafkaException where the cluster does not answer
     */
    Map<String, List<Preflight.Finding>> checkAgain(Preflight preflight, List<InputTopic> topics) {
        Map<String, List<Preflight.Finding>> wrong = new LinkedHashMap<>();
        Map<String, TopicFacts> facts =
                cluster.topics(topics.stream().map(InputTopic::name).toList());
        for (InputTopic topic : topics) {
            TopicFacts found = facts.get(topic.name());
            if (found != null) {
                boolean isNew = !checked.contains(found.id());
                int errors = preflight.errors().size();
                int warnings = preflight.warnings().size();
                check(preflight, found);
                if (preflight.errors().size() > errors) {
                    wrong.put(
                            topic.name(),
                            preflight
                                    .errors()
                                    .subList(errors, preflight.errors().size()));
                } else if (isNew) {
                    preflight
                            .warnings()
                            .subList(warnings, preflight.warnings().size())
                            .forEach(SourcePreflight::logWarning);
                }
            }
        }
        return wrong;
    }

    /** Whether a topic was checked, and nothing was wrong with it then. */
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

    static void logWarnings(Preflight preflight) {
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
        int errors = preflight.errors().size();
        String key = config.inputKey(input.name());
        preflight.input(key, input, config.stayMs(input.name()), config.longestWaitKey(), config.longestWaitMs());
        if (config.countsFromAppend()) {
            preflight.stampedByBroker(key, input);
        }
        noteIfSound(preflight, errors, input);
    }

    private void noteIfSound(Preflight preflight, int errorsBefore, TopicFacts topic) {
        if (preflight.errors().size() == errorsBefore) {
            checked.add(topic.id());
        }
    }

    private void checkOutputs(Preflight preflight) {
        Map<String, String> outputs = config.outputs();
        Map<String, TopicFacts> topics = cluster.topics(new TreeSet<>(outputs.values()));
        outputs.forEach((key, topic) -> {
            TopicFacts facts = topics.get(topic);
            if (facts == null) {
                checkMissingOutput(preflight, key, topic);
            } else {
                checkOutput(preflight, key, facts);
            }
        });
    }

    private void checkMissingOutput(Preflight preflight, String key, String topic) {
        NewTopic missing = config.newTopic(topic);
        if (missing == null) {
            preflight.missing(key, topic);
        } else {
            checkMissing(
                    missing, facts -> checkOutput(preflight, key, facts), e -> preflight.uncreatable(key, topic, e));
        }
    }

    private void checkOutput(Preflight preflight, String key, TopicFacts topic) {
        if (key.equals(config.targetKey())) {
            preflight.target(key, topic);
        } else {
            preflight.own(key, topic);
        }
    }

    private void checkTier(Preflight preflight, TopicFacts tier) {
        int errors = preflight.errors().size();
        preflight.tier(SourceConfig.TIERS_PREFIX, tier);
        config.tiersPartitions()
                .ifPresent(wanted -> preflight.tierPartitions(SourceConfig.TIERS_PARTITIONS, tier, wanted));
        noteIfSound(preflight, errors, tier);
    }

    /** One stands for all, which are created alike. */
    private void checkMissingTiers(Preflight preflight, Set<String> names, Collection<TopicFacts> models) {
        int modelPartitions =
                models.stream().mapToInt(TopicFacts::partitions).max().orElse(1);
        config.ladder().tiers().stream()
                .map(tier -> config.tierNames().topic(tier.seconds()))
                .filter(topic -> !names.contains(topic))
                .findFirst()
                .ifPresent(topic -> checkMissing(
                        TierTopics.newTopic(
                                topic,
                                config.tiersPartitions().orElse(modelPartitions),
                                config.tiersReplicationFactor(),
                                (int) preflight.largestMessageBytes()),
                        facts -> preflight.target(SourceConfig.TIERS_REPLICATION_FACTOR, facts),
                        e -> preflight.uncreatable(tiersKey(e), topic, e)));
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
