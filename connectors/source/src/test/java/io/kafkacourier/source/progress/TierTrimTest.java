/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class TierTrimTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);
    private static final TopicPartition SHORT = new TopicPartition("delay.delay.16s", 0);
    private static final TopicPartition LONG = new TopicPartition("delay.delay.32s", 0);

    private final FakeProgressAdmin cluster = new FakeProgressAdmin();
    private final Map<TopicPartition, Long> completed = new HashMap<>();
    private final TierTrim trim =
            new TierTrim(cluster, Map.of("delay.delay.16s", "id16", "delay.delay.32s", "id32"), () -> completed);

    TierTrimTest() {
        cluster.topicIds.putAll(Map.of("orders", "id", "delay.delay.16s", "id16", "delay.delay.32s", "id32"));
    }

    @Test
    void deletesWhatHasLeftATierAndThenOnlyWhereMoreHas() {
        completed.put(SHORT, 5L);
        completed.put(LONG, 7L);
        trim.run();
        completed.put(LONG, 9L);
        trim.run();
        trim.run();

        assertThat(cluster.requests)
                .containsExactly("delete {delay.delay.16s-0=5, delay.delay.32s-0=7}", "delete {delay.delay.32s-0=9}");
    }

    @Test
    void deletesNothingFromInputsNorWhereNothingHasLeft() {
        completed.put(ORDERS, 5L);
        completed.put(SHORT, 0L);

        trim.run();

        assertThat(cluster.requests).isEmpty();
    }

    @Test
    void leavesATierAloneThatWasDeletedOrCreatedAnewUnderItsName() {
        completed.put(SHORT, 5L);
        completed.put(LONG, 7L);
        cluster.topicIds.put("delay.delay.16s", "other");
        cluster.topicIds.remove("delay.delay.32s");

        trim.run();

        assertThat(cluster.requests).isEmpty();
    }

    @Test
    void triesAgainWhatFailedAndOnlyThat() {
        completed.put(SHORT, 5L);
        completed.put(LONG, 7L);
        cluster.forbidden.add("delay.delay.16s");

        assertThatExceptionOfType(TopicAuthorizationException.class).isThrownBy(trim::run);
        cluster.forbidden.clear();
        trim.run();

        assertThat(cluster.requests)
                .containsExactly("delete {delay.delay.16s-0=5, delay.delay.32s-0=7}", "delete {delay.delay.16s-0=5}");
    }
}
