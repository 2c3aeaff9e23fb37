/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.outgoing;

import static io.kafkacourier.source.outgoing.Orders.NOW;
import static io.kafkacourier.source.outgoing.Orders.texts;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.schedule.Action;
import io.kafkacourier.schedule.Ladder;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.schedule.Tier;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.PlainSourceConfig;
import io.kafkacourier.source.intake.InputPartition;
import io.kafkacourier.source.message.InvalidBehavior;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.PlainMessage;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.targets.BlockedException;
import io.kafkacourier.source.targets.Codec;
import io.kafkacourier.source.targets.FakeCluster;
import io.kafkacourier.source.targets.Fitting;
import io.kafkacourier.source.targets.HeldBack;
import io.kafkacourier.source.targets.TargetRules;
import io.kafkacourier.source.targets.TrialHistory;
import io.kafkacourier.source.targets.Trials;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceRecordsTest {

    private static final Tier TIER = new Tier(16, 16_000);
    private static final Refusal EXPIRED = new Refusal(Reason.EXPIRED, "is too late");
    private static final Refusal BAD_DUE_TIME = new Refusal(Reason.UNREADABLE_DUE_TIME, "has no date");

    private final MutableClock clock = new MutableClock(NOW);
    private final FakeCluster cluster = new FakeCluster("out", "refused", "plain.delay.1s", "plain.delay.16s");
    private final InputPartition orders = Orders.partition();
    private final HeldBack heldBack = new HeldBack(clock);
    private final TrialHistory.OfConnectors histories = new TrialHistory.OfConnectors();
    private final SourceRecords records =
            records(InvalidBehavior.ROUTE, Map.of("plain.delay.1s", 5, "plain.delay.16s", 5));
    private final SourceRecords withoutTiers = records(InvalidBehavior.ROUTE, Map.of());

    @Test
    void deliversADueMessageToItsTargetWithItsDueTime() {
        Outgoing message = PlainMessage.to("out", Orders.record("a", "1"));

        TrackedRecord delivered = records.carryOut(orders, Orders.deliver(message, NOW));

        assertThat(delivered.topic()).isEqualTo("out");
        assertThat(delivered.kafkaPartition()).isNull();
        assertThat(delivered.recordKind()).isEqualTo(RecordKind.MESSAGE);
        assertThat(delivered.reason()).isNull();
        assertThat((byte[]) delivered.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat((byte[]) delivered.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(texts(delivered.headers())).containsExactly("a=1");
        assertThat(delivered.timestamp()).isEqualTo(NOW);
        assertThat(delivered.sourceOffset().get("next")).isEqualTo(100L);
    }

    /** A due time of 0 means that the message has no delay. */
    @ParameterizedTest
    @CsvSource({"0, -1000", "1, -1000", "1799999999500, -500", "1800000000000, 0"})
    void stampsTheDueTimeUnlessTheRecordIsYounger(long dueMs, long stampedMs) {
        Outgoing message = PlainMessage.to("out", Orders.record());

        assertThat(records.carryOut(orders, Orders.deliver(message, dueMs)).timestamp())
                .isEqualTo(NOW + stampedMs);
    }

    @Test
    void leavesTheTimestampToTheProducerIfTheRecordHasNone() {
        Outgoing message = PlainMessage.to("out", Orders.record("orders", null, -1));

        assertThat(records.carryOut(orders, Orders.deliver(message, NOW)).timestamp())
                .isNull();
    }

    @Test
    void refusesADueMessageWithoutATarget() {
        Outgoing message = PlainMessage.withoutTarget(Orders.record());

        assertRefused(Orders.deliver(message, 0), Reason.NO_TARGET);
    }

    @Test
    void refusesADueMessageWhoseTargetIsNotAllowed() {
        assertRefused(Orders.deliver(PlainMessage.to("secret", Orders.record()), 0), Reason.TARGET_NOT_ALLOWED);
    }

    @Test
    void refusesADueMessageThatHasExpired() {
        Outgoing message = PlainMessage.to("out", Orders.record()).refused(EXPIRED, true);

        assertRefused(Orders.deliver(message, 0), Reason.EXPIRED);
    }

    @Test
    void refusesADueMessageOfWhichNoFormFitsItsTarget() {
        cluster.topicTakes("out", 100);

        assertRefused(
                Orders.deliver(PlainMessage.to("out", Orders.record("large", "x".repeat(100))), 0), Reason.TOO_LARGE);
    }

    @Test
    void refusesAMessageThatItsPolicyRefuses() {
        Outgoing message = PlainMessage.to("out", Orders.record()).refused(BAD_DUE_TIME, false);

        assertRefused(Orders.refuse(message), Reason.UNREADABLE_DUE_TIME);
    }

    @Test
    void refusesAMessageThatWouldHaveToWaitTooLong() {
        Action<Outgoing> tooFar =
                Orders.tooFar(PlainMessage.to("out", Orders.record()), 5_001, new Limit("wait.max", 5_000));

        assertRefused(tooFar, Reason.DELAY_TOO_LONG);
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> records(InvalidBehavior.FAIL, Map.of()).carryOut(orders, tooFar))
                .withMessage("Record orders-3@7: is due 5001 ms from now, beyond wait.max of 5000 ms (DELAY_TOO_LONG)");
    }

    @Test
    void sendsAMessageToATierThoughItsTargetDoesNotExistYet() {
        Outgoing message = PlainMessage.to("out.later", Orders.record());

        TrackedRecord hop = records.carryOut(orders, Orders.hop(message, TIER, NOW + 16_000, NOW + 20_000));

        assertThat(hop.topic()).isEqualTo("plain.delay.16s");
        assertThat(hop.recordKind()).isEqualTo(RecordKind.HOP);
    }

    @Test
    void refusesBeforeATierAMessageWhoseTargetCanNeverBeAllowed() {
        Outgoing forbidden = PlainMessage.to("secret", Orders.record());
        Outgoing untargeted = PlainMessage.withoutTarget(Orders.record());

        assertRefused(Orders.hop(forbidden, TIER, NOW + 16_000, NOW + 20_000), Reason.TARGET_NOT_ALLOWED);
        assertRefused(Orders.hop(untargeted, TIER, NOW + 16_000, NOW + 20_000), Reason.NO_TARGET);
    }

    @Test
    void deliversAMessageWithABadDueTimeAtOnceIfConfigured() {
        SourceRecords delivering = records(InvalidBehavior.DELIVER, Map.of());
        PlainMessage message = PlainMessage.to("out", Orders.record());

        TrackedRecord unreadable = delivering.carryOut(orders, Orders.refuse(message.refused(BAD_DUE_TIME, false)));
        TrackedRecord tooLong =
                delivering.carryOut(orders, Orders.tooFar(message, 5_001, new Limit("wait.max", 5_000)));

        assertThat(List.of(unreadable, tooLong))
                .extracting(TrackedRecord::topic)
                .containsOnly("out");
        assertThat(List.of(unreadable, tooLong))
                .extracting(TrackedRecord::timestamp)
                .containsOnly(NOW - 1_000);
    }

    @Test
    void refusesAMessageForAnyOtherReasonEvenIfABadDueTimeIsDelivered() {
        SourceRecords delivering = records(InvalidBehavior.DELIVER, Map.of());
        Outgoing message = PlainMessage.to("secret", Orders.record()).refused(BAD_DUE_TIME, false);

        assertThat(delivering.carryOut(orders, Orders.refuse(message)).reason()).isEqualTo(Reason.TARGET_NOT_ALLOWED);
    }

    @Test
    void holdsBackADueMessageWhoseTargetIsBlocked() {
        cluster.topicIsBlocked("out");

        TrackedRecord held = records.carryOut(orders, Orders.deliver(PlainMessage.to("out", Orders.record()), NOW));

        assertThat(held.topic()).isEqualTo("plain.delay.1s");
        assertThat(held.recordKind()).isEqualTo(RecordKind.HOP);
        assertThat(heldBack.waiting()).isEqualTo(1);
    }

    @Test
    void waitsForABlockedTargetIfThereAreNoTiers() {
        cluster.topicIsBlocked("out");

        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() ->
                        withoutTiers.carryOut(orders, Orders.deliver(PlainMessage.to("out", Orders.record()), NOW)))
                .withMessageContaining("The target out has a partition without a leader");
        assertThat(heldBack.waiting()).isZero();
    }

    @Test
    void holdsBackADueMessageThatIsRefusedWhileTheTopicForThoseIsBlocked() {
        cluster.topicIsBlocked("refused");
        Action<Outgoing> forbidden = Orders.deliver(PlainMessage.to("secret", Orders.record()), NOW);

        TrackedRecord held = records.carryOut(orders, forbidden);

        assertThat(held.topic()).isEqualTo("plain.delay.1s");
        assertThat(heldBack.waiting()).isEqualTo(1);
        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> withoutTiers.carryOut(orders, forbidden))
                .withMessageContaining("topic refused of the connector");
    }

    @Test
    void asksForTheTopicsOfAllUpcomingActionsTogether() {
        List<Action<Outgoing>> upcoming = List.of(
                Orders.deliver(PlainMessage.to("out", Orders.record()), 0),
                Orders.deliver(PlainMessage.to("out.b", Orders.record()), 0),
                Orders.deliver(PlainMessage.to("secret", Orders.record()), 0),
                Orders.deliver(PlainMessage.withoutTarget(Orders.record()), 0),
                Orders.hop(PlainMessage.to("out.c", Orders.record()), TIER, NOW + 16_000, NOW + 20_000));
        records.expect(consumer -> upcoming.forEach(action -> consumer.accept(orders, action)));

        records.carryOut(orders, upcoming.get(0));

        assertThat(cluster.questions()).containsExactly(List.of("out", "out.b", "plain.delay.16s"));
    }

    @Test
    void sendsTheNextRecordAloneAfterATaskEndedAtOneForTheSameTarget() {
        aTaskEndsAtARecordFor("out");
        Action<Outgoing> suspected = Orders.deliver(PlainMessage.to("out", Orders.record()), 0);
        Action<Outgoing> other = Orders.deliver(PlainMessage.to("secret", Orders.record()), 0);
        SourceRecords next = records(InvalidBehavior.ROUTE, Map.of());

        next.carryOut(orders, other);
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> next.carryOut(orders, suspected));
        next.begin();
        assertThat(next.carryOut(orders, suspected).topic()).isEqualTo("out");
        assertThatExceptionOfType(RetriableException.class).isThrownBy(() -> next.carryOut(orders, other));
        next.begin();
        assertThat(next.carryOut(orders, other).topic()).isEqualTo("refused");
    }

    @Test
    void neverSuspectsTheTargetThatTheConfigurationNames() {
        aTaskEndsAtARecordFor("out");
        SourceRecords next = records(InvalidBehavior.ROUTE, Map.of());
        Action<Outgoing> configured = Orders.deliver(PlainMessage.toConfigured("out", Orders.record()), 0);

        next.carryOut(orders, configured);

        assertThat(next.carryOut(orders, configured).topic()).isEqualTo("out");
    }

    @Test
    void refusesRecordsForATargetThatATaskEndedAtTwice() {
        aTaskEndsAtARecordFor("out");
        aTaskEndsAtARecordFor("out");

        TrackedRecord refused = records(InvalidBehavior.ROUTE, Map.of())
                .carryOut(orders, Orders.deliver(PlainMessage.to("out", Orders.record()), 0));

        assertThat(refused.reason()).isEqualTo(Reason.TARGET_NOT_ALLOWED);
    }

    /** A task hands out a record and ends before it is written. */
    private void aTaskEndsAtARecordFor(String target) {
        Trials trials = new Trials(histories, "plain", clock);
        SourceRecords task = records(InvalidBehavior.ROUTE, Map.of(), trials);
        TrackedRecord record = task.carryOut(orders, Orders.deliver(PlainMessage.to(target, Orders.record()), 0));
        trials.handedOut(List.of(record));
        trials.end();
    }

    private void assertRefused(Action<Outgoing> action, Reason reason) {
        TrackedRecord refused = records.carryOut(orders, action);

        assertThat(refused.topic()).isEqualTo("refused");
        assertThat(refused.recordKind()).isEqualTo(RecordKind.REFUSED);
        assertThat(refused.reason()).isEqualTo(reason);
        assertThat(texts(refused.headers())).contains("refused=" + reason);
    }

    private SourceRecords records(InvalidBehavior behavior, Map<String, Integer> tiers) {
        return records(behavior, tiers, new Trials(histories, "plain", clock));
    }

    private SourceRecords records(InvalidBehavior behavior, Map<String, Integer> tiers, Trials trials) {
        Behaviour config = PlainSourceConfig.with();
        TargetRules rules = config.targetRules(cluster, clock);
        Fitting fitting = new Fitting(1_048_576, Codec.NONE, 0);
        RefusedRecords refused = new RefusedRecords(behavior, "refused", rules, fitting);
        Ladder ladder = Ladder.upTo(3_600_000, 16_000);
        return new SourceRecords(
                rules,
                fitting,
                new TierRecords(
                        new TierPlaces(config.config().tierNames(), tiers), ladder, rules, fitting, refused, clock),
                refused,
                heldBack,
                trials,
                true,
                clock);
    }
}
