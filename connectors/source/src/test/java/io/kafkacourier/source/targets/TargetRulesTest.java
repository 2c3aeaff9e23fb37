/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.source.config.PlainSourceConfig;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetRulesTest {

    private static final long HOUR = 3_600_000;

    private final MutableClock clock = new MutableClock(NOW);
    private final FakeCluster cluster = new FakeCluster("out");
    private final TargetRules rules = rules();

    @Test
    void allowsAnExistingTopicWithinItsBounds() {
        TargetTopic.Present bounds = new TargetTopic.Present(1_000, false, 5_000, HOUR);
        cluster.topicIs("out", bounds);

        assertThat(rules.judge(byMessage("out"), true)).isEqualTo(new TargetRules.Verdict.Yes(bounds));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "out/x            | has a character other than letters",
                "_out             | is internal (topics.allow.internal)",
                "__out            | is internal (topics.allow.internal)",
                "out-configs      | is internal (topics.allow.internal)",
                "orders           | is an input of the connector",
                "plain.delay.7s   | is a tier of the connector",
                "out.own.offsets  | belongs to the connector itself",
                "secret           | is not allowed (target.topics.allow)"
            })
    void refusesANameFromAMessageWhateverTheClusterSays(String topic, String problem) {
        TargetRules all = rules("offsets.storage.topic", "out.own.offsets");

        TargetRules.Verdict verdict = all.judge(byMessage(topic), true);

        Refusal refusal = refusal(verdict);
        assertThat(refusal.reason()).isEqualTo(Reason.TARGET_NOT_ALLOWED);
        assertThat(refusal.detail()).startsWith("header target names a target that " + problem);
        assertThat(all.refuseName(byMessage(topic))).isEqualTo(refusal);
        assertThat(cluster.questions()).isEmpty();
    }

    /** The detail goes into log lines, and the name comes from the message. */
    @Test
    void neverShowsANameFromAMessage() {
        assertThat(refusal(rules.judge(byMessage("secret"), true)).detail()).doesNotContain("secret");
    }

    @Test
    void allowsAnInternalNameFromAMessageIfItIsListed() {
        cluster.topicIs("__out", TargetTopic.Present.WITH_DEFAULTS);

        assertThat(rules("topics.allow.internal", "__out").judge(byMessage("__out"), true))
                .isInstanceOf(TargetRules.Verdict.Yes.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret", "_secret", "eu-configs"})
    void allowsMoreNamesFromTheConfigurationThanFromAMessage(String topic) {
        assertThat(rules.refuseName(configured(topic))).isNull();
        assertThat(rules.refuseName(byMessage(topic))).isNotNull();
        assertThat(rules.refuseName(configured(topic))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"__secret", "connect-configs", "orders", "plain.delay.7s", "a/b"})
    void refusesTopicsOfKafkaAndInputsEvenIfTheConfigurationNamesThem(String topic) {
        assertThat(rules.refuseName(configured(topic))).isNotNull();
    }

    @Test
    void refusesAMessageWithoutAKeyForACompactedTarget() {
        TargetTopic.Present compacted = new TargetTopic.Present(1_000, true, Long.MAX_VALUE, HOUR);
        cluster.topicIs("out", compacted);

        Refusal refusal = refusal(rules.judge(byMessage("out"), false));

        assertThat(refusal.reason()).isEqualTo(Reason.TARGET_NOT_ALLOWED);
        assertThat(refusal.detail()).contains("is compacted and takes no record without a key");
        assertThat(rules.judge(byMessage("out"), true)).isEqualTo(new TargetRules.Verdict.Yes(compacted));
    }

    /** The producer chooses the partition, so it might choose the blocked one. */
    @Test
    void holdsBackMessagesForATargetOfWhichAnyPartitionIsBlocked() {
        cluster.topicIs("out", TargetTopic.Present.WITH_DEFAULTS.with(3, Map.of(2, Obstacle.UNDER_MIN_ISR)));

        assertThat(rules.judge(byMessage("out"), true))
                .isEqualTo(new TargetRules.Verdict.NotNow("out", Obstacle.UNDER_MIN_ISR));
    }

    @Test
    void holdsBackMessagesForATargetThatIsBeingCreated() {
        cluster.topicIs("out", new TargetTopic.Unsure(Obstacle.MISSING));

        assertThat(judgeTwice("out")).isEqualTo(new TargetRules.Verdict.NotNow("out", Obstacle.MISSING));
    }

    @Test
    void refusesAMissingTargetOnceASecondLookConfirmsIt() {
        cluster.topicIs("out", new TargetTopic.Absent());

        assertThat(rules.judge(byMessage("out"), true))
                .isEqualTo(new TargetRules.Verdict.NotNow("out", Obstacle.UNCONFIRMED));
        clock.advance(2_000);
        Refusal refusal = refusal(rules.judge(byMessage("out"), true));
        assertThat(refusal.reason()).isEqualTo(Reason.TARGET_MISSING);
        assertThat(refusal.detail()).endsWith("does not exist and may not be created (topic.creation.*)");
    }

    @Test
    void refusesATargetThatCouldNotBeCreatedWithTheCause() {
        cluster.topicIs("out", new TargetTopic.Uncreatable("Replication factor is larger than 1"));

        Refusal refusal = refusal(judgeTwice("out"));

        assertThat(refusal.reason()).isEqualTo(Reason.TARGET_MISSING);
        assertThat(refusal.detail()).endsWith("could not be created: Replication factor is larger than 1");
    }

    @Test
    void refusesATargetThatMayNotBeWrittenToWithTheMissingPermission() {
        cluster.topicIs("out", new TargetTopic.Denied());

        Refusal refusal = refusal(judgeTwice("out"));

        assertThat(refusal.reason()).isEqualTo(Reason.TARGET_NOT_ALLOWED);
        assertThat(refusal.detail()).contains("may not be written to: ", "WRITE");
    }

    /** Whether a record is rejected depends on the topic; by default Kafka accepts timestamps of up to an hour ahead. */
    @ParameterizedTest
    @CsvSource({
        "3600000, 3600000, true",
        "3600000, 3600001, false",
        "7200000, 7200000, true",
        "7200000, 7200001, false",
        "0, 3600000, true",
        "0, 3600001, false",
        "9223372036854775807, 999999999, true"
    })
    void waitsWhileTheClockOfTheWorkerIsFurtherAheadThanTheTargetBears(
            long maxAheadMs, long aheadMs, boolean isBearable) {
        cluster.topicIs("out", new TargetTopic.Present(1_000, false, Long.MAX_VALUE, maxAheadMs));
        cluster.workerIsAheadMs(aheadMs);

        assertThat(isBearable(() -> rules.judge(byMessage("out"), true))).isEqualTo(isBearable);
        assertThat(isBearable(() -> rules.requireTaker("out"))).isEqualTo(isBearable);
    }

    @Test
    void namesTheTopicAndTheClockIfTheWorkerIsAhead() {
        cluster.workerIsAheadMs(2 * HOUR);

        assertThatExceptionOfType(RetriableException.class)
                .isThrownBy(() -> rules.judge(byMessage("out"), true))
                .withMessageContaining("The clock of this worker is 7200 s ahead")
                .withMessageContaining("Topic out accepts timestamps of up to 3600 s ahead");
    }

    @Test
    void ignoresTheClockIfTheClusterDoesNotTellTheSettingsOfTheTopic() {
        cluster.topicIs(
                "out",
                new TargetTopic.Present(
                        1_000, false, Long.MAX_VALUE, HOUR, TargetTopic.Compression.BY_PRODUCER, false, 0, Map.of()));
        cluster.workerIsAheadMs(2 * HOUR);

        assertThat(rules.judge(byMessage("out"), true)).isInstanceOf(TargetRules.Verdict.Yes.class);
    }

    @Test
    void requiresOnlyOnePartitionOfItsOwnTopicsToTakeRecords() {
        TargetTopic.Present partly = TargetTopic.Present.WITH_DEFAULTS.with(2, Map.of(0, Obstacle.NO_LEADER));
        cluster.topicIs("own", partly);

        assertThat(rules.requireTaker("own")).isEqualTo(partly);
    }

    @Test
    void waitsForATopicOfItsOwnIfNoPartitionTakesRecords() {
        cluster.topicIsBlocked("own");

        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> rules.requireTaker("own"))
                .withMessageStartingWith("No partition of the topic own of the connector accepts records")
                .extracting(BlockedException::obstacle)
                .isEqualTo(Obstacle.NO_LEADER);
    }

    @Test
    void waitsForATopicOfItsOwnThatIsMissing() {
        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> rules.requireTaker("own"))
                .withMessageContaining("does not exist, or may not be written to")
                .extracting(BlockedException::obstacle)
                .isEqualTo(Obstacle.UNCONFIRMED);
        clock.advance(2_000);
        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> rules.requireTaker("own"))
                .withMessage("The topic own of the connector does not exist; the task waits until it accepts records")
                .extracting(BlockedException::obstacle)
                .isEqualTo(Obstacle.MISSING);
    }

    @Test
    void waitsForThePermissionToWriteToATopicOfItsOwn() {
        cluster.topicIs("own", new TargetTopic.Denied());

        assertThatExceptionOfType(BlockedException.class).isThrownBy(() -> rules.requireTaker("own"));
        clock.advance(2_000);
        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> rules.requireTaker("own"))
                .withMessageContaining("WRITE")
                .extracting(BlockedException::obstacle)
                .isEqualTo(Obstacle.NOT_ALLOWED);
    }

    @Test
    void stopsIfATopicOfItsOwnIsCompacted() {
        cluster.topicIs("own", new TargetTopic.Present(1_000, true, Long.MAX_VALUE, HOUR));

        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> rules.requireTaker("own"))
                .withMessage("The topic own of the connector must not be compacted")
                .isNotInstanceOf(RetriableException.class);
    }

    private static boolean isBearable(Runnable check) {
        try {
            check.run();
            return true;
        } catch (RetriableException e) {
            return false;
        }
    }

    private TargetRules.Verdict judgeTwice(String topic) {
        rules.judge(byMessage(topic), true);
        clock.advance(2_000);
        return rules.judge(byMessage(topic), true);
    }

    private static Refusal refusal(TargetRules.Verdict verdict) {
        assertThat(verdict).isInstanceOf(TargetRules.Verdict.No.class);
        return ((TargetRules.Verdict.No) verdict).refusal();
    }

    private static Target byMessage(String topic) {
        return new Target(topic, "header target", true);
    }

    private static Target configured(String topic) {
        return new Target(topic, "target.topic", false);
    }

    private TargetRules rules(String... properties) {
        return PlainSourceConfig.with(properties).targetRules(cluster, clock);
    }
}
