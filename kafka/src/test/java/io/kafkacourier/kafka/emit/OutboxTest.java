/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import static io.kafkacourier.kafka.emit.Events.event;
import static io.kafkacourier.kafka.emit.Events.producer;
import static io.kafkacourier.kafka.emit.Events.sent;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.trace.TraceEvent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final MockProducer<byte[], byte[]> producer = producer(false);
    private final Outbox outbox = new Outbox("message-trace", 3);

    @Test
    void sendsEventsInOrderKeyedByTheirTrace() {
        put("a", "b");

        outbox.sendAll(producer, () -> true);

        assertThat(sent(producer)).containsExactly("a", "b");
        ProducerRecord<byte[], byte[]> first = producer.history().get(0);
        assertThat(first.topic()).isEqualTo("message-trace");
        assertThat(first.key()).asString(UTF_8).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        assertThat(outbox.dropped()).isZero();
    }

    @Test
    void dropsEventsWhenTheQueueIsFullAndReportsThemOnce() {
        put("a", "b", "c", "d", "e");
        outbox.sendAll(producer, () -> true);
        put("f");
        outbox.sendAll(producer, () -> true);

        assertThat(sent(producer)).containsExactly("a+2", "b", "c", "f");
        assertThat(outbox.dropped()).isEqualTo(2);
    }

    @Test
    void countsEventsThatKafkaRejectsAndReportsThemAgain() {
        put("a", "b", "c", "d");
        outbox.sendAll(producer, () -> true);

        producer.errorNext(new TimeoutException("late"));
        put("e");
        outbox.sendAll(producer, () -> true);

        // d was dropped because the queue was full, and a, which reported that, was lost
        assertThat(sent(producer)).containsExactly("a+1", "b", "c", "e+2");
        assertThat(outbox.dropped()).isEqualTo(2);
    }

    @Test
    void countsEventsThatTheProducerRefuses() {
        producer.sendException = new TimeoutException("buffer full");
        put("a");
        outbox.sendAll(producer, () -> true);
        producer.sendException = null;
        put("b");
        outbox.sendAll(producer, () -> true);

        assertThat(sent(producer)).containsExactly("b+1");
        assertThat(outbox.dropped()).isEqualTo(1);
    }

    @Test
    void anEventThatCannotBeCreatedIsTheOnlyOneLost() {
        Queue<Supplier<TraceEvent>> committed = new ArrayDeque<>(List.of(OutboxTest::broken, event("c")));
        outbox.backlogs().add(committed::poll);
        outbox.put(OutboxTest::broken);
        put("b");

        outbox.sendAll(producer, () -> true);

        assertThat(sent(producer)).containsExactly("b+1", "c+1");
        assertThat(outbox.dropped()).isEqualTo(2);
    }

    @Test
    void sendsNothingMoreWhenStopped() {
        put("a");

        outbox.sendAll(producer, () -> false);

        assertThat(sent(producer)).isEmpty();
        assertThat(outbox.dropped()).isZero();
    }

    @Test
    void dropsWaitingAndLaterEventsWhenClosed() {
        put("a", "b");

        outbox.close();
        put("c");

        outbox.sendAll(producer, () -> true);
        assertThat(sent(producer)).isEmpty();
        assertThat(outbox.dropped()).isEqualTo(3);
    }

    @Property(tries = 300)
    void accountsForEveryEvent(@ForAll @Size(max = 60) Step[] steps) {
        MockProducer<byte[], byte[]> kafka = producer(false);
        Outbox box = new Outbox("message-trace", 3);
        int put = 0;
        int taken = 0;
        for (Step step : steps) {
            switch (step) {
                case PUT -> box.put(event("" + put++));
                case SEND -> box.sendAll(kafka, () -> true);
                case TAKE -> taken += kafka.completeNext() ? 1 : 0;
                case FAIL -> kafka.errorNext(new TimeoutException("late"));
            }
        }
        box.sendAll(kafka, () -> true);
        while (kafka.completeNext()) {
            taken++;
        }

        assertThat(box.dropped()).isEqualTo(put - taken);
    }

    enum Step {
        PUT,
        SEND,
        TAKE,
        FAIL
    }

    private static TraceEvent broken() {
        throw new NoClassDefFoundError("of the event");
    }

    private void put(String... ids) {
        for (String id : ids) {
            outbox.put(event(id));
        }
    }
}
