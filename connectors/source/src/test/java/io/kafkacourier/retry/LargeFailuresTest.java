/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetryTaskFixture.NOW;
import static io.kafkacourier.retry.RetryTaskFixture.failed;
import static io.kafkacourier.source.HandedOut.header;
import static io.kafkacourier.source.HandedOut.headers;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.failure.FailedRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A message that is too large loses its stack trace, then its history, and its value at the very last. */
class LargeFailuresTest {

    private final RetryTaskFixture task = new RetryTaskFixture();

    @Test
    void losesItsHistoryIfItIsTooLargeAndSaysSo() {
        task.topicTakes("sink.retry", 1_100);
        task.arrive(withLongStory());
        task.advance(1_000);

        SourceRecord again = task.poll().get(0);

        assertThat(again.topic()).isEqualTo("sink.retry");
        assertThat(header(again, "__courier.retry.shed")).isEqualTo("stacktrace,history");
        assertThat(again.headers().lastWithName("__courier.retry.history")).isNull();
        assertThat(header(again, "__courier.first.error.class")).isEqualTo("a.Outer");
    }

    @ParameterizedTest
    @CsvSource({"2000, stacktrace", "1150, 'stacktrace,history'"})
    void losesItsStackTraceAndThenItsHistoryIfItIsTooLargeForATier(int maxMessageBytes, String shed) {
        task.restartWith("backoff.initial", "30s");
        task.topicTakes("retry.delay.16s", maxMessageBytes);
        task.arrive(withLongStory());

        SourceRecord hop = task.poll().get(0);

        assertThat(hop.topic()).isEqualTo("retry.delay.16s");
        assertThat(header(hop, "__courier.retry.shed")).isEqualTo(shed);
        assertThat(hop.headers().lastWithName("__courier.error.stacktrace")).isNull();
        assertThat(hop.headers().lastWithName("__courier.retry.history") == null)
                .isEqualTo(shed.endsWith("history"));
        assertThat(header(hop, "__courier.error.class")).isEqualTo("a.Outer");
    }

    private static FailedRecord withLongStory() {
        return FailedRecord.at(NOW)
                .text("__courier.origin.topic", "orders")
                .text(
                        "__courier.retry.history",
                        ("0,1," + "a".repeat(100) + ";").repeat(7).replaceAll(";$", ""))
                .text("__courier.retry.attempt", "0")
                .connect("orders", 7, 1234, "TASK_PUT", "a.Outer", "a.Outer: " + "x".repeat(3_000));
    }

    @Test
    void isADeadLetterWithoutItsValueIfItIsStillTooLarge() {
        task.topicTakes("sink.retry", 1_000);
        task.topicTakes("sink.dlq", 2_000);
        task.arrive(failed().value(new byte[2_000]));
        task.advance(1_000);

        SourceRecord dead = task.poll().get(0);

        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("TOO_LARGE");
        assertThat(header(dead, "__courier.retry.shed")).isEqualTo("stacktrace,history,value");
        assertThat(dead.value()).isNull();
        assertThat(header(dead, "__courier.origin.offset")).isEqualTo("1234");
    }

    @Test
    void pointsToItsOriginIfItsOwnHeadersAreTooLargeForTheDeadLetterTopic() {
        task.topicTakes("sink.retry", 1_000);
        task.topicTakes("sink.dlq", 1_000);
        task.arrive(failed().text("own", "x".repeat(1_000)));
        task.advance(1_000);

        assertThat(headers(task.poll().get(0)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.retry.attempt=0",
                        "__courier.retry.reason=TOO_LARGE",
                        "__courier.retry.shed=value,headers");
    }

    @Test
    void cutsMessageAndStackTraceAtAWholeCharacter() {
        task.set("error.message.max.bytes", "8");
        task.set("error.stacktrace.max.bytes", "5");
        task.restartWith("backoff.initial", "30s");
        task.arrive(FailedRecord.at(NOW)
                .text("__connect.errors.topic", "orders")
                .text("__connect.errors.exception.message", "\u00fc\u00fc\u00fcb\u00fc")
                .text("__connect.errors.exception.stacktrace", "\u20ac\u20ac"));

        SourceRecord hop = task.poll().get(0);

        assertThat(header(hop, "__courier.error.message")).isEqualTo("\u00fc\u00fc\u00fcb");
        assertThat(header(hop, "__courier.error.stacktrace")).isEqualTo("\u20ac");
        task.advance(30_000);
        task.arrive(task.passedOn(hop, 0).in("retry.delay.16s"));
        assertThat(header(task.poll().get(0), "__courier.first.error.message")).isEqualTo("\u00fc\u00fc\u00fcb");
    }
}
