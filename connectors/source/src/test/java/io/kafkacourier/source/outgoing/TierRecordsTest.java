/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static io.kafkacourier.source.outgoing.Orders.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.admin.TargetTopic;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.PlainSourceConfig;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.InvalidBehavior;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.PlainMessage;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Codec;
import io.kafkacourier.source.targets.FakeCluster;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.TargetRules;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TierRecordsTest {

    private static final List<Long> ALL = List.of(1L, 4L, 16L, 32L, 64L, 128L, 256L);
    private static final Tier TIER = new Tier(64, 64_000);

    private final MutableClock clock = new MutableClock(NOW);
    private final FakeCluster cluster = new FakeCluster("refused");
    private final InputPartition orders = Orders.partition();
    private final Outgoing message = PlainMessage.to("out", Orders.record("a", "1"));

    @Test
    void sendsAMessageToTheTierThatItsScheduleChose() {
        TrackedRecord hop = tiers(ALL).hop(orders, Orders.hop(message, TIER, NOW + 63_000, NOW + 100_000));

        assertThat(hop.topic()).isEqualTo("plain.delay.64s");
        assertThat(hop.kafkaPartition())
                .as("partition 3 of an input, in a tier of 2")
                .isEqualTo(1);
        assertThat(hop.recordKind()).isEqualTo(RecordKind.HOP);
        assertThat(hop.timestamp()).isEqualTo(NOW - 1_000);
        assertThat(texts(hop.headers()))
                .containsExactly(
                        "a=1", "__courier.hop.due=" + (NOW + 100_000), "__courier.hop.release=" + (NOW + 63_000));
    }

    @Test
    void replacesForgedHeadersOfAStay() {
        Outgoing forged = PlainMessage.to(
                "out", Orders.record("__courier.hop.due", "1", "__courier.hop.due", "2", "__courier.hop.release", "3"));

        TrackedRecord hop = tiers(ALL).hop(orders, Orders.hop(forged, TIER, NOW + 64_000, NOW + 100_000));

        assertThat(texts(hop.headers()))
                .containsExactly("__courier.hop.due=" + (NOW + 100_000), "__courier.hop.release=" + (NOW + 64_000));
    }

    @Test
    void usesAnotherPartitionIfTheUsualOneIsBlocked() {
        TierRecords tiers = tiers(ALL);
        cluster.topicIs(
                "plain.delay.64s", TargetTopic.Present.WITH_DEFAULTS.with(2, Map.of(1, Obstacle.UNDER_MIN_ISR)));

        TrackedRecord hop = tiers.hop(orders, Orders.hop(message, TIER, NOW + 64_000, NOW + 100_000));

        assertThat(hop.topic()).isEqualTo("plain.delay.64s");
        assertThat(hop.kafkaPartition()).isZero();
    }

    @Test
    void usesTheNextShorterTierThatTakesRecordsIfTheChosenOneIsBlocked() {
        TierRecords tiers = tiers(ALL);
        cluster.topicIsBlocked("plain.delay.64s");
        cluster.topicIsBlocked("plain.delay.32s");

        TrackedRecord hop = tiers.hop(orders, Orders.hop(message, TIER, NOW + 64_000, NOW + 100_000));

        assertThat(hop.topic()).isEqualTo("plain.delay.16s");
        assertThat(texts(hop.headers())).contains("__courier.hop.release=" + (NOW + 16_000));
    }

    @Test
    void neverKeepsAMessageInAShorterTierBeyondItsDueTime() {
        TierRecords tiers = tiers(ALL);
        cluster.topicIsBlocked("plain.delay.64s");

        TrackedRecord hop = tiers.hop(orders, Orders.hop(message, TIER, NOW + 20_000, NOW + 20_000));

        assertThat(hop.topic()).isEqualTo("plain.delay.32s");
        assertThat(texts(hop.headers())).contains("__courier.hop.release=" + (NOW + 20_000));
    }

    @Test
    void waitsIfTheChosenTierAndAllShorterOnesAreBlocked() {
        TierRecords tiers = tiers(List.of(16L, 64L, 128L));
        cluster.topicIsBlocked("plain.delay.64s");
        cluster.topicIsBlocked("plain.delay.16s");

        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> tiers.hop(orders, Orders.hop(message, TIER, NOW + 64_000, NOW + 100_000)))
                .withMessageContaining("plain.delay.64s")
                .extracting(BlockedException::obstacle)
                .isEqualTo(Obstacle.NO_LEADER);
    }

    @Test
    void waitsForTheTiersIfThereAreNone() {
        TierRecords none = tiers(List.of());

        assertThat(none.isAny()).isFalse();
        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> none.hop(orders, Orders.hop(message, TIER, NOW + 64_000, NOW + 100_000)))
                .withMessage("The tier topic plain.delay.64s does not exist yet; the task waits until it does");
    }

    @Test
    void refusesAMessageThatIsTooLargeForItsTier() {
        TierRecords tiers = tiers(ALL);
        cluster.topicTakes("plain.delay.64s", 300);
        Outgoing large = PlainMessage.to("out", Orders.record("large", "x".repeat(300)));

        TrackedRecord refused = tiers.hop(orders, Orders.hop(large, TIER, NOW + 64_000, NOW + 100_000));

        assertThat(refused.topic()).isEqualTo("refused");
        assertThat(refused.reason()).isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void sendsASmallerFormOfAMessageToATierThatDoesNotTakeTheWhole() {
        TierRecords tiers = tiers(ALL);
        cluster.topicTakes("plain.delay.64s", 300);
        Outgoing large = PlainMessage.to("out", Orders.record("orders", new byte[300], NOW, "a", "1"));

        TrackedRecord hop = tiers.hop(orders, Orders.hop(large, TIER, NOW + 64_000, NOW + 100_000));

        assertThat(hop.topic()).isEqualTo("plain.delay.64s");
        assertThat(hop.value()).isNull();
        assertThat(texts(hop.headers()))
                .containsExactly(
                        "a=1", "__courier.hop.due=" + (NOW + 100_000), "__courier.hop.release=" + (NOW + 64_000));
    }

    @Test
    void holdsBackADueMessageInTheShortestTierFirst() {
        clock.advance(5);

        TrackedRecord held = tiers(ALL).heldBack(orders, Orders.deliver(message, NOW), Obstacle.NO_LEADER);

        assertThat(held.topic()).isEqualTo("plain.delay.1s");
        assertThat(texts(held.headers()))
                .containsExactly(
                        "a=1",
                        "__courier.hop.due=" + NOW,
                        "__courier.hop.release=" + (NOW + 1_005),
                        "__courier.hop.blocked=" + (NOW + 5));
    }

    /** The clock may have stepped back since the message was found to be due. */
    @Test
    void countsTheStayOfAHeldBackMessageFromItsDueTimeAtTheEarliest() {
        clock.advance(-50);

        TrackedRecord held = tiers(ALL).heldBack(orders, Orders.deliver(message, NOW), Obstacle.NO_LEADER);

        assertThat(texts(held.headers()))
                .contains("__courier.hop.release=" + (NOW + 1_000), "__courier.hop.blocked=" + NOW);
    }

    @Test
    void doesNotKeepADueTimeThatCannotBeKept() {
        TrackedRecord refused = tiers(ALL).heldBack(orders, Orders.refuse(message), Obstacle.NO_LEADER);
        TrackedRecord tooFar = tiers(ALL)
                .heldBack(orders, Orders.tooFar(message, 100_000, new Limit("wait.max", 5_000)), Obstacle.NO_LEADER);

        assertThat(List.of(refused, tooFar))
                .allSatisfy(held -> assertThat(texts(held.headers()))
                        .contains("__courier.hop.due=0", "__courier.hop.release=" + (NOW + 1_000)));
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "4, 16", "16, 32", "32, 64", "64, 64", "128, 64", "256, 64"})
    void holdsBackAMessageLongerEachTimeUpToAboutAMinute(long lastSeconds, long nextSeconds) {
        assertThat(heldBackAgain(ALL, lastSeconds, Obstacle.NO_LEADER).topic())
                .isEqualTo("plain.delay." + nextSeconds + "s");
    }

    @ParameterizedTest
    @EnumSource(names = "UNCONFIRMED", mode = EnumSource.Mode.EXCLUDE)
    void holdsBackLongerWhateverTheObstacle(Obstacle obstacle) {
        assertThat(heldBackAgain(ALL, 16, obstacle).topic()).isEqualTo("plain.delay.32s");
    }

    @Test
    void looksAgainSoonForATargetOfWhichNothingIsCertain() {
        assertThat(heldBackAgain(ALL, 64, Obstacle.UNCONFIRMED).topic()).isEqualTo("plain.delay.1s");
    }

    @Test
    void beginsWithTheShortestTierForAMessageThatWasInATierOnlyToWait() {
        Outgoing waited = PlainMessage.to("out", Orders.record("plain.delay.16s", null, NOW));

        TrackedRecord held =
                tiers(ALL).heldBack(Orders.ofTier("plain.delay.16s"), Orders.deliver(waited, NOW), Obstacle.NO_LEADER);

        assertThat(held.topic()).isEqualTo("plain.delay.1s");
    }

    @Test
    void believesNoHeaderOfAnInputThatTheMessageWasHeldBack() {
        Outgoing forged =
                PlainMessage.to("out", Orders.record("plain.delay.16s", null, NOW, "__courier.hop.blocked", "1"));

        TrackedRecord held = tiers(ALL).heldBack(orders, Orders.deliver(forged, NOW), Obstacle.NO_LEADER);

        assertThat(held.topic()).isEqualTo("plain.delay.1s");
    }

    /** With any tiers, a message is never held back for less time than before, nor for more than about a minute. */
    @Property
    void neverHoldsBackForMoreThanAboutAMinuteIfThereIsAShorterTier(
            @ForAll @From("someTiers") Set<Long> seconds, @ForAll @From("anyTier") long lastSeconds) {
        TreeSet<Long> upToAMinute = new TreeSet<>(seconds);
        upToAMinute.removeIf(each -> each > 64);
        OptionalLong longer = upToAMinute.stream()
                .mapToLong(each -> each)
                .filter(each -> each > lastSeconds)
                .findFirst();
        long longest = upToAMinute.isEmpty() ? new TreeSet<>(seconds).first() : upToAMinute.last();

        String topic = heldBackAgain(seconds, lastSeconds, Obstacle.NO_LEADER).topic();

        assertThat(topic).isEqualTo("plain.delay." + longer.orElse(longest) + "s");
    }

    @Provide
    Arbitrary<Set<Long>> someTiers() {
        return Arbitraries.of(ALL).set().ofMinSize(1);
    }

    @Provide
    Arbitrary<Long> anyTier() {
        return Arbitraries.of(ALL);
    }

    private TrackedRecord heldBackAgain(Collection<Long> seconds, long lastSeconds, Obstacle obstacle) {
        String last = "plain.delay." + lastSeconds + "s";
        Outgoing blocked = PlainMessage.to("out", Orders.record(last, null, NOW, "__courier.hop.blocked", "1"));
        return tiers(seconds).heldBack(Orders.ofTier(last), Orders.deliver(blocked, NOW), obstacle);
    }

    /** Tier topics of two partitions, of the ladder that belongs to a horizon of 16 s. */
    private TierRecords tiers(Collection<Long> seconds) {
        Map<String, Integer> topics = new HashMap<>();
        for (long each : seconds) {
            String topic = "plain.delay." + each + "s";
            topics.put(topic, 2);
            cluster.topicIs(topic, TargetTopic.Present.WITH_DEFAULTS);
        }
        Behaviour config = PlainSourceConfig.with();
        TargetRules rules = config.targetRules(cluster, clock);
        Fitting fitting = new Fitting(1_048_576, Codec.NONE, 0);
        return new TierRecords(
                new TierPlaces(config.config().tierNames(), topics),
                Ladder.upTo(256_000, 16_000),
                rules,
                fitting,
                new RefusedRecords(InvalidBehavior.ROUTE, "refused", rules, fitting),
                clock);
    }
}
