/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.failure.FailedRecord;
import io.kafkacourier.failure.Failure;
import io.kafkacourier.failure.RetryTarget;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.DraftForms;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.header.Header;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailedMessageTest {

    private static final long NOW = 1_800_000_000_000L;
    private static final Refusal REFUSAL = new Refusal(Reason.EXHAUSTED, "was tried again 5 times");

    @Test
    void goesToTheConfiguredRetryTopic() {
        assertThat(message("sink.retry", reported()).target())
                .isEqualTo(new Target("sink.retry", "retry.topic", false));
    }

    @Test
    void goesBackToItsOriginIfConfigured() {
        assertThat(message("${origin}.retry", reported()).target())
                .isEqualTo(new Target("orders.retry", "header __courier.origin.topic", true));
    }

    @Test
    void hasNoTargetIfItsFirstTopicIsNotKnown() {
        assertThat(message("${origin}", FailedRecord.at(NOW).text("error_msg", "no"))
                        .target())
                .isNull();
    }

    @Test
    void countsTheRetryThatItWaitsFor() {
        FailedMessage message = message("sink.retry", reported().text("__courier.retry.attempt", "2"));

        assertThat(message.attempt()).isEqualTo(3);
        assertThat(texts(message.delivered(NOW))).contains("__courier.retry.attempt=3", "__courier.retry.max=5");
    }

    @Test
    void isRefusedFromTheMomentItExpires() {
        FailedMessage message = message("sink.retry", reported());

        assertThat(message.refusalWhenDue(NOW + 60_000)).isNull();
        assertThat(requireNonNull(message.refusalWhenDue(NOW + 60_001)).reason())
                .isEqualTo(Reason.EXPIRED);
    }

    @Test
    void keepsItsLastErrorInATierAndLosesItWhenItIsTriedAgain() {
        FailedMessage message = message("sink.retry", reported());

        assertThat(texts(message.held(NOW + 30_000)))
                .contains("__courier.error.class=a.Outer", "__courier.retry.due.ms=" + (NOW + 30_000));
        assertThat(texts(message.delivered(NOW + 30_000)))
                .contains("__courier.first.error.class=a.Outer", "__courier.retry.due.ms=" + (NOW + 30_000))
                .noneMatch(header -> header.startsWith("__courier.error."));
    }

    @Test
    void losesItsStackTraceAndThenItsHistoryInATierButNeverItsValue() {
        List<Draft> forms = DraftForms.of(message("sink.retry", reported()).held(NOW));

        assertThat(forms).extracting(FailedMessageTest::shed).containsExactly(null, "stacktrace", "stacktrace,history");
        assertThat(forms).allSatisfy(FailedMessageTest::hasKeyAndValue);
    }

    @Test
    void losesItsHistoryWhenItIsTriedAgainButNeverItsValue() {
        List<Draft> forms = DraftForms.of(message("sink.retry", reported()).delivered(NOW));

        assertThat(forms).extracting(FailedMessageTest::shed).containsExactly(null, "stacktrace,history");
        assertThat(forms).allSatisfy(FailedMessageTest::hasKeyAndValue);
    }

    @Test
    void losesItsValueAsADeadLetterOnlyAfterItsHistory() {
        List<Draft> forms = DraftForms.of(message("sink.retry", reported()).refused(REFUSAL));

        assertThat(forms)
                .extracting(FailedMessageTest::shed)
                .containsExactly(null, "stacktrace", "stacktrace,history", "stacktrace,history,value", "value,headers");
        assertThat(forms.subList(0, 3)).allSatisfy(FailedMessageTest::hasKeyAndValue);
        assertThat(forms.get(3).key()).isNotNull();
        assertThat(forms.get(3).value()).isNull();
        assertThat(forms.get(4).key()).isNull();
        assertThat(forms.get(4).value()).isNull();
        assertThat(forms)
                .allSatisfy(form -> assertThat(texts(form))
                        .contains("__courier.retry.reason=EXHAUSTED", "__courier.origin.offset=1234"));
    }

    @Test
    void reservesRoomForAllThatItsHeadersMayTake() {
        assertThat(message("sink.retry", reported()).mostAddedBytes())
                .isEqualTo(outputs("sink.retry").story().mostBytes());
    }

    private static void hasKeyAndValue(Draft form) {
        assertThat(form.key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(form.value()).isEqualTo("value".getBytes(UTF_8));
    }

    @Test
    void isTheSameAfterItWasHeld() {
        FailedMessage message = message("${origin}.retry", reported());
        List<String> before = texts(message.delivered(NOW + 30_000));

        message.compact();

        assertThat(texts(message.delivered(NOW + 30_000))).isEqualTo(before);
        assertThat(message.target()).isEqualTo(new Target("orders.retry", "header __courier.origin.topic", true));
        assertThat(message.attempt()).isEqualTo(1);
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

    private static FailedRecord reported() {
        return FailedRecord.at(NOW).connect("orders", 7, 1234, "TASK_PUT", "a.Outer", "a.Outer: no");
    }

    private static FailedMessage message(String retryTopic, FailedRecord failed) {
        RetryOutputs outputs = outputs(retryTopic);
        ConsumerRecord<byte[], byte[]> record = failed.record();
        Failure failure = outputs.failures().read(record);
        Verdict verdict = outputs.rules().judge(failure);
        return new FailedMessage(record, failure, verdict.attempt(), verdict.rest(), outputs);
    }

    /** Retries a message five times, and none after a minute. */
    static RetryOutputs outputs(String retryTopic) {
        RetrySettings settings = new RetrySettings(
                16_000,
                5,
                new Backoff(1_000, 2, 60_000, 0),
                Set.of(),
                Set.of(),
                60_000L,
                100,
                new RetryTarget(retryTopic));
        return new RetryOutputs(
                settings.target(),
                new RetryRules(settings),
                new StoryHeaders("retry", 4_096, 1_024),
                settings.failures());
    }
}
