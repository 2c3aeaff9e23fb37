/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoryHeadersTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final Origin ORIGIN = new Origin("orders", 7, 1234, 99);
    private static final Fault FAULT = new Fault("TASK_PUT", "a.Outer", "a.Root", "said no", "a.Outer: said no");

    private final StoryHeaders story = new StoryHeaders("retry", 4_096, 1_024);

    @Test
    void replacesWhateverAnybodyWroteOfFailuresAndKeepsTheRest() {
        FailedRecord record = FailedRecord.at(NOW)
                .hex("bytes", "00ff")
                .text("tenant", "acme")
                .text("tenant", "second")
                .text("null", null)
                .text("kafka_dlt-exception-message", "spring")
                .text("retry_topic-attempts", "2")
                .text("__streams.errors.message", "streams")
                .text("__dlq.errors.message", "share group")
                .text("EXCEPTION_TYPE", "pulsar")
                .text("error_msg", "application")
                .text("__courier.error.class", "forged")
                .text("__courier.retry.attempt", "forged")
                .text("__courier.first.error.class", "forged")
                .text("__courier.origin.topic", "forged")
                .text("__courier.hop.due", "forged")
                .text("__courier.route.reason", "forged")
                .connect("orders", 7, 1234, "TASK_PUT", "a.B", "a.B: no");

        List<String> headers = texts(story.again(record.record(), failure(FAULT, 0), 1, 5, NOW + 1_000));

        assertThat(headers)
                .startsWith(
                        "bytes=\0\ufffd", "tenant=acme", "tenant=second", "null=null", "__courier.origin.topic=orders");
        assertThat(headers.subList(4, headers.size()))
                .as("what it writes itself")
                .allMatch(header -> header.startsWith("__courier."))
                .noneMatch(header -> header.endsWith("=forged"));
    }

    @Test
    void writesTheWholeStoryOfAMessageThatIsTriedAgain() {
        assertThat(texts(story.again(FailedRecord.at(NOW).record(), failure(FAULT, 2), 3, 5, NOW + 4_000)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.origin.timestamp=99",
                        "__courier.first.error.class=a.First",
                        "__courier.first.error.message=said first",
                        "__courier.error.stage=TASK_PUT",
                        "__courier.error.class=a.Outer",
                        "__courier.error.root.class=a.Root",
                        "__courier.error.message=said no",
                        "__courier.error.stacktrace=a.Outer: said no",
                        "__courier.error.fingerprint=" + FAULT.fingerprint(),
                        "__courier.retry.history=2," + NOW + ",a.Root",
                        "__courier.retry.first.failure.ms=" + (NOW - 500),
                        "__courier.retry.last.failure.ms=" + NOW,
                        "__courier.retry.max=5",
                        "__courier.retry.attempt=3",
                        "__courier.retry.due.ms=" + (NOW + 4_000));
    }

    @Test
    void writesNothingThatIsNotKnown() {
        Failure unknown = new Failure(
                new Origin("orders", Origin.UNKNOWN, Origin.UNKNOWN, Origin.UNKNOWN),
                false,
                0,
                0,
                0,
                Story.NONE,
                NOW,
                NOW,
                Fault.UNTOLD,
                null,
                null,
                History.NONE,
                false);

        assertThat(texts(story.again(FailedRecord.at(NOW).record(), unknown, 1, 5, NOW)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.retry.history=",
                        "__courier.retry.first.failure.ms=" + NOW,
                        "__courier.retry.last.failure.ms=" + NOW,
                        "__courier.retry.max=5",
                        "__courier.retry.attempt=1",
                        "__courier.retry.due.ms=" + NOW);
    }

    @Test
    void countsRedrives() {
        Failure redriven = failure(FAULT, 2).redriven();

        assertThat(texts(story.again(FailedRecord.at(NOW).record(), redriven, 3, 5, NOW)))
                .contains("__courier.retry.redrive=1");
    }

    @Test
    void givesADeadLetterTheHeadersOfConnectsReporterWithTheTrueOrigin() {
        FailedRecord record = FailedRecord.at(NOW).connect("sink.retry", 0, 3, "TASK_PUT", "a.B", "a.B: no");

        List<String> headers = texts(story.rest(record.record(), failure(FAULT, 5), 5, Reason.EXHAUSTED));

        assertThat(headers)
                .contains("__courier.retry.attempt=5", "__courier.retry.reason=EXHAUSTED")
                .noneMatch(header -> header.startsWith("__courier.retry.due.ms="));
        assertThat(headers.stream().filter(header -> header.startsWith("__connect.errors.")))
                .containsExactly(
                        "__connect.errors.topic=orders",
                        "__connect.errors.partition=7",
                        "__connect.errors.offset=1234",
                        "__connect.errors.connector.name=sink",
                        "__connect.errors.task.id=1",
                        "__connect.errors.stage=TASK_PUT",
                        "__connect.errors.class.name=org.example.Sink",
                        "__connect.errors.exception.class.name=a.Outer",
                        "__connect.errors.exception.message=said no",
                        "__connect.errors.exception.stacktrace=a.Outer: said no");
    }

    @Test
    void namesItselfInADeadLetterThatNoConnectorHasReported() {
        List<String> headers =
                texts(story.rest(FailedRecord.at(NOW).record(), failure(Fault.UNTOLD, 5), 5, Reason.EXHAUSTED));

        assertThat(headers.stream().filter(header -> header.startsWith("__connect.errors.")))
                .containsExactly(
                        "__connect.errors.topic=orders",
                        "__connect.errors.partition=7",
                        "__connect.errors.offset=1234",
                        "__connect.errors.connector.name=retry",
                        "__connect.errors.task.id=0",
                        "__connect.errors.exception.message=EXHAUSTED");
    }

    @Test
    void pointsOnlyToTheOriginIfNothingElseFits() {
        assertThat(texts(StoryHeaders.pointer(failure(FAULT, 5), Reason.TOO_LARGE)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=7",
                        "__courier.origin.offset=1234",
                        "__courier.origin.timestamp=99",
                        "__courier.retry.attempt=5",
                        "__courier.retry.reason=TOO_LARGE",
                        "__courier.retry.shed=value,headers");
    }

    @Test
    void leavesOutLargePartsAndNotesThat() {
        ConnectHeaders whole =
                story.rest(FailedRecord.at(NOW).text("own", "1").record(), failure(FAULT, 5), 5, Reason.EXHAUSTED);

        List<String> withoutStacktrace = texts(StoryHeaders.withoutStacktrace(whole));
        List<String> withoutHistory = texts(StoryHeaders.withoutHistory(whole));
        List<String> withoutValue = texts(StoryHeaders.withoutValue(whole));

        assertThat(withoutStacktrace)
                .startsWith("__courier.retry.shed=stacktrace", "own=1")
                .hasSize(whole.size() - 1)
                .anyMatch(header -> header.startsWith("__courier.retry.history="))
                .noneMatch(header -> header.contains("stacktrace="));
        assertThat(withoutHistory)
                .startsWith("__courier.retry.shed=stacktrace,history", "own=1")
                .hasSize(whole.size() - 2)
                .noneMatch(header -> header.startsWith("__courier.retry.history=") || header.contains("stacktrace="));
        assertThat(withoutValue)
                .startsWith("__courier.retry.shed=stacktrace,history,value", "own=1")
                .hasSize(whole.size() - 2);
    }

    @Test
    void notesOnceWhichPartsWereLeftOut() {
        ConnectHeaders whole = story.rest(FailedRecord.at(NOW).record(), failure(FAULT, 5), 5, Reason.EXHAUSTED);

        ConnectHeaders twice = StoryHeaders.withoutHistory(StoryHeaders.withoutStacktrace(whole));

        assertThat(texts(twice).stream().filter(header -> header.startsWith("__courier.retry.shed=")))
                .containsExactly("__courier.retry.shed=stacktrace,history");
    }

    @Test
    void leavesOutTheLastErrorButNotTheFirst() {
        ConnectHeaders whole =
                story.again(FailedRecord.at(NOW).text("own", "1").record(), failure(FAULT, 0), 1, 5, NOW);

        assertThat(texts(StoryHeaders.withoutLastError(whole)))
                .contains(
                        "own=1", "__courier.first.error.class=a.First", "__courier.retry.history=0," + NOW + ",a.Root")
                .noneMatch(header -> header.startsWith("__courier.error."));
    }

    @ParameterizedTest
    @CsvSource({
        "stacktrace, false",
        "'stacktrace,history', false",
        "'stacktrace,history,value', true",
        "'value,headers', true",
        "values, false"
    })
    void findsOutWhetherTheValueWasLeftOut(String shed, boolean isValueMissing) {
        assertThat(StoryHeaders.hasShedValue(FailedRecord.at(NOW)
                        .text("__courier.retry.shed", shed)
                        .record()
                        .headers()))
                .isEqualTo(isValueMissing);
        assertThat(StoryHeaders.hasShedValue(FailedRecord.at(NOW).record().headers()))
                .isFalse();
    }

    @Test
    void cutsMessagesStackTracesAndNamesAtTheirLimits() {
        Fault endless = new Fault("s".repeat(600), "c".repeat(600), "r".repeat(600), "m".repeat(600), "t".repeat(600));
        Failure failure = new Failure(
                ORIGIN,
                true,
                0,
                0,
                0,
                Story.KEPT,
                NOW,
                NOW,
                endless,
                "f".repeat(600),
                "g".repeat(600),
                History.NONE,
                false);

        ConnectHeaders headers =
                new StoryHeaders("retry", 20, 10).rest(FailedRecord.at(NOW).record(), failure, 5, Reason.EXHAUSTED);

        assertThat(length(headers, "__courier.error.stacktrace")).isEqualTo(20);
        assertThat(length(headers, "__connect.errors.exception.stacktrace")).isEqualTo(20);
        assertThat(length(headers, "__courier.error.message")).isEqualTo(10);
        assertThat(length(headers, "__courier.first.error.message")).isEqualTo(10);
        assertThat(length(headers, "__connect.errors.exception.message")).isEqualTo(10);
        assertThat(length(headers, "__courier.error.stage")).isEqualTo(512);
        assertThat(length(headers, "__courier.error.class")).isEqualTo(512);
        assertThat(length(headers, "__courier.error.root.class")).isEqualTo(512);
        assertThat(length(headers, "__courier.first.error.class")).isEqualTo(512);
    }

    /** The longest beginning of whole characters that fits. */
    @Property
    void cutsAtAWholeCharacter(@ForAll String text, @ForAll @IntRange(max = 40) int maxBytes) {
        String whole = new String(text.getBytes(UTF_8), UTF_8);

        String cut = new String(StoryHeaders.cut(whole.getBytes(UTF_8), maxBytes), UTF_8);

        assertThat(cut.getBytes(UTF_8)).hasSizeLessThanOrEqualTo(maxBytes);
        assertThat(whole).startsWith(cut);
        String longer = whole.substring(0, whole.offsetByCodePoints(cut.length(), cut.equals(whole) ? 0 : 1));
        assertThat(longer)
                .satisfiesAnyOf(
                        next -> assertThat(next).isEqualTo(cut),
                        next -> assertThat(next.getBytes(UTF_8)).hasSizeGreaterThan(maxBytes));
    }

    private static int length(ConnectHeaders headers, String name) {
        return ((byte[]) headers.lastWithName(name).value()).length;
    }

    /** A message that has failed once more, half a second after its first failure. */
    private static Failure failure(Fault fault, int retries) {
        return new Failure(
                ORIGIN,
                true,
                retries,
                0,
                0,
                Story.KEPT,
                NOW,
                NOW - 500,
                fault,
                "a.First",
                "said first",
                History.NONE.plus(retries, NOW, fault),
                false);
    }

    private static List<String> texts(ConnectHeaders headers) {
        List<String> texts = new ArrayList<>();
        for (Header header : headers) {
            byte[] value = (byte[]) header.value();
            texts.add(header.key() + "=" + (value == null ? "null" : new String(value, UTF_8)));
        }
        return texts;
    }
}
