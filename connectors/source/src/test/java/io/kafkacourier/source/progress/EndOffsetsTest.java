/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kafkacourier.MutableClock;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class EndOffsetsTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition OTHERS = new TopicPartition("orders", 1);

    private final FakeProgressAdmin cluster = new FakeProgressAdmin();
    private final MutableClock clock = new MutableClock(1_000);
    private final EndOffsets ends = new EndOffsets(cluster, List.of(ORDERS, OTHERS), clock);

    @Test
    void reportsHowLongATransactionKeepsTheEndFromBeingRead() {
        look(7, 9);
        clock.advance(5_000);
        look(7, 12);

        assertThat(ends.known()).containsEntry(ORDERS, 7L);
        assertThat(ends.blockedMs("orders")).isEqualTo(5_000);
        assertThat(ends.blockedMs("other")).isZero();
    }

    @Test
    void isNotBlockedByTransactionsThatEnd() {
        look(7, 9);
        clock.advance(5_000);
        look(9, 11);
        assertThat(ends.blockedMs("orders")).isZero();

        clock.advance(5_000);
        assertThat(ends.blockedMs("orders")).isEqualTo(5_000);
        look(11, 11);
        assertThat(ends.blockedMs("orders")).isZero();
    }

    @Test
    void reportsThePartitionThatIsBlockedLongest() {
        look(7, 9);
        clock.advance(5_000);
        cluster.ends.put(OTHERS, 3L);
        cluster.logEnds.put(OTHERS, 4L);
        look(7, 9);
        clock.advance(1_000);

        assertThat(ends.blockedMs("orders")).isEqualTo(6_000);
    }

    @Test
    void failsIfTheClusterDoesNotAnswer() {
        cluster.forbidden.add("orders");

        assertThatExceptionOfType(TopicAuthorizationException.class).isThrownBy(() -> look(7, 9));
        assertThat(ends.blockedMs("orders")).isZero();
    }

    private void look(long end, long logEnd) {
        cluster.ends.put(ORDERS, end);
        cluster.logEnds.put(ORDERS, logEnd);
        ends.run();
    }
}
