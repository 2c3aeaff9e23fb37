/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.elasticsearch.IndexQueue.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class IndexQueuesTest {

    private final Offsets offsets = new Offsets();
    private int news;
    private final IndexQueues queues = new IndexQueues(
            new Limits(10_000, 1, 0),
            () -> new Backoff(Duration.ofMillis(100), Duration.ofMillis(100), new Random(1)),
            () -> news++);

    @Test
    void letsIndicesTakeTurns() {
        add("a", 3);
        add("b", 3);
        assertThat(sent(4, 0)).containsExactly("a", "b", "a", "b");
    }

    @Test
    void givesAllRequestsToTheOnlyIndex() {
        add("a", 9);
        assertThat(sent(4, 0)).containsExactly("a", "a", "a", "a");
    }

    @Test
    void keepsARequestFreeForEachIndexThatWasUsedLately() {
        add("b", 1);
        add("c", 1);
        sent(4, 0).forEach(index -> queues.of(index, 0).returned(new Bulk()));
        add("a", 9);
        assertThat(sent(4, 0)).containsExactly("a", "a");
        add("c", 1);
        assertThat(sent(4, 0)).containsExactly("c");
    }

    @Test
    void keepsNoRequestFreeForAnIndexThatHasBeenQuietForAMinute() {
        add("b", 1);
        sent(4, 0).forEach(index -> queues.of(index, 0).returned(new Bulk()));
        add("a", 9);
        assertThat(sent(4, 60_000)).containsExactly("a", "a", "a", "a");
    }

    @Test
    void sharesOneRequestInTurns() {
        add("a", 2);
        add("b", 2);
        List<String> order = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            List<String> sent = sent(1, 0);
            sent.forEach(index -> queues.of(index, 0).returned(new Bulk()));
            order.addAll(sent);
        }
        assertThat(order).containsExactly("a", "b", "a", "b");
    }

    @Test
    void probesFaultyIndicesOutsideOfThePermittedRequestsButOnlyAFewAtOnce() {
        for (int i = 0; i < 6; i++) {
            add("faulty-" + i, 2);
            queues.of("faulty-" + i, 0).hold(0, 0, false);
        }
        add("a", 2);
        assertThat(queues.faulty()).isEqualTo(6);
        assertThat(sent(1, 1_000)).hasSize(1 + IndexQueues.MAX_PROBES).contains("a");
    }

    @Test
    void passesOverIndicesThatMayNotBeWrittenToYet() {
        add("a", 1);
        add("b", 1);
        assertThat(queues.next(0, 4, queue -> queue.index().equals("b")))
                .extracting(IndexQueue::index)
                .isEqualTo("b");
    }

    @Test
    void announcesEachNewIndexOnce() {
        add("a", 2);
        add("b", 1);
        add("a", 1);
        assertThat(news).isEqualTo(2);
    }

    @Test
    void forgetsIdleIndicesWhenThereAreMany() {
        for (int i = 0; i < 64; i++) {
            queues.of("old-" + i, 0);
        }
        add("busy", 1);
        queues.of("new", 600_000);
        assertThat(queues.all()).extracting(IndexQueue::index).containsExactly("busy", "new");
    }

    private void add(String index, int documents) {
        for (int i = 0; i < documents; i++) {
            SinkRecord record = new SinkRecord("t", 0, null, null, null, "v", i, 0L, TimestampType.CREATE_TIME);
            queues.of(index, 0)
                    .add(offsets.track(record, 0), new Document(index, "1".getBytes(UTF_8), "{}".getBytes(UTF_8)), 0);
        }
    }

    private List<String> sent(int permitted, long nowMs) {
        List<String> sent = new ArrayList<>();
        for (IndexQueue next = queues.next(nowMs, permitted, queue -> true);
                next != null;
                next = queues.next(nowMs, permitted, queue -> true)) {
            next.take();
            sent.add(next.index());
        }
        return sent;
    }
}
