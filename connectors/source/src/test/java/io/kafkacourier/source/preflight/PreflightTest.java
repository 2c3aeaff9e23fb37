/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.kafka.admin.TopicFacts;
import io.kafkacourier.source.tier.TierSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {

    private static final long DAY = 86_400_000;

    private final Preflight preflight = new Preflight(3);

    @Test
    void findsNothingWrongWithSoundTopics() {
        preflight.input("topics", topic("orders", "retention.ms", "-1"), 0, "delay.max", DAY);
        preflight.target("target.topic", topic("due", "cleanup.policy", "compact"));
        preflight.own("invalid.topic", topic("invalid"));

        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings()).isEmpty();
        assertThatCode(preflight::throwIfAny).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"compact", "compact,delete", "delete,compact"})
    void refusesACompactedInput(String policy) {
        preflight.input("topics", topic("orders", "cleanup.policy", policy), 0, "delay.max", DAY);

        assertThat(preflight.errors())
                .containsExactly(new Preflight.Finding(
                        "topics",
                        "Topic orders has cleanup.policy=" + policy + ", must be delete: compaction loses messages"));
    }

    @Test
    void warnsOfAnInputThatKeepsMessagesForLessThanTheLongestDelay() {
        preflight.input("topics", topic("orders", "retention.ms", "86400000"), 0, "delay.max", DAY);
        assertThat(preflight.warnings()).isEmpty();

        preflight.input("topics", topic("orders", "retention.ms", "86399999"), 0, "delay.max", DAY);
        assertThat(preflight.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.key()).isEqualTo("topics");
            assertThat(warning.message())
                    .startsWith(
                            "Topic orders has retention.ms=86399999, should be at least the longest delay, delay.max,"
                                    + " of 86400000: ");
        });
        assertThat(preflight.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"delete", "compact,delete"})
    void refusesATopicOfOffsetsThatDeletesThem(String policy) {
        preflight.offsets("offsets.storage.topic", topic("delay-offsets", "cleanup.policy", policy));

        assertThat(preflight.errors()).singleElement().satisfies(error -> {
            assertThat(error.key()).isEqualTo("offsets.storage.topic");
            assertThat(error.message())
                    .startsWith("Topic delay-offsets has cleanup.policy=" + policy + ", must be compact: ");
        });
    }

    @Test
    void refusesATopicOfOffsetsThatCannotBeWrittenTo() {
        preflight.offsets(
                "offsets.storage.topic",
                topic("delay-offsets", "cleanup.policy", "compact", "min.insync.replicas", "4"));

        assertThat(preflight.errors())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .asString()
                .contains("min.insync.replicas of 4");
    }

    @Test
    void warnsOfATopicOfOffsetsThatTakesLongToRead() {
        preflight.offsets(
                "offsets.storage.topic",
                topic("delay-offsets", "cleanup.policy", "compact", "segment.bytes", "67108864"));
        assertThat(preflight.warnings()).isEmpty();

        preflight.offsets(
                "offsets.storage.topic",
                topic("delay-offsets", "cleanup.policy", "compact", "segment.bytes", "1073741824"));
        assertThat(preflight.warnings())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .asString()
                .startsWith("Topic delay-offsets has segment.bytes=1073741824, should be at most 67108864: ");
        assertThat(preflight.errors()).isEmpty();
    }

    @Test
    void refusesAnInputThatDeletesMessagesBeforeItsFixedDelayIsOver() {
        preflight.input("topic.delays", topic("delay_5m", "retention.ms", "300001"), 300_000, "delay.max", DAY);
        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings()).hasSize(1);

        preflight.input("topic.delays", topic("delay_5m", "retention.ms", "300000"), 300_000, "delay.max", DAY);
        assertThat(preflight.warnings()).hasSize(1);
        assertThat(preflight.errors())
                .containsExactly(new Preflight.Finding(
                        "topic.delays",
                        "Topic delay_5m has retention.ms=300000, must be longer than its fixed delay of 300000: messages are"
                                + " deleted before they are due"));
    }

    @Test
    void warnsOfAnInputOfLimitedSize() {
        preflight.input("topics", topic("orders", "retention.bytes", "-1"), 0, "delay.max", DAY);
        assertThat(preflight.warnings()).isEmpty();

        preflight.input("topics", topic("orders", "retention.bytes", "0"), 0, "delay.max", DAY);
        assertThat(preflight.warnings())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .asString()
                .startsWith("Topic orders has retention.bytes=0, should be -1: ");
    }

    @Test
    void refusesTopicsThatCannotBeWrittenToForWantOfReplicas() {
        preflight.own("invalid.topic", replicated("invalid", 2, "2"));
        preflight.target("target.topic", replicated("due", 2, "2"));
        assertThat(preflight.errors()).isEmpty();

        preflight.own("invalid.topic", replicated("invalid", 2, "3"));
        preflight.target("target.topic", replicated("due", 2, "3"));
        assertThat(preflight.errors())
                .containsExactly(
                        new Preflight.Finding(
                                "invalid.topic",
                                "Topic invalid has a replication factor of 2, must have at least its min.insync.replicas of"
                                        + " 3: nothing can be written to it"),
                        new Preflight.Finding(
                                "target.topic",
                                "Topic due has a replication factor of 2, must have at least its min.insync.replicas of 3:"
                                        + " nothing can be written to it"));
    }

    @Test
    void warnsOfAnInputThatCannotBeWrittenToForWantOfReplicas() {
        preflight.input("topics", replicated("orders", 2, "3"), 0, "delay.max", DAY);

        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .asString()
                .contains("replication factor of 2", "min.insync.replicas of 3");
    }

    @Test
    void warnsOfTopicsWithoutASecondCopyIfThereIsMoreThanOneBroker() {
        Preflight single = new Preflight(1);
        single.target("target.topic", replicated("due", 1, "1"));
        Preflight two = new Preflight(2);
        two.input("topics", replicated("orders", 1, "1"), 0, "delay.max", DAY);
        two.target("target.topic", replicated("due", 2, "1"));
        two.own("invalid.topic", replicated("invalid", 1, "1"));

        assertThat(single.warnings()).isEmpty();
        assertThat(two.errors()).isEmpty();
        assertThat(two.warnings())
                .extracting(Preflight.Finding::message)
                .containsExactly(
                        "Topic orders has a replication factor of 1, should have more, as there are 2 brokers: if"
                                + " the only broker with a copy fails, its messages are lost",
                        "Topic invalid has a replication factor of 1, should have more, as there are 2 brokers: if"
                                + " the only broker with a copy fails, its messages are lost");
    }

    @Test
    void refusesOwnTopicsThatAreCompactedAndTargetsThatMayNotBeWrittenTo() {
        preflight.own("invalid.topic", topic("invalid", "cleanup.policy", "compact"));
        preflight.target("target.topic", new TopicFacts("due", "id", 1, 3, false, Map.of()));

        assertThat(preflight.errors())
                .extracting(Preflight.Finding::message)
                .containsExactly(
                        "Topic invalid has cleanup.policy=compact, must be delete: compaction loses records, and rejects"
                                + " those without a key",
                        "Topic due may not be written to: the connector's admin client lacks WRITE on it");
    }

    @Test
    void reportsNothingAboutUnknownSettings() {
        TopicFacts untold = new TopicFacts("orders", "id", 1, 3, true, Map.of());
        checkTier(untold);
        preflight.input("topics", untold, 0, "delay.max", DAY);
        preflight.own("invalid.topic", untold);

        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, compact, delete",
        "cleanup.policy, 'compact,delete', delete",
        "cleanup.policy, '', delete",
        "retention.ms, 604800000, -1",
        "retention.bytes, 0, -1",
        "message.timestamp.before.max.ms, 9223372036854775806, at least 9223372036854775807",
        "message.timestamp.after.max.ms, 3599999, at least 3600000"
    })
    void refusesATierThatLosesMessagesOrStopsTheLine(String setting, String has, String must) {
        preflight.input("topics", topic("orders"), 0, "delay.max", DAY);
        checkTier(tier(setting, has));

        assertThat(preflight.errors()).singleElement().satisfies(error -> {
            assertThat(error.key()).isEqualTo("tiers.prefix");
            assertThat(error.message())
                    .startsWith("Topic d.16s has " + setting + "=" + has + ", must be " + must + ": ");
        });
    }

    @Test
    void takesARetentionThatIsLeftToTheClusterIfItIsLongerThanTheLongestWait() {
        TierSettings leftOut =
                TierSettings.of(Map.of("tiers.config.retention.ms", "", "tiers.config.retention.bytes", ""));

        preflight.tierSettings("tiers.prefix", tier(), leftOut, "delay.max", DAY);
        assertThat(preflight.warnings()).isEmpty();

        preflight.tierSettings(
                "tiers.prefix", tier("retention.ms", "86400001", "retention.bytes", "1"), leftOut, "delay.max", DAY);
        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings())
                .extracting(Preflight.Finding::message)
                .satisfiesExactly(
                        time -> assertThat(time).startsWith("Topic d.16s has retention.ms=86400001, should be -1: "),
                        size -> assertThat(size).startsWith("Topic d.16s has retention.bytes=1, should be -1: "));

        preflight.tierSettings("tiers.prefix", tier("retention.ms", "86400000"), leftOut, "delay.max", DAY);
        assertThat(preflight.errors())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .isEqualTo("Topic d.16s has retention.ms=86400000, must be longer than the longest wait, delay.max, of"
                        + " 86400000: messages are deleted before they are due");
    }

    /** Uses the names that a setting has had since 3.6, and until 4.0. */
    @ParameterizedTest
    @CsvSource({
        "9223372036854775807, 9223372036854775807, ",
        "9223372036854775807, 86399999, message.timestamp.difference.max.ms=86399999",
        "5, 9223372036854775807, message.timestamp.before.max.ms=5",
        ", 86399999, message.timestamp.difference.max.ms=86399999",
        ", 9223372036854775807, "
    })
    void holdsTheTimestampsOfATierAgainstTheBoundThatCounts(
            @Nullable String before, String difference, @Nullable String limited) {
        Map<String, String> settings =
                new HashMap<>(Map.of("cleanup.policy", "delete", "message.timestamp.difference.max.ms", difference));
        if (before != null) {
            settings.put("message.timestamp.before.max.ms", before);
            settings.put("message.timestamp.after.max.ms", "9223372036854775807");
        }

        checkTier(new TopicFacts("d.16s", "id", 3, 3, true, settings));

        assertThat(preflight.errors())
                .extracting(Preflight.Finding::message)
                .map(message -> message.replaceAll("Topic d.16s has (.*), must be at least .*", "$1"))
                .isEqualTo(limited == null ? List.of() : List.of(limited));
    }

    @Test
    void holdsTiersAgainstTheInputs() {
        preflight.input("topics", topic("a", "message.timestamp.after.max.ms", "5"), 0, "delay.max", DAY);
        preflight.input("topics", topic("b", "max.message.bytes", "2000000"), 0, "delay.max", DAY);
        checkTier(tier("message.timestamp.after.max.ms", "3600000", "max.message.bytes", "2000000"));
        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings()).isEmpty();

        checkTier(tier("max.message.bytes", "1999999"));
        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .asString()
                .startsWith(
                        "Topic d.16s has max.message.bytes=1999999, should be at least that of the inputs, 2000000: ");
    }

    @Test
    void warnsOfATierThatStampsMessagesAnew() {
        checkTier(tier("message.timestamp.type", "LogAppendTime", "message.timestamp.before.max.ms", "1"));

        assertThat(preflight.errors()).isEmpty();
        assertThat(preflight.warnings())
                .singleElement()
                .extracting(Preflight.Finding::message)
                .asString()
                .startsWith("Topic d.16s has message.timestamp.type=LogAppendTime, should be CreateTime: ");
    }

    @Test
    void refusesATierOfTooFewReplicasOrOtherPartitions() {
        checkTier(tier("min.insync.replicas", "3"));
        preflight.tierPartitions("tiers.partitions", tier(), 3);
        assertThat(preflight.errors()).isEmpty();

        checkTier(tier("min.insync.replicas", "4"));
        preflight.tierPartitions("tiers.partitions", tier(), 2);
        preflight.tierPartitions("tiers.partitions", tier(), 4);
        assertThat(preflight.errors())
                .extracting(Preflight.Finding::message)
                .containsExactly(
                        "Topic d.16s has a replication factor of 3, must have at least its min.insync.replicas of 4: nothing"
                                + " can be written to it",
                        "Topic d.16s has 3 partitions, must have 2, or that key be left empty",
                        "Topic d.16s has 3 partitions, must have 4, or that key be left empty");
    }

    @Test
    void listsEveryError() {
        preflight.input("topics.regex", topic("orders", "cleanup.policy", "compact"), 0, "delay.max", DAY);
        preflight.uncreatable(
                "invalid.topic", "invalid", new InvalidReplicationFactorException("only 1 broker is registered"));
        preflight.missing("target.topic", "due");

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(preflight::throwIfAny)
                .withMessage("Topic orders has cleanup.policy=compact, must be delete: compaction loses messages"
                        + " (topics.regex); Topic invalid is missing and cannot be created: only 1 broker is registered"
                        + " (invalid.topic)");
        assertThat(preflight.warnings()).extracting(Preflight.Finding::key).isEqualTo(List.of("target.topic"));
    }

    private static TopicFacts replicated(String name, int replicas, String minInSync) {
        return new TopicFacts(name, "id", 1, replicas, true, Map.of("min.insync.replicas", minInSync));
    }

    /** A tier as the connector creates it, except for some settings. */
    private static TopicFacts tier(String... settings) {
        TopicFacts sound = topic(
                "d.16s",
                "retention.ms",
                "-1",
                "max.message.bytes",
                "2100000",
                "message.timestamp.type",
                "CreateTime",
                "message.timestamp.before.max.ms",
                "9223372036854775807",
                "message.timestamp.after.max.ms",
                "9223372036854775807");
        Map<String, String> all = new HashMap<>(sound.settings());
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new TopicFacts("d.16s", "id", 3, 3, true, all);
    }

    /** A topic of three replicas with Kafka's defaults, except for some settings. */
    @Test
    void warnsOfNoTimestampsIfTheBrokerWritesTheDeadLettersOfShareGroups() {
        preflight.stampedByBroker(
                "topics",
                topic(
                        "dlq.orders",
                        "message.timestamp.type",
                        "CreateTime",
                        "errors.deadletterqueue.group.enable",
                        "true"));
        assertThat(preflight.warnings()).isEmpty();

        preflight.stampedByBroker(
                "topics",
                topic(
                        "dlq.orders",
                        "message.timestamp.type",
                        "CreateTime",
                        "errors.deadletterqueue.group.enable",
                        "false"));
        assertThat(preflight.warnings()).hasSize(1);
    }

    private static TopicFacts topic(String name, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "cleanup.policy",
                "delete",
                "retention.ms",
                "604800000",
                "retention.bytes",
                "-1",
                "max.message.bytes",
                "1048588",
                "message.timestamp.after.max.ms",
                "3600000",
                "min.insync.replicas",
                "2"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        return new TopicFacts(name, "id", 3, 3, true, all);
    }

    private void checkTier(TopicFacts tier) {
        preflight.tierSettings("tiers.prefix", tier, TierSettings.of(Map.of()), "delay.max", DAY);
        preflight.target("tiers.prefix", tier);
    }
}
