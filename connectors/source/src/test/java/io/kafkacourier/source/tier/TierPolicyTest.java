/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.ReadMessage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TierPolicyTest {

    private static final TierPolicy POLICY = new TierPolicy(16_000, ReadMessage::new);

    @Test
    void judgesByTheHeadersOfTheStay() {
        Entry<Outgoing> entry = POLICY.judge(message("5000", "7000"));

        assertThat(entry.releaseMs()).isEqualTo(5_000);
        assertThat(entry.enteredMs()).isEqualTo(5_000);
        assertThat(entry.dueMs()).isEqualTo(7_000);
        assertThat(entry.sequence()).isEqualTo(42);
        assertThat(entry.isRefused()).isFalse();
    }

    @Test
    void acceptsAStayUpToTheDueTime() {
        assertThat(POLICY.judge(message("5000", "5000")).isRefused()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"5001, 5000", "x, 5000", "5000, ''", "-1, 5000"})
    void refusesAStayThatTheConnectorHasNotWritten(String release, String due) {
        Entry<Outgoing> entry = POLICY.judge(message(release, due));

        assertThat(entry.isRefused()).isTrue();
        assertThat(requireNonNull(entry.message().refusal()).reason()).isEqualTo(Reason.UNREADABLE_DUE_TIME);
    }

    @ParameterizedTest
    @CsvSource({"6000, 5000, 5000", "6500, 5000, 5500", "6000, 0, 5000"})
    void acceptsAStayBeyondTheDueTimeIfTheMessageIsHeldBack(String release, String due, String blocked) {
        Entry<Outgoing> entry = POLICY.judge(heldBack(release, due, blocked));

        assertThat(entry.isRefused()).isFalse();
        assertThat(entry.releaseMs()).isEqualTo(Long.parseLong(release));
        assertThat(entry.dueMs()).isEqualTo(Long.parseLong(due));
        assertThat(entry.enteredMs()).as("what lateness counts from").isEqualTo(Long.parseLong(due));
    }

    @ParameterizedTest
    @CsvSource({"6001, 5000, 5000", "6000, 5000, 4999", "6000, 5000, 6001", "6000, 5000, x"})
    void refusesAHeldBackMessageThatStaysLongerThanItsTierAllows(String release, String due, String blocked) {
        assertThat(POLICY.judge(heldBack(release, due, blocked)).isRefused()).isTrue();
    }

    @Test
    void refusesAMessageWithoutTheHeaders() {
        Entry<Outgoing> entry = POLICY.judge(new ConsumerRecord<>("t.delay.1s", 0, 7, new byte[0], new byte[0]));

        assertThat(requireNonNull(entry.message().refusal()).detail())
                .contains("__courier.hop.due", "__courier.hop.release");
    }

    @Test
    void readsItsOwnSettings() {
        assertThat(POLICY.policies().under("tier&horizon=8000").horizonMs()).isEqualTo(8_000);
        assertThat(POLICY.policies().current()).isSameAs(POLICY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "horizon=16000", "tier&horizon=", "tier&horizon=x"})
    void refusesTheSettingsOfAnother(String settings) {
        assertThatIllegalArgumentException().isThrownBy(() -> TierPolicy.horizonMs(settings));
    }

    private static ConsumerRecord<byte[], byte[]> heldBack(String release, String due, String blocked) {
        ConsumerRecord<byte[], byte[]> message = message(release, due);
        message.headers().add("__courier.hop.blocked", blocked.getBytes(UTF_8));
        return message;
    }

    private static ConsumerRecord<byte[], byte[]> message(String release, String due) {
        ConsumerRecord<byte[], byte[]> message = new ConsumerRecord<>("t.delay.1s", 0, 7, new byte[0], new byte[0]);
        message.headers()
                .add("__courier.hop.release", release.getBytes(UTF_8))
                .add("__courier.hop.due", due.getBytes(UTF_8))
                .add("__courier.origin.offset", "42".getBytes(UTF_8));
        return message;
    }
}
