/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.junit.jupiter.api.Test;

class GroupMirrorTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition TIER = new TopicPartition("delay.delay.16s", 3);

    private final MutableClock clock = new MutableClock(1_800_000_000_000L);
    private final FakeProgressAdmin cluster = new FakeProgressAdmin();
    private final Map<TopicPartition, Long> completed = new HashMap<>();
    private final GroupMirror mirror = new GroupMirror(cluster, "courier-delay", () -> completed, clock);

    @Test
    void showsWhereEachPartitionIsAndThenOnlyWhatMoved() {
        completed.put(ORDERS, 5L);
        completed.put(TIER, 0L);
        mirror.run();
        completed.put(TIER, 7L);
        mirror.run();
        mirror.run();

        assertThat(cluster.requests)
                .containsExactly(
                        "courier-delay {delay.delay.16s-3=0, orders-0=5}", "courier-delay {delay.delay.16s-3=7}");
    }

    @Test
    void triesAgainWhatFailedAndOnlyThat() {
        completed.put(ORDERS, 5L);
        completed.put(TIER, 7L);
        cluster.forbidden.add("orders");

        assertThatExceptionOfType(TopicAuthorizationException.class).isThrownBy(mirror::run);
        cluster.forbidden.clear();
        mirror.run();

        assertThat(cluster.requests)
                .containsExactly("courier-delay {delay.delay.16s-3=7, orders-0=5}", "courier-delay {orders-0=5}");
    }

    @Test
    void writesAllOfItAgainBeforeABrokerForgetsIt() {
        completed.put(ORDERS, 5L);
        mirror.run();
        clock.advance(GroupMirror.REFRESH.toMillis() - 1);
        mirror.run();
        assertThat(cluster.requests).hasSize(1);

        clock.advance(1);
        mirror.run();

        assertThat(cluster.requests).containsExactly("courier-delay {orders-0=5}", "courier-delay {orders-0=5}");
    }

    @Test
    void saysThatAGroupHasMembersWhereItDoes() {
        completed.put(ORDERS, 5L);
        cluster.forbidden.add("orders");
        cluster.failure = new UnknownMemberIdException("The coordinator is not aware of this member.");

        assertThatExceptionOfType(GroupNotEmptyException.class)
                .isThrownBy(mirror::run)
                .withMessage("somebody consumes as a member of it");
    }
}
