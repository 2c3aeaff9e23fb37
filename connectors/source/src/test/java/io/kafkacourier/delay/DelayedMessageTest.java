/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static io.kafkacourier.delay.DelayTaskFixture.NOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.source.message.Draft;
import io.kafkacourier.source.message.DraftForms;
import io.kafkacourier.source.message.Refusal;
import io.kafkacourier.source.message.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelayedMessageTest {

    private static final DelayedMessage.Options OPTIONS =
            new DelayedMessage.Options("target_topic", "default", Set.of("delay", "deliver_at"));
    private static final Refusal REFUSAL = new Refusal(Reason.DELAY_TOO_LONG, "is too long");

    private final DelayedMessage message = new DelayedMessage(
            Messages.message(
                    0,
                    "a",
                    "1",
                    "delay",
                    "5s",
                    "a",
                    "2",
                    "target_topic",
                    "out",
                    "__courier.hop.due",
                    "7",
                    "__courier.route.reason",
                    "forged"),
            null,
            OPTIONS);

    @Test
    void goesToTheTargetInItsHeaderOrElseToTheConfiguredOne() {
        assertThat(target(Messages.at(1, "target_topic", "out"), OPTIONS))
                .isEqualTo(new Target("out", "header target_topic", true));
        assertThat(target(Messages.at(1), OPTIONS)).isEqualTo(new Target("default", "target.topic", false));
    }

    @Test
    void hasNoTargetIfNeitherHeaderNorConfigurationNamesOne() {
        assertThat(target(Messages.at(1, "", "x"), new DelayedMessage.Options("", "", Set.of())))
                .isNull();
    }

    @Test
    void isDeliveredWithoutTheHeadersThatHaveDoneTheirWork() {
        assertThat(texts(message.delivered(NOW)))
                .containsExactly(
                        "a=1",
                        "a=2",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW);
    }

    @Test
    void keepsTheHeadersForDelayAndTargetInATier() {
        assertThat(texts(message.held(NOW)))
                .startsWith("a=1", "delay=5s", "a=2", "target_topic=out", "__courier.origin.topic=orders")
                .noneMatch(header -> header.startsWith("__courier.hop.") || header.startsWith("__courier.route."));
    }

    /** It would arrive incomplete without notice. */
    @Test
    void losesNothingOnItsWayToItsTarget() {
        assertThat(DraftForms.of(message.delivered(NOW))).hasSize(1);
        assertThat(DraftForms.of(message.held(NOW))).hasSize(1);
    }

    @Test
    void losesItsValueAndThenItsHeadersIfItIsRefusedAndTooLarge() {
        List<Draft> forms = DraftForms.of(message.refused(REFUSAL));

        assertThat(forms).hasSize(3);
        assertThat(forms.get(0).key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(forms.get(0).value()).isEqualTo("value".getBytes(UTF_8));
        assertThat(texts(forms.get(0)))
                .containsExactly(
                        "a=1",
                        "delay=5s",
                        "a=2",
                        "target_topic=out",
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW,
                        "__courier.route.reason=DELAY_TOO_LONG",
                        "__courier.route.topic=orders");
        assertThat(forms.get(1).key()).isEqualTo("key".getBytes(UTF_8));
        assertThat(forms.get(1).value()).isNull();
        assertThat(texts(forms.get(1))).isEqualTo(texts(forms.get(0)));
        assertThat(forms.get(2).key()).isNull();
        assertThat(forms.get(2).value()).isNull();
        assertThat(texts(forms.get(2)))
                .containsExactly(
                        "__courier.origin.topic=orders",
                        "__courier.origin.partition=0",
                        "__courier.origin.offset=0",
                        "__courier.origin.timestamp=" + NOW,
                        "__courier.route.reason=DELAY_TOO_LONG",
                        "__courier.route.topic=orders");
    }

    @Test
    void isNeverTooLateAndWaitsForNoRetry() {
        assertThat(message.refusalWhenDue(Long.MAX_VALUE)).isNull();
        assertThat(message.attempt()).isZero();
    }

    private static List<String> texts(Draft form) {
        List<String> texts = new ArrayList<>();
        form.headers().forEach(header -> texts.add(header.key() + "=" + new String((byte[]) header.value(), UTF_8)));
        return texts;
    }

    private static @Nullable Target target(ConsumerRecord<byte[], byte[]> record, DelayedMessage.Options options) {
        return new DelayedMessage(record, null, options).target();
    }
}
