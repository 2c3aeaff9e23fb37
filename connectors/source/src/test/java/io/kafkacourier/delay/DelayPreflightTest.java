/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.ClusterFacts;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.admin.TopicFacts;
import io.kafkacourier.source.preflight.Preflight;
import io.kafkacourier.source.preflight.SourcePreflight;
import io.kafkacourier.source.preflight.TopicInspection;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelayPreflightTest {

    private final Map<String, String> properties = new HashMap<>(Map.of(
            "name", "delay",
            "bootstrap.servers", "localhost:9092",
            "offsets.storage.topic", "delay-offsets",
            "topics", "orders",
            "target.topics.allow", ".*"));
    private final Cluster cluster = new Cluster();

    @Test
    void findsNothingWrongWithSoundTopics() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");

        assertThat(messages(preflight().checkAll())).isEmpty();
    }

    @Test
    void recommendsATopicOfOffsetsOfItsOwn() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        properties.remove("offsets.storage.topic");

        Preflight preflight = preflight().checkAll();

        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.key()).isEqualTo("offsets.storage.topic");
            assertThat(warning.message()).startsWith("It is not set, should be").contains("such as delay-offsets:");
        });
    }

    @Test
    void checksItsTopicOfOffsetsIfItExists() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.add("delay-offsets", "cleanup.policy", "delete");
        assertThat(errorKeys()).containsExactly("offsets.storage.topic");

        cluster.add("delay-offsets", "cleanup.policy", "compact", "segment.bytes", "16777216");
        assertThat(messages(preflight().checkAll())).isEmpty();
    }

    @Test
    void namesTheKeyThatHasAnInputRead() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        properties.put("topic.delays", "delay_5m");
        cluster.add("orders", "cleanup.policy", "compact");
        cluster.add("delay_5m", "cleanup.policy", "compact");
        cluster.add("other", "cleanup.policy", "compact");
        assertThat(errorKeys()).containsExactly("topic.delays", "topics.regex");

        properties.remove("topics.regex");
        properties.put("topics", "orders");
        assertThat(errorKeys()).containsExactly("topic.delays", "topics");
    }

    @Test
    void holdsTheRetentionOfAnInputAgainstItsFixedDelay() {
        properties.put("topic.delays", "delay_5m");
        cluster.add("invalid_delay");
        cluster.add("orders", "retention.ms", "300000");
        cluster.add("delay_5m", "retention.ms", "300000");

        assertThat(errorKeys()).containsExactly("topic.delays");
    }

    @Test
    void checksTheTopicsItWritesTo() {
        properties.put("target.topic", "due");
        properties.put("trace.topic", "events");
        cluster.add("due", "cleanup.policy", "compact", "min.insync.replicas", "4");
        cluster.add("invalid_delay", "cleanup.policy", "compact");
        cluster.add("events", "cleanup.policy", "compact");

        assertThat(errorKeys()).containsExactly("target.topic", "invalid.topic", "trace.topic");
    }

    @Test
    void checksTopicsThatItWouldCreate() {
        properties.put("target.topic", "due");
        assertThat(messages(preflight().checkAll())).singleElement().asString().startsWith("Topic due is missing, and");
        assertThat(cluster.created).extracting(NewTopic::name).containsExactly("invalid_delay");

        properties.put("topic.creation.default.partitions", "1");
        properties.put("topic.creation.default.replication.factor", "1");
        cluster.creation = topic -> topic.name().equals("due") ? facts("due", 1, "min.insync.replicas", "2") : null;
        assertThat(preflight().checkAll().errors())
                .containsExactly(new Preflight.Finding(
                        "target.topic",
                        "Topic due has a replication factor of 1, must have at least its min.insync.replicas of 2: nothing"
                                + " can be written to it"));
    }

    @Test
    void namesTheKeyThatKeepsATopicFromBeingCreated() {
        cluster.creation = topic -> {
            throw new TopicAuthorizationException(Set.of(topic.name()));
        };

        assertThat(preflight().checkAll().errors())
                .containsExactly(new Preflight.Finding(
                        "invalid.topic",
                        "Topic invalid_delay is missing and cannot be created: the connector's admin client"
                                + " (User:ANONYMOUS, as security.protocol is PLAINTEXT) lacks CREATE on it, or on the"
                                + " cluster"));
    }

    @Test
    void namesTheUnreadableTopicAndThePrincipal() {
        withUser("courier");
        properties.put("topics", "orders,hidden");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.add("delay.delay.16s", "retention.ms", "-1", "retention.bytes", "-1");
        cluster.lacking.putAll(Map.of(
                "orders", Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE),
                "hidden", Set.of(AclOperation.DESCRIBE),
                "delay.delay.16s", Set.of(AclOperation.READ, AclOperation.DELETE)));

        Preflight found = preflight().checkAll();

        assertThat(found.errors())
                .containsExactlyInAnyOrder(
                        new Preflight.Finding(
                                "topics",
                                "Topic orders may not be read: the connector's consumer (User:courier) lacks READ on it"),
                        new Preflight.Finding(
                                "topics",
                                "Topic hidden may not be looked at: the connector's consumer (User:courier) lacks DESCRIBE"
                                        + " on it"),
                        new Preflight.Finding(
                                "tiers.prefix",
                                "Topic delay.delay.16s may not be read: the connector's consumer (User:courier) lacks READ"
                                        + " on it"));
        assertThat(found.warnings())
                .contains(new Preflight.Finding(
                        "tiers.prefix",
                        "Topic delay.delay.16s may not have records deleted: the connector's admin client"
                                + " (User:courier) lacks DELETE on it: messages that have left the tier are never"
                                + " deleted, so the tier grows"));
    }

    /** As while two connectors that share a topic start at the same time. */
    @Test
    void takesAnOutputThatIsCreatedBetweenTwoLooksForWhatItIs() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.appearing.add(facts("invalid_delay", 3, "cleanup.policy", "compact"));

        assertThat(preflight().checkAll().errors())
                .containsExactly(new Preflight.Finding(
                        "invalid.topic",
                        "Topic invalid_delay has cleanup.policy=compact, must be delete: compaction loses records, and"
                                + " rejects those without a key"));
    }

    @Test
    void saysWhichOutputsItMayNotLookAt() {
        withUser("courier");
        properties.put("target.topic", "due");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.lacking.put("due", Set.of(AclOperation.DESCRIBE));

        assertThat(preflight().checkAll().errors())
                .containsExactly(new Preflight.Finding(
                        "target.topic",
                        "Topic due may not be looked at: the connector's admin client (User:courier) lacks DESCRIBE on"
                                + " it"));
    }

    @Test
    void leavesOutAnInputThatAppearsUntilItMayBeRead() {
        cluster.add("invalid_delay");
        SourcePreflight preflight = preflight();
        preflight.checkAll();
        cluster.add("orders", "retention.ms", "-1");
        cluster.lacking.put("orders", Set.of(AclOperation.READ));
        List<InputTopic> orders = List.of(new InputTopic("orders", "id-orders", 1));
        TopicInspection inspection =
                new TopicInspection(preflight, () -> orders, inputs -> List.of(), Clock.systemUTC());

        assertThat(inspection.get()).isEmpty();
        assertThat(inspection.get()).isEmpty();
        assertThat(inspection.leftOut()).isEqualTo(1);

        cluster.lacking.clear();
        assertThat(inspection.get()).isEqualTo(orders);
        assertThat(inspection.leftOut()).isZero();
    }

    private void withUser(String user) {
        properties.put("security.protocol", "SASL_SSL");
        properties.put("sasl.mechanism", "PLAIN");
        properties.put("sasl.jaas.config", "PlainLoginModule required username=\"" + user + "\" password=\"x\";");
    }

    @Test
    void checksTiersThatExist() {
        properties.put("tiers.partitions", "4");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.add("delay.delay.16s", "retention.ms", "5");
        cluster.add("delay.delay.x16s", "retention.ms", "5");

        assertThat(preflight().checkAll().errors())
                .extracting(Preflight.Finding::key)
                .containsExactly("tiers.prefix", "tiers.partitions");
    }

    @Test
    void checksOneOfTheTiersItWouldCreateOnceThereIsAnInput() {
        properties.put("tiers.replication.factor", "2");
        cluster.add("invalid_delay");
        cluster.creation = topic -> facts(topic.name(), 2, "min.insync.replicas", "3");
        assertThat(preflight().checkAll().errors()).isEmpty();

        cluster.add("orders", "retention.ms", "-1", "max.message.bytes", "5000000");
        assertThat(preflight().checkAll().errors()).singleElement().satisfies(error -> {
            assertThat(error.key()).isEqualTo("tiers.replication.factor");
            assertThat(error.message()).contains("replication factor of 2", "min.insync.replicas of 3");
        });
        assertThat(cluster.created).singleElement().satisfies(tier -> {
            assertThat(tier.name()).isEqualTo("delay.delay.1s");
            assertThat(tier.numPartitions()).isEqualTo(3);
            assertThat(tier.replicationFactor()).isEqualTo((short) 2);
            assertThat(tier.configs()).containsEntry("max.message.bytes", "5008192");
        });
    }

    @Test
    void namesTheKeyThatKeepsTiersFromBeingCreated() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");

        cluster.creation = topic -> {
            throw new InvalidReplicationFactorException("too few brokers");
        };
        assertThat(errorKeys()).containsExactly("tiers.replication.factor");
        cluster.creation = topic -> {
            throw new InvalidPartitionsException("too many");
        };
        assertThat(errorKeys()).containsExactly("tiers.partitions");
        cluster.creation = topic -> {
            throw new PolicyViolationException("not here");
        };
        assertThat(errorKeys()).containsExactly("tiers.prefix");
    }

    @Test
    void takesATierThatTheClusterCreatesWithoutWhatItRefuses() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.creation = tier -> {
            for (String unknown :
                    List.of("message.timestamp.after.max.ms", "message.timestamp.before.max.ms", "segment.bytes")) {
                if (tier.configs().containsKey(unknown)) {
                    throw new InvalidConfigurationException("Unknown topic config name: " + unknown);
                }
            }
            return facts(tier.name(), 3, "message.timestamp.difference.max.ms", "9223372036854775807");
        };

        assertThat(messages(preflight().checkAll())).isEmpty();
        assertThat(cluster.created.get(cluster.created.size() - 1).configs())
                .containsEntry("message.timestamp.difference.max.ms", "9223372036854775807")
                .containsEntry("retention.ms", "-1");
    }

    @Test
    void namesTheKeyThatLeavesOutARefusedSettingAndThenJudgesTheClustersValue() {
        properties.put("delay.max", "7d");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.creation = tier -> {
            if (tier.configs().containsKey("retention.ms")) {
                throw new PolicyViolationException("retention.ms must not exceed 604800000");
            }
            return facts(tier.name(), 3, "retention.ms", "604800000");
        };
        assertThat(preflight().checkAll().errors()).singleElement().satisfies(error -> {
            assertThat(error.key()).isEqualTo("tiers.config.retention.ms");
            assertThat(error.message())
                    .endsWith("is missing and cannot be created: retention.ms must not exceed 604800000; if"
                            + " tiers.config.retention.ms is set to nothing, the cluster's own value counts");
        });

        properties.put("tiers.config.retention.ms", "");
        assertThat(preflight().checkAll().errors()).singleElement().satisfies(error -> {
            assertThat(error.key()).isEqualTo("tiers.prefix");
            assertThat(error.message())
                    .contains(
                            "has retention.ms=604800000, must be longer than the longest wait, delay.max, of 604800000");
        });

        properties.put("delay.max", "6d");
        Preflight shorter = preflight().checkAll();
        assertThat(shorter.errors()).isEmpty();
        assertThat(shorter.warnings())
                .singleElement()
                .satisfies(
                        warning -> assertThat(warning.message()).contains("has retention.ms=604800000, should be -1"));
    }

    @Test
    void takesNoAnswerForNoFinding() {
        cluster.creation = topic -> {
            throw new TimeoutException("late");
        };

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> preflight().checkAll());
    }

    @Test
    void leavesOutANewInputThatLosesMessagesUntilItIsFixed() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        List<InputTopic> inputs = new ArrayList<>(List.of(new InputTopic("orders", "id-orders", 1)));
        TopicInspection inspection = inspection(inputs, List.of());
        InputTopic ordinary = new InputTopic("ordinary", "id-ordinary", 1);
        InputTopic organs = new InputTopic("organs", "id-organs", 1);
        inputs.add(ordinary);
        inputs.add(organs);
        cluster.add("ordinary", "cleanup.policy", "compact");
        cluster.add("organs");

        assertThat(inspection.get()).extracting(InputTopic::name).containsExactly("orders", "organs");
        assertThat(inspection.leftOut()).isEqualTo(1);
        assertThat(inspection.endangered()).isZero();

        cluster.add("ordinary", "cleanup.policy", "delete");
        assertThat(inspection.get()).isEqualTo(inputs);
        assertThat(inspection.leftOut()).isZero();
    }

    @Test
    void startsWithoutTopicsOfAPatternThatLoseMessages() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("ordinary", "cleanup.policy", "compact");
        cluster.add("invalid_delay");
        SourcePreflight preflight = preflight();
        Preflight found = preflight.checkAll();
        assertThat(found.errors()).extracting(Preflight.Finding::key).containsExactly("topics.regex");
        List<InputTopic> inputs =
                List.of(new InputTopic("ordinary", "id-ordinary", 1), new InputTopic("orders", "id-orders", 1));

        found.throwIfAnyBut("topics.regex");
        TopicInspection inspection =
                new TopicInspection(preflight, () -> inputs, topics -> List.of(), Clock.systemUTC());

        assertThat(inspection.get()).containsExactly(inputs.get(1));
        assertThat(inspection.leftOut()).isEqualTo(1);
        assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> found.throwIfAnyBut("topics"));
    }

    @Test
    void startsWithoutTopicsOfAPatternThatMayNotBeRead() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("ordinary", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.lacking.put("ordinary", Set.of(AclOperation.READ));
        SourcePreflight preflight = preflight();
        preflight.checkAll().throwIfAnyBut("topics.regex");
        List<InputTopic> inputs =
                List.of(new InputTopic("ordinary", "id-ordinary", 1), new InputTopic("orders", "id-orders", 1));
        TopicInspection inspection =
                new TopicInspection(preflight, () -> inputs, topics -> List.of(), Clock.systemUTC());

        assertThat(inspection.get()).containsExactly(inputs.get(1));
        assertThat(inspection.leftOut()).isEqualTo(1);
    }

    @Test
    void refusesNoConfigurationForATopicOfAPatternIfAnotherInputIsSound() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("ordinary", "cleanup.policy", "compact");
        cluster.add("organs", "retention.ms", "-1");
        cluster.lacking.put("organs", Set.of(AclOperation.READ));
        cluster.add("invalid_delay");
        assertThat(refusals()).isEmpty();

        cluster.add("invalid_delay", "cleanup.policy", "compact");
        assertThat(refusals()).containsExactly("invalid.topic");
    }

    @Test
    void refusesAConfigurationWhoseInputsAreAllUnsound() {
        properties.remove("topics");
        properties.put("topics.regex", "or.*");
        cluster.add("ordinary", "cleanup.policy", "compact");
        cluster.add("organs", "retention.ms", "-1");
        cluster.lacking.put("organs", Set.of(AclOperation.READ));
        cluster.add("invalid_delay");

        assertThat(refusals()).containsOnly("topics.regex").hasSize(2);
    }

    @Test
    void refusesAConfigurationForAnInputThatItNamesWhateverTheOthers() {
        properties.put("topic.delays", "delay_5m");
        cluster.add("orders", "cleanup.policy", "compact");
        cluster.add("delay_5m", "retention.ms", "-1");
        cluster.add("invalid_delay");

        assertThat(refusals()).containsExactly("topics");
    }

    @Test
    void readsOnAnInputWhoseSettingsChangeAndReportsThat() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        cluster.addTier("delay.delay.16s");
        List<InputTopic> inputs = List.of(new InputTopic("orders", "id-orders", 1));
        List<InputTopic> tiers = List.of(new InputTopic("delay.delay.16s", "id-delay.delay.16s", 1));
        TopicInspection inspection = inspection(inputs, tiers);
        assertThat(inspection.get()).containsExactly(inputs.get(0), tiers.get(0));
        assertThat(inspection.endangered()).isZero();

        cluster.add("delay.delay.16s", "retention.ms", "60000", "cleanup.policy", "delete");
        cluster.add("orders", "cleanup.policy", "compact");

        assertThat(inspection.get()).containsExactly(inputs.get(0), tiers.get(0));
        assertThat(inspection.endangered()).isEqualTo(2);
        assertThat(inspection.leftOut()).isZero();
    }

    @Test
    void leavesOutAnInputThatIsCreatedAnewAndLosesMessages() {
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        List<InputTopic> inputs = new ArrayList<>(List.of(new InputTopic("orders", "id-orders", 1)));
        TopicInspection inspection = inspection(inputs, List.of());
        inputs.set(0, new InputTopic("orders", "id-anew", 1));
        cluster.addAs("id-anew", "orders", "cleanup.policy", "compact");

        assertThat(inspection.get()).isEmpty();
        assertThat(inspection.leftOut()).isEqualTo(1);
    }

    @Test
    void refusesATransformThatSeesHopsWhileTiersOfALongerLadderAreLeft() {
        properties.put("delay.max", "10s");
        properties.put("transforms", "route");
        properties.put("transforms.route.type", "org.apache.kafka.connect.transforms.RegexRouter");
        cluster.add("orders", "retention.ms", "-1");
        cluster.add("invalid_delay");
        assertThat(preflight().checkAll().errors()).isEmpty();

        cluster.addTier("delay.delay.16s");

        assertThat(preflight().checkAll().errors()).singleElement().satisfies(error -> {
            assertThat(error.key()).isEqualTo("transforms.route.predicate");
            assertThat(error.message())
                    .startsWith("Tiers of the connector exist")
                    .contains("without a predicate");
        });
    }

    private TopicInspection inspection(List<InputTopic> inputs, List<InputTopic> tiers) {
        SourcePreflight preflight = preflight();
        preflight.checkAll().throwIfAny();
        return new TopicInspection(preflight, () -> List.copyOf(inputs), found -> tiers, Clock.systemUTC());
    }

    private SourcePreflight preflight() {
        return new SourcePreflight(DelaySourceConfig.read(properties), cluster);
    }

    private List<String> errorKeys() {
        return preflight().checkAll().errors().stream()
                .map(Preflight.Finding::key)
                .toList();
    }

    private List<String> refusals() {
        SourcePreflight preflight = preflight();
        return preflight.refusals(preflight.checkAll()).stream()
                .map(Preflight.Finding::key)
                .toList();
    }

    private static List<String> messages(Preflight preflight) {
        List<String> messages = new ArrayList<>();
        preflight.errors().forEach(error -> messages.add(error.message()));
        preflight.warnings().forEach(warning -> messages.add(warning.message()));
        return messages;
    }

    private static TopicFacts facts(String name, int replicas, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("cleanup.policy", "delete", "min.insync.replicas", "1"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new TopicFacts(name, "id-" + name, 3, replicas, true, all);
    }

    /** A cluster of three brokers, whose topics have three partitions and replicas. */
    private static final class Cluster implements ClusterFacts {

        private final Map<String, TopicFacts> topics = new TreeMap<>();
        private final List<NewTopic> created = new ArrayList<>();
        private final Map<String, Set<AclOperation>> lacking = new HashMap<>();
        /** Topics that are there once their permissions were asked for. */
        private final List<TopicFacts> appearing = new ArrayList<>();

        private Function<NewTopic, @Nullable TopicFacts> creation = topic -> null;

        void add(String name, String... settings) {
            topics.put(name, facts(name, 3, settings));
        }

        void addAs(String id, String name, String... settings) {
            TopicFacts facts = facts(name, 3, settings);
            topics.put(name, new TopicFacts(name, id, facts.partitions(), 3, true, facts.settings()));
        }

        void addTier(String name) {
            add(name, "cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");
        }

        @Override
        public int brokers() {
            return 3;
        }

        @Override
        public Set<String> names() {
            return topics.keySet();
        }

        @Override
        public Map<String, TopicFacts> topics(Collection<String> names) {
            return names.stream()
                    .flatMap(name -> Optional.ofNullable(topics.get(name)).stream())
                    .collect(Collectors.toMap(TopicFacts::name, facts -> facts));
        }

        @Override
        public Map<String, Set<AclOperation>> lacking(Collection<String> names) {
            appearing.stream()
                    .filter(topic -> names.contains(topic.name()))
                    .forEach(topic -> topics.put(topic.name(), topic));
            Map<String, Set<AclOperation>> asked = new HashMap<>(lacking);
            topics.keySet().forEach(topic -> asked.putIfAbsent(topic, Set.of()));
            asked.keySet().retainAll(names);
            return asked;
        }

        @Override
        public @Nullable TopicFacts ifCreated(NewTopic topic) {
            created.add(topic);
            return creation.apply(topic);
        }
    }
}
