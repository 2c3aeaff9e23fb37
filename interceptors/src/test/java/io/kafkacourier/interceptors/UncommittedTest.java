/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import static java.util.Comparator.comparingLong;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.trace.SharedFields;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UncommittedTest {

    private static final ClientTrace CLIENT = new ClientTrace("n", SharedFields.of(Map.of()));
    private static final int MAX = 5;
    private static final TraceContext TRACE =
            new TraceContext("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", null, true, "");

    private final List<Received> processed = new ArrayList<>();

    @Test
    void forgetsTheOldestAndCountsThem() {
        Uncommitted uncommitted = new Uncommitted(2);
        uncommitted.add(received(0, 0));
        uncommitted.add(received(1, 0));
        uncommitted.add(received(0, 1));

        uncommitted.committed(partition(0), 10, processed::add);
        uncommitted.committed(partition(1), 10, processed::add);

        assertThat(processed).containsExactly(received(0, 1), received(1, 0));
        assertThat(uncommitted.forgotten()).isEqualTo(1);
    }

    @Test
    void remembersNoMoreOfHeadersAndKeysThanEventsContain() {
        Received received = new Received(
                CLIENT, partition(0), 0, 0, null, TRACE, "m".repeat(100_000), "k".repeat(100_000), 1, 0, 0);

        assertThat(received.messageId()).hasSize(TraceEvent.KEYWORD_MAX);
        assertThat(received.keyText()).hasSize(TraceEvent.KEYWORD_MAX);
    }

    /** Compares it with a list that is searched from its beginning. */
    @Property(tries = 500)
    void passesOnCommittedMessagesOnce(@ForAll("steps") List<Step> steps) {
        Uncommitted uncommitted = new Uncommitted(1_000);
        List<Received> model = new ArrayList<>();
        for (Step step : steps) {
            TopicPartition partition = partition(step.partition);
            if (step.isCommit) {
                List<Received> expected = model.stream()
                        .filter(it -> it.partition().equals(partition) && it.offset() < step.offset)
                        .toList();
                List<Received> actual = new ArrayList<>();
                uncommitted.committed(partition, step.offset, actual::add);
                assertThat(actual).isEqualTo(expected);
                model.removeAll(expected);
            } else {
                model.removeIf(it -> it.partition().equals(partition) && it.offset() >= step.offset);
                model.add(received(step.partition, step.offset));
                uncommitted.add(received(step.partition, step.offset));
            }
        }
        assertThat(uncommitted.forgotten()).isZero();
    }

    @Property(tries = 500)
    void accountsForAllReceivedMessagesInOrder(@ForAll("steps") List<Step> steps) {
        Uncommitted uncommitted = new Uncommitted(MAX);
        long[] next = new long[3];
        int added = 0;
        List<Received> handedOver = new ArrayList<>();
        for (Step step : steps) {
            if (step.isCommit) {
                uncommitted.committed(partition(step.partition), next[step.partition], handedOver::add);
            } else {
                uncommitted.add(received(step.partition, next[step.partition]++));
                added++;
            }
        }
        long before = handedOver.size() + uncommitted.forgotten();
        for (int partition = 0; partition < next.length; partition++) {
            uncommitted.committed(partition(partition), Long.MAX_VALUE, handedOver::add);
        }

        assertThat(handedOver).doesNotHaveDuplicates();
        assertThat(added - before).isLessThanOrEqualTo(MAX);
        assertThat(handedOver.size() + uncommitted.forgotten()).isEqualTo(added);
    }

    /** The heartbeat thread of the group can read the answer to a commit while the application receives more. */
    @Test
    void accountsForAllReceivedMessagesWhileOthersAreCommitted() {
        int count = 200_000;
        Uncommitted uncommitted = new Uncommitted(MAX);
        AtomicLong received = new AtomicLong();
        List<Received> handedOver = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Void> commits = CompletableFuture.runAsync(() -> {
            while (received.get() < count) {
                uncommitted.committed(partition(0), received.get(), handedOver::add);
            }
        });
        for (int offset = 0; offset < count; offset++) {
            uncommitted.add(received(0, offset));
            received.set(offset + 1);
        }
        commits.join();
        uncommitted.committed(partition(0), count, handedOver::add);

        assertThat(handedOver).doesNotContainNull().isSortedAccordingTo(comparingLong(Received::offset));
        assertThat(handedOver.size() + uncommitted.forgotten()).isEqualTo(count);
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.of(true, false, false),
                        Arbitraries.integers().between(0, 2),
                        Arbitraries.longs().between(0, 20))
                .as(Step::new)
                .list()
                .ofMaxSize(80);
    }

    record Step(boolean isCommit, int partition, long offset) {}

    private static TopicPartition partition(int number) {
        return new TopicPartition("orders", number);
    }

    private static Received received(int partition, long offset) {
        return new Received(CLIENT, partition(partition), offset, 0, null, TRACE, null, null, 1, 0, 0);
    }
}
