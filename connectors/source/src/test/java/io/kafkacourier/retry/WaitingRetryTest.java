/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.DraftForms;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WaitingRetryTest {

    private static final long NOW = 1_800_000_000_000L;

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "-1, 0", "x, 0", "2147483648, 2147483647"})
    void countsTheRetryThatItsHeaderNames(String header, int attempt) {
        assertThat(message(FailedRecord.at(NOW).text("__courier.retry.attempt", header))
                        .attempt())
                .isEqualTo(attempt);
    }

    @Test
    void countsNoRetryIfNoHeaderNamesOne() {
        assertThat(message(FailedRecord.at(NOW)).attempt()).isZero();
    }

    @Test
    void goesBackToItsOriginIfConfigured() {
        WaitingRetry message = new WaitingRetry(waiting().record(), null, FailedMessageTest.outputs("${origin}"));

        assertThat(message.target()).isEqualTo(new Target("orders", "header __courier.origin.topic", true));
    }

    @Test
    void goesOnToTheNextTierWithAllHeadersButThoseOfTheStay() {
        assertThat(texts(message(waiting()).held(NOW)))
                .containsExactly(
                        "tenant=acme",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.error.class=a.Outer",
                        "__courier.error.stacktrace=a.Outer: no",
                        "__courier.retry.history=0," + NOW + ",a.Outer",
                        "__courier.retry.first.failure.ms=" + NOW,
                        "__courier.retry.last.failure.ms=" + NOW,
                        "__courier.retry.attempt=3");
    }

    @Test
    void isTriedAgainWithoutItsLastError() {
        assertThat(texts(message(waiting()).delivered(NOW)))
                .contains("tenant=acme", "__courier.retry.attempt=3")
                .noneMatch(header -> header.startsWith("__courier.error.") || header.startsWith("__courier.hop."));
    }

    /** The retry in its header has not taken place. */
    @Test
    void isADeadLetterWithOneRetryLess() {
        List<Draft> forms =
                DraftForms.of(message(waiting()).refused(new Refusal(Reason.TARGET_MISSING, "is not there")));

        assertThat(texts(forms.get(0)))
                .contains(
                        "__courier.retry.attempt=2",
                        "__courier.retry.reason=TARGET_MISSING",
                        "__courier.retry.history=0," + NOW + ",a.Outer",
                        "__connect.errors.exception.class.name=a.Outer");
        assertThat(forms)
                .extracting(WaitingRetryTest::shed)
                .containsExactly(null, "stacktrace", "stacktrace,history", "stacktrace,history,value", "value,headers");
    }

    @Test
    void losesItsStackTraceAndThenItsHistoryInATier() {
        assertThat(DraftForms.of(message(waiting()).held(NOW)))
                .extracting(WaitingRetryTest::shed)
                .containsExactly(null, "stacktrace", "stacktrace,history");
    }

    @Test
    void isRefusedFromTheMomentItExpires() {
        WaitingRetry message = message(waiting());

        assertThat(message.refusalWhenDue(NOW + 60_000)).isNull();
        assertThat(requireNonNull(message.refusalWhenDue(NOW + 60_001)).reason())
                .isEqualTo(Reason.EXPIRED);
    }

    @Test
    void passesOnWhyItsStayCannotBeRead() {
        Refusal refusal = new Refusal(Reason.UNREADABLE_DUE_TIME, "has no release");

        assertThat(new WaitingRetry(waiting().record(), refusal, FailedMessageTest.outputs("sink.retry")).refusal())
                .isSameAs(refusal);
    }

    /** The record as it was sent to the tier, to wait for its third retry. */
    private static FailedRecord waiting() {
        return FailedRecord.at(NOW)
                .in("retry.delay.16s")
                .text("tenant", "acme")
                .text("__courier.origin.topic", "orders")
                .text("__courier.origin.partition", "7")
                .text("__courier.origin.offset", "1234")
                .text("__courier.error.class", "a.Outer")
                .text("__courier.error.stacktrace", "a.Outer: no")
                .text("__courier.retry.history", "0," + NOW + ",a.Outer")
                .text("__courier.retry.first.failure.ms", Long.toString(NOW))
                .text("__courier.retry.last.failure.ms", Long.toString(NOW))
                .text("__courier.retry.attempt", "3")
                .text("__courier.hop.due", Long.toString(NOW + 30_000))
                .text("__courier.hop.release", Long.toString(NOW + 16_000));
    }

    private static WaitingRetry message(FailedRecord record) {
        return new WaitingRetry(record.record(), null, FailedMessageTest.outputs("sink.retry"));
    }

    private static @Nullable String shed(Draft form) {
        Header header = form.headers().lastWithName("__courier.retry.shed");
        return header == null ? null : new String((byte[]) header.value(), UTF_8);
    }

    private static List<String> texts(Draft form) {
        List<String> texts = new ArrayList<>();
        form.headers().forEach(header -> texts.add(header.key() + "=" + new String((byte[]) header.value(), UTF_8)));
        return texts;
    }
}
