/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static io.kafkacourier.retry.RetryTaskFixture.NOW;
import static io.kafkacourier.retry.RetryTaskFixture.failed;
import static io.kafkacourier.source.HandedOut.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.kafka.record.RecordKind;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message that no further attempt can help goes to the dead letter topic with the reason. */
class DeadLettersTest {

    private final RetryTaskFixture task = new RetryTaskFixture();

    @ParameterizedTest
    @CsvSource({
        "VALUE_CONVERTER, a.B, DESERIALIZATION",
        "TASK_PUT, java.lang.NullPointerException, NON_RETRIABLE",
        "TRANSFORMATION, org.apache.kafka.connect.errors.DataException, NON_RETRIABLE"
    })
    void isADeadLetterAtOnceIfAnotherAttemptCannotHelp(String stage, String errorClass, String reason) {
        task.arrive(FailedRecord.at(NOW).connect("orders", 7, 1234, stage, errorClass, errorClass));

        SourceRecord dead = task.poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo(reason);
        assertThat(header(dead, "__courier.retry.attempt")).isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isADeadLetterForTheClassOfItsSecondFailureWhereverTheClientPutsIt(boolean isSorted) {
        task.restartWith("non.retriable.errors", "a.Hopeless");
        task.arrive(FailedRecord.at(NOW).text("error_msg", "no").text("__courier.error.class", "a.Timeout"));
        task.advance(1_000);
        FailedRecord second = task.passedOn(task.poll().get(0), 1)
                .text("error_msg", "never")
                .text("__courier.error.class", "a.Hopeless");
        task.arrive(isSorted ? second.merged().sorted() : second.merged());

        SourceRecord dead = task.poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("NON_RETRIABLE");
        assertThat(header(dead, "__courier.error.class")).isEqualTo("a.Hopeless");
        assertThat(header(dead, "__courier.error.message")).isEqualTo("never");
        assertThat(header(dead, "__courier.retry.history"))
                .isEqualTo("0," + NOW + ",a.Timeout;1," + (NOW + 1_000) + ",a.Hopeless");
    }

    @Test
    void isADeadLetterWithoutThatRetryIfItsTargetIsGoneAfterTheWait() {
        task.restartWith("backoff.initial", "30s");
        task.arrive(failed());
        SourceRecord hop = task.poll().get(0);
        task.topicIsMissing("sink.retry");
        task.arrive(task.passedOn(hop, 0).in("retry.delay.16s"));
        task.advance(30_000);
        SourceRecord heldBack = task.poll().get(0);
        assertThat(heldBack.topic()).isEqualTo("retry.delay.16s");
        task.arrive(task.passedOn(heldBack, 1).in("retry.delay.16s"));
        task.advance(16_000);

        SourceRecord dead = task.poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("TARGET_MISSING");
        assertThat(header(dead, "__courier.retry.attempt")).isEqualTo("0");
        assertThat(header(dead, "__courier.retry.history")).isEqualTo("0," + NOW + ",a.Root");
        assertThat(header(dead, "__connect.errors.exception.class.name")).isEqualTo("a.Outer");
    }

    @Test
    void isADeadLetterIfAShareGroupFailsItsRetry() {
        task.arrive(ofShareGroup("orders"));
        task.advance(60_000);
        assertThat(task.poll().get(0).topic()).isEqualTo("sink.retry");
        task.arrive(ofShareGroup("sink.retry").offset(43));

        SourceRecord dead = task.poll().get(0);

        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("EXHAUSTED");
        assertThat(header(dead, "__courier.origin.topic")).isEqualTo("sink.retry");
        assertThat(dead.headers().lastWithName("__courier.origin.timestamp")).isNull();
    }

    private static FailedRecord ofShareGroup(String topic) {
        return FailedRecord.at(NOW)
                .createTime()
                .text("__dlq.errors.topic", topic)
                .text("__dlq.errors.partition", "0")
                .text("__dlq.errors.offset", "7")
                .text("__dlq.errors.group", "share")
                .text("__dlq.errors.delivery.count", "1")
                .text("__dlq.errors.message", "Offset rejected by client.");
    }

    @Test
    void isExpiredIfItCouldNotGoOutInTime() {
        task.restartWith("expire.after", "5s");
        task.arrive(failed());
        assertThat(task.poll()).isEmpty();
        task.advance(5_001);

        assertThat(header(task.poll().get(0), "__courier.retry.reason")).isEqualTo("EXPIRED");
    }

    /** The longest back-off is an hour, and a retry may be up to twice as far away when the failure is read. */
    @Test
    void waitsUpToTwiceTheLongestBackOffForAFailureInTheFuture() {
        task.topicExists("retry.delay.4096s");
        task.arrive(failedAheadBy(7_199_000));

        assertThat(RecordKind.of(task.poll().get(0))).isEqualTo(RecordKind.HOP);
    }

    @ParameterizedTest
    @ValueSource(longs = {7_199_001, 31_536_000_000L, 72_453_300_799_999L})
    void isADeadLetterIfItSaysThatItFailsFurtherInTheFuture(long aheadMs) {
        task.arrive(failedAheadBy(aheadMs));

        SourceRecord dead = task.poll().get(0);

        assertThat(RecordKind.of(dead)).isEqualTo(RecordKind.REFUSED);
        assertThat(dead.topic()).isEqualTo("sink.dlq");
        assertThat(header(dead, "__courier.retry.reason")).isEqualTo("DELAY_TOO_LONG");
    }

    private static FailedRecord failedAheadBy(long ms) {
        return FailedRecord.at(NOW)
                .createTime()
                .text("__courier.retry.last.failure.ms", Long.toString(Math.min(NOW + ms, 253_402_300_799_999L)));
    }
}
