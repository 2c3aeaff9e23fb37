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
import io.kafkacourier.schedule.Action;
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
import io.kafkacourier.source.targets.TargetRules;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefusedRecordsTest {

    private static final Refusal REFUSAL = new Refusal(Reason.TARGET_MISSING, "header target names no topic");

    private final FakeCluster cluster = new FakeCluster("refused");
    private final InputPartition orders = Orders.partition();
    private final Action<Outgoing> action = Orders.deliver(PlainMessage.to("out", Orders.record("a", "1")), NOW);

    @Test
    void sendsARefusedMessageWithItsReasonAndWithoutATimestamp() {
        TrackedRecord refused = refused(InvalidBehavior.ROUTE).record(orders, action, REFUSAL);

        assertThat(refused.topic()).isEqualTo("refused");
        assertThat(refused.recordKind()).isEqualTo(RecordKind.REFUSED);
        assertThat(refused.reason()).isEqualTo(Reason.TARGET_MISSING);
        assertThat(refused.kafkaPartition()).isNull();
        assertThat(refused.timestamp()).isNull();
        assertThat(texts(refused.headers())).containsExactly("a=1", "refused=TARGET_MISSING");
    }

    @Test
    void leavesOutTheValueIfTheTopicDoesNotTakeIt() {
        cluster.topicTakes("refused", 300);

        TrackedRecord refused = refused(InvalidBehavior.ROUTE).record(orders, withValueOf(300), REFUSAL);

        assertThat(refused.key()).isNotNull();
        assertThat(refused.value()).isNull();
        assertThat(texts(refused.headers())).containsExactly("refused=TARGET_MISSING");
    }

    @Test
    void sendsTheSmallestFormEvenToATopicThatDoesNotTakeIt() {
        cluster.topicTakes("refused", 1);

        TrackedRecord refused = refused(InvalidBehavior.ROUTE).record(orders, withValueOf(300), REFUSAL);

        assertThat(refused.key()).isNull();
        assertThat(refused.value()).isNull();
        assertThat(texts(refused.headers())).containsExactly("pointer=orders@7");
    }

    @Test
    void sendsARefusedMessageToAPartitionThatTakesRecords() {
        cluster.topicIs("refused", TargetTopic.Present.WITH_DEFAULTS.with(2, Map.of(1, Obstacle.NO_LEADER)));

        assertThat(refused(InvalidBehavior.ROUTE)
                        .record(orders, action, REFUSAL)
                        .kafkaPartition())
                .isZero();
    }

    @Test
    void waitsIfNoPartitionTakesRecords() {
        cluster.topicIsBlocked("refused");

        assertThatExceptionOfType(BlockedException.class)
                .isThrownBy(() -> refused(InvalidBehavior.ROUTE).record(orders, action, REFUSAL))
                .withMessageContaining("No partition of the topic refused of the connector accepts records")
                .extracting(BlockedException::obstacle)
                .isEqualTo(Obstacle.NO_LEADER);
    }

    @Test
    void failsInsteadWithThePlaceOfTheRecordIfConfigured() {
        assertThatExceptionOfType(ConnectException.class)
                .isThrownBy(() -> refused(InvalidBehavior.FAIL).record(orders, action, REFUSAL))
                .withMessage("Record orders-3@7: header target names no topic (TARGET_MISSING)");
        assertThat(cluster.questions()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"UNREADABLE_DUE_TIME", "DELAY_TOO_LONG"})
    void deliversOnlyForABadDueTimeAndOnlyIfConfigured(Reason reason) {
        Refusal ofDueTime = new Refusal(reason, "cannot be kept");

        assertThat(refused(InvalidBehavior.DELIVER).isDeliveredInstead(ofDueTime))
                .isTrue();
        assertThat(refused(InvalidBehavior.DELIVER).isDeliveredInstead(REFUSAL)).isFalse();
        assertThat(refused(InvalidBehavior.ROUTE).isDeliveredInstead(ofDueTime)).isFalse();
        assertThat(refused(InvalidBehavior.FAIL).isDeliveredInstead(ofDueTime)).isFalse();
    }

    private static Action<Outgoing> withValueOf(int bytes) {
        return Orders.deliver(PlainMessage.to("out", Orders.record("orders", new byte[bytes], NOW)), NOW);
    }

    private RefusedRecords refused(InvalidBehavior behavior) {
        TargetRules rules = PlainSourceConfig.with().targetRules(cluster, new MutableClock(NOW));
        return new RefusedRecords(behavior, "refused", rules, new Fitting(1_048_576, Codec.NONE, 0));
    }
}
