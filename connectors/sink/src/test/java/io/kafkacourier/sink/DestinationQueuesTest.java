/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.sink.DestinationQueue.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DestinationQueuesTest {

    private final Offsets offsets = new Offsets();
    private int news;
    private final DestinationQueues queues = new DestinationQueues(
            new Limits(10_000, 1, 0),
            () -> new ExponentialBackoff(Duration.ofMillis(100), Duration.ofMillis(100), new Random(1)),
            () -> news++);

    @Test
    void letsDestinationsTakeTurns() {
        add("a", 3);
        add("b", 3);
        assertThat(sent(4, 0)).containsExactly("a", "b", "a", "b");
    }

    @Test
    void givesAllRequestsToTheOnlyDestination() {
        add("a", 9);
        assertThat(sent(4, 0)).containsExactly("a", "a", "a", "a");
    }

    @Test
    void keepsARequestFreeForEachDestinationThatWasUsedLately() {
        add("b", 1);
        add("c", 1);
        sent(4, 0).forEach(to -> queues.of(to, 0).returned(new Batch()));
        add("a", 9);
        assertThat(sent(4, 0)).containsExactly("a", "a");
        add("c", 1);
        assertThat(sent(4, 0)).containsExactly("c");
    }

    @Test
    void keepsNoRequestFreeForADestinationThatHasBeenQuietForAMinute() {
        add("b", 1);
        sent(4, 0).forEach(to -> queues.of(to, 0).returned(new Batch()));
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
            sent.forEach(to -> queues.of(to, 0).returned(new Batch()));
            order.addAll(sent);
        }
        assertThat(order).containsExactly("a", "b", "a", "b");
    }

    @Test
    void probesFaultyDestinationsOutsideOfThePermittedRequestsButOnlyAFewAtOnce() {
        for (int i = 0; i < 6; i++) {
            add("faulty-" + i, 2);
            queues.of("faulty-" + i, 0).hold(0, 0, false);
        }
        add("a", 2);
        assertThat(queues.faulty()).isEqualTo(6);
        assertThat(sent(1, 1_000)).hasSize(1 + DestinationQueues.MAX_PROBES).contains("a");
    }

    @Test
    void passesOverDestinationsThatMayNotBeWrittenToYet() {
        add("a", 1);
        add("b", 1);
        assertThat(queues.next(0, 4, queue -> queue.destination().equals("b")))
                .extracting(DestinationQueue::destination)
                .isEqualTo("b");
    }

    @Test
    void announcesEachNewDestinationOnce() {
        add("a", 2);
        add("b", 1);
        add("a", 1);
        assertThat(news).isEqualTo(2);
    }

    @Test
    void forgetsIdleDestinationsWhenThereAreMany() {
        for (int i = 0; i < 64; i++) {
            queues.of("old-" + i, 0);
        }
        add("busy", 1);
        queues.of("new", 600_000);
        assertThat(queues.all()).extracting(DestinationQueue::destination).containsExactly("busy", "new");
    }

    private void add(String destination, int records) {
        for (int i = 0; i < records; i++) {
            queues.of(destination, 0).add(offsets.track(TestRecord.read(i), 0), TestRecord.to(destination), 0);
        }
    }

    private List<String> sent(int permitted, long nowMs) {
        List<String> sent = new ArrayList<>();
        for (DestinationQueue next = queues.next(nowMs, permitted, queue -> true);
                next != null;
                next = queues.next(nowMs, permitted, queue -> true)) {
            next.take();
            sent.add(next.destination());
        }
        return sent;
    }
}
