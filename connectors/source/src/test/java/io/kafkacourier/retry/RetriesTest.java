/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetryTaskFixture.NOW;
import static io.kafkacourier.retry.RetryTaskFixture.STACKTRACE;
import static io.kafkacourier.retry.RetryTaskFixture.failed;
import static io.kafkacourier.source.HandedOut.escaped;
import static io.kafkacourier.source.HandedOut.header;
import static io.kafkacourier.source.HandedOut.headers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.failure.Fault;
import io.kafkacourier.kafka.record.RecordKind;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that failed is tried again when it is due, with its failure history. */
class RetriesTest {

    private static final long DAY = 86_400_000;

    private final RetryTaskFixture task = new RetryTaskFixture();

    @Test
    void isTriedAgainWhenItIsDueWithOurHistoryInsteadOfForeignHeaders() {
        task.arrive(failed().text("tenant", "acme")
                .hex("bytes", "00ff")
                .text("null", null)
                .text("__courier.route.reason", "forged")
                .text("__courier.hop.due", "7"));
        assertThat(task.poll()).isEmpty();
        task.advance(999);
        assertThat(task.poll()).isEmpty();
        task.advance(1);

        SourceRecord again = task.poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(again.kafkaPartition()).isNull();
        assertThat((byte[]) again.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat((byte[]) again.value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(again.timestamp()).isEqualTo(NOW + 1_000);
        assertThat(RecordKind.of(again)).isEqualTo(RecordKind.MESSAGE);
        assertThat(headers(again))
                .containsExactly(
                        "tenant=acme",
                        "bytes=[0, -1]",
                        "null=null",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.first.error.class=a.Outer",
                        "__courier.first.error.message=said a.Outer",
                        "__courier.retry.history=0," + NOW + ",a.Root",
                        "__courier.retry.first.failure.ms=" + NOW,
                        "__courier.retry.last.failure.ms=" + NOW,
                        "__courier.retry.max=5",
                        "__courier.retry.attempt=1",
                        "__courier.retry.due.ms=" + (NOW + 1_000));
    }

    @Test
    void isRetriedUntilItIsExhaustedAndItsHeadersDoNotGrow() {
        task.arrive(failed());
        List<Integer> sizes = new ArrayList<>();
        for (int attempt = 1; attempt <= 4; attempt++) {
            task.advance(1_000L << (attempt - 1));
            SourceRecord again = task.poll().get(0);
            assertThat(header(again, "__courier.retry.attempt")).isEqualTo(Integer.toString(attempt));
            assertThat(header(again, "__courier.origin.offset")).isEqualTo("1234");
            assertThat(header(again, "__courier.first.error.class")).isEqualTo("a.Outer");
            sizes.add(again.headers().size());
            task.arrive(task.passedOn(again, attempt)
                    .connect("sink.retry", 0, attempt, "TASK_PUT", "b.Other", "b.Other: z"));
        }
        task.advance(16_000);
        SourceRecord last = task.poll().get(0);
        task.arrive(task.passedOn(last, 5).connect("sink.retry", 0, 5, "TASK_PUT", "b.Other", "b.Other: z"));

        SourceRecord dead = task.poll().get(0);

        assertThat(sizes.subList(1, 4)).as("headers from the second attempt on").containsOnly(sizes.get(1));
        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(dead.timestamp()).isNull();
        assertThat(RecordKind.of(dead)).isEqualTo(RecordKind.REFUSED);
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("EXHAUSTED");
        assertThat(header(dead, "__courier.retry.attempt")).isEqualTo("5");
        assertThat(header(dead, "__courier.first.error.class")).isEqualTo("a.Outer");
        assertThat(header(dead, "__courier.error.class")).isEqualTo("b.Other");
        assertThat(header(dead, "__courier.retry.history").split(";")).hasSize(6);
        assertThat(dead.headers().lastWithName("__courier.retry.due.ms")).isNull();
        assertThat(headers(dead).stream().filter(header -> header.startsWith("__connect.errors.")))
                .containsExactly(
                        "__connect.errors.topic=orders",
                        "__connect.errors.partition=7",
                        "__connect.errors.offset=1234",
                        "__connect.errors.connector.name=sink",
                        "__connect.errors.task.id=1",
                        "__connect.errors.stage=TASK_PUT",
                        "__connect.errors.class.name=org.example.Sink",
                        "__connect.errors.exception.class.name=b.Other",
                        "__connect.errors.exception.message=said b.Other",
                        "__connect.errors.exception.stacktrace=b.Other: z");
    }

    @Test
    void waitsInATierWithItsHistoryAndLeavesItUnchanged() {
        task.restartWith("backoff.initial", "30s");
        task.arrive(failed());

        SourceRecord hop = task.poll().get(0);
        assertThat(hop.topic()).isEqualTo("retry.delay.16s");
        assertThat(RecordKind.of(hop)).isEqualTo(RecordKind.HOP);

        FailedRecord waiting = task.passedOn(hop, 0).in("retry.delay.16s");
        task.advance(29_999);
        task.arrive(waiting);
        assertThat(task.poll()).isEmpty();
        task.advance(1);
        SourceRecord again = task.poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        List<String> expected = headers(hop);
        assertThat(expected)
                .contains(
                        "__courier.error.stage=TASK_PUT",
                        "__courier.error.class=a.Outer",
                        "__courier.error.root.class=a.Root",
                        "__courier.error.message=said a.Outer",
                        "__courier.error.stacktrace=" + escaped(STACKTRACE),
                        "__courier.error.fingerprint="
                                + Fault.traced("TASK_PUT", "a.Outer", null, STACKTRACE)
                                        .fingerprint());
        expected.removeIf(header -> header.startsWith("__courier.hop.") || header.startsWith("__courier.error."));
        assertThat(headers(again)).isEqualTo(expected);
    }

    @Test
    void goesBackToItsOriginIfThatIsAllowed() {
        task.set("retry.topic", "${origin}");
        task.restartWith("target.topics.allow", "orders");
        task.arrive(
                failed(),
                FailedRecord.at(NOW).offset(43).connect("secrets", 0, 0, "TASK_PUT", "a.B", "a.B"),
                FailedRecord.at(NOW).offset(44).text("error_msg", "no"));
        List<String> came = new ArrayList<>();
        task.poll().forEach(record -> came.add(record.topic() + " " + header(record, "__courier.retry.reason")));
        task.advance(1_000);
        task.poll()
                .forEach(record -> came.add(record.topic()
                        + (record.topic().equals("orders") ? "" : " " + header(record, "__courier.retry.reason"))));

        assertThat(came).containsExactly("sink.dlq NO_ORIGIN", "orders", "sink.dlq TARGET_NOT_ALLOWED");
    }

    @ParameterizedTest
    @ValueSource(strings = {"_schemas", "__x", "connect-configs", "eu-offsets", "connect-status"})
    void goesBackToAReservedTopicOnlyIfItIsListed(String origin) {
        task.set("retry.topic", "${origin}");
        task.set("target.topics.allow", ".*");
        task.set("topics.allow.internal", "_listed");
        task.topicExists(origin);
        task.topicExists("_listed");
        task.restart();
        task.arrive(
                FailedRecord.at(NOW).connect(origin, 0, 0, "TASK_PUT", "a.B", "a.B"),
                FailedRecord.at(NOW).offset(43).connect("_listed", 0, 0, "TASK_PUT", "a.B", "a.B"));
        task.poll();
        task.advance(1_000);

        assertThat(task.poll().stream().map(SourceRecord::topic)).containsExactly("sink.dlq", "_listed");
    }

    @Test
    void countsTheBackOffFromTheFailureOfAnOldMessage() {
        task.arrive(ofYesterday(NOW));
        task.advance(1);
        assertThat(task.poll()).isEmpty();
        task.advance(998);
        assertThat(task.poll()).isEmpty();
        task.advance(1);

        SourceRecord again = task.poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(header(again, "__courier.retry.last.failure.ms")).isEqualTo(Long.toString(NOW));
        assertThat(header(again, "__courier.retry.due.ms")).isEqualTo(Long.toString(NOW + 1_000));
    }

    @Test
    void waitsInATierForTheRetryOfAnOldMessage() {
        task.set("backoff.initial", "30s");
        task.restartWith("expire.after", "1m");
        task.arrive(ofYesterday(NOW));

        SourceRecord hop = task.poll().get(0);

        assertThat(hop.topic()).isEqualTo("retry.delay.16s");
        assertThat(header(hop, "__courier.hop.due")).isEqualTo(Long.toString(NOW + 30_000));
        task.advance(29_999);
        task.arrive(task.passedOn(hop, 0).in("retry.delay.16s"));
        assertThat(task.poll()).isEmpty();
        task.advance(1);
        assertThat(task.poll().get(0).topic()).isEqualTo("sink.retry");
    }

    private static FailedRecord ofYesterday(long failureMs) {
        return FailedRecord.at(NOW - DAY)
                .createTime()
                .text("error_msg", "no")
                .text("__courier.retry.last.failure.ms", Long.toString(failureMs));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, DAY, 200 * DAY})
    void isTriedAgainAtOnceIfItsBackOffIsOver(long agoMs) {
        task.arrive(FailedRecord.at(NOW - agoMs - DAY)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(NOW - agoMs - 1_000)));

        SourceRecord again = task.poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(header(again, "__courier.retry.last.failure.ms")).isEqualTo(Long.toString(NOW - agoMs - 1_000));
    }
}
