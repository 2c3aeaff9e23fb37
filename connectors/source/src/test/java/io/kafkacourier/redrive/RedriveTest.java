/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static io.kafkacourier.redrive.RedriveFixture.LETTERS;
import static io.kafkacourier.redrive.RedriveFixture.NOW;
import static io.kafkacourier.redrive.RedriveFixture.dead;
import static io.kafkacourier.redrive.RedriveFixture.poll;
import static io.kafkacourier.redrive.RedriveFixture.pollUntilIdle;
import static io.kafkacourier.source.HandedOut.header;
import static io.kafkacourier.source.HandedOut.last;
import static io.kafkacourier.source.HandedOut.text;
import static io.kafkacourier.source.HandedOut.topics;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.kafka.record.RecordKind;
import io.kafkacourier.source.metrics.SourceMetric;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A redrive sends back every letter that existed when it began, with further attempts, and ends. */
class RedriveTest {

    private final RedriveFixture redrives = new RedriveFixture();

    @AfterEach
    void close() {
        redrives.close();
    }

    @Test
    void sendsBackEveryLetterThatWasThereWhenItBeganAndEnds() {
        redrives.add(3);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Redrive redrive = redrives.start(consumer);

        assertThat(topics(poll(redrive))).containsExactly("again.redrive");
        consumer.addRecord(dead(3).record());
        List<SourceRecord> sent = pollUntilIdle(redrive);

        assertThat(topics(sent)).containsExactly("sink.retry", "sink.retry", "sink.retry", "again.redrive");
        assertThat(text(sent.get(3))).contains("\"event\":\"end\"", "\"redriven\":3", "\"remaining\":0");
        assertThat(RecordKind.of(sent.get(0))).isEqualTo(RecordKind.MESSAGE);
        assertThat(RecordKind.of(sent.get(3))).isEqualTo(RecordKind.EVENT);
        assertThat(redrives.published().names())
                .isEqualTo(SourceMetric.Of.REDRIVE.metrics().stream()
                        .map(metric -> metric.metric().name())
                        .collect(Collectors.toSet()));
        assertThat(redrives.published().value("redriven-total")).isEqualTo(3);
        assertThat(redrives.published().value("done")).isEqualTo(1);
    }

    @Test
    void keepsTheFailureHistoryAndGrantsFurtherAttempts() {
        redrives.add(dead(0));

        SourceRecord sent = pollUntilIdle(redrives.start()).get(1);

        assertThat(header(sent, "__courier.retry.attempt")).isEqualTo("5");
        assertThat(header(sent, "__courier.retry.max")).isEqualTo("10");
        assertThat(header(sent, "__courier.retry.redrive")).isEqualTo("1");
        assertThat(header(sent, "__courier.retry.due.ms")).isEqualTo(Long.toString(NOW));
        assertThat(header(sent, "__courier.origin.offset")).isEqualTo("0");
        assertThat(header(sent, "__courier.first.error.class")).isEqualTo("a.First");
        assertThat(header(sent, "tenant")).isEqualTo("t0");
        assertThat(sent.headers().lastWithName("__courier.retry.reason")).isNull();
        assertThat(sent.headers()).noneMatch(header -> header.key().startsWith("__courier.error."));
        assertThat(sent.headers()).noneMatch(header -> header.key().startsWith("__connect.errors."));
    }

    @ParameterizedTest
    @CsvSource({"3, 3, 8", "3, 20, 20", "0, 5, 5", "7, 8, 12", "2147483646, 5, 2147483646", "99999999999, 5, 2147483646"
    })
    void saysInTheHeaderHowManyRetriesThereMayBeInAll(long retries, int before, int granted) {
        redrives.add(dead(0).text("__courier.retry.attempt", Long.toString(retries))
                .text("__courier.retry.max", Integer.toString(before)));

        SourceRecord sent = pollUntilIdle(redrives.start()).get(1);

        assertThat(header(sent, "__courier.retry.max")).isEqualTo(Integer.toString(granted));
    }

    @Test
    void boundsTheDueTimeOfALetterWhateverItsHeadersSay() {
        redrives.add(dead(0).text("__courier.retry.last.failure.ms", Long.toString(Long.MAX_VALUE)));

        long dueMs = Long.parseLong(header(pollUntilIdle(redrives.start()).get(1), "__courier.retry.due.ms"));

        assertThat(dueMs).isBetween(NOW, NOW + 3_600_000);
    }

    @Test
    void sendsBackLettersThatConnectItselfWrote() {
        redrives.add(
                FailedRecord.at(NOW - 5).in("sink.dlq").offset(0).connect("orders", 1, 2, "TASK_PUT", "a.B", "a.B"));

        SourceRecord sent = pollUntilIdle(redrives.start()).get(1);

        assertThat(header(sent, "__courier.origin.topic")).isEqualTo("orders");
        assertThat(header(sent, "__courier.retry.attempt")).isEqualTo("0");
        assertThat(header(sent, "__courier.retry.redrive")).isEqualTo("1");
        assertThat(header(sent, "__courier.first.error.class")).isEqualTo("a.B");
        assertThat(header(sent, "__courier.retry.history")).isEqualTo("0," + (NOW - 5) + ",a.B");
        assertThat(sent.headers()).noneMatch(header -> header.key().startsWith("__courier.error."));
    }

    @Test
    void onlyCountsInADryRun() {
        redrives.set("redrive.dry.run", "true");
        redrives.add(4);

        List<SourceRecord> sent = pollUntilIdle(redrives.start());

        assertThat(topics(sent)).containsExactly("again.redrive", "again.redrive");
        assertThat(text(sent.get(1))).contains("\"dry_run\":true", "\"redriven\":4");
    }

    @Test
    void readsNothingOnceItHasEnded() {
        redrives.add(3);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

        pollUntilIdle(redrives.start(consumer));

        assertThat(consumer.paused()).containsExactly(LETTERS);
    }

    @Test
    void reportsItsProgressWhileNothingIsSelected() {
        redrives.set("redrive.when", "header.tenant == 'none'");
        redrives.add(3);
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        Redrive redrive = redrives.start(consumer);
        poll(redrive);
        redrives.advance(Redrive.TOLD_EVERY.toMillis());

        assertThat(text(last(pollUntilIdle(redrive)))).contains("\"left\":3");
    }

    @Test
    void asksForTheTopicsOfAllLettersTogether() {
        redrives.toOrigins();
        redrives.addFrom("a", "b", "a", "c", "not allowed!");
        redrives.topicExists("a");
        redrives.topicExists("b");
        redrives.topicExists("c");

        pollUntilIdle(redrives.start());

        assertThat(redrives.questions()).contains(Set.of("a", "b", "c"));
    }
}
