/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.schedule.Entry;
import io.kafkacourier.schedule.Limit;
import io.kafkacourier.source.message.Outgoing;
import io.kafkacourier.source.message.Refusal;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DelayPolicyTest {

    private static final DelayedMessage.Options OPTIONS = new DelayedMessage.Options("target_topic", "", Set.of());

    private static final DelaySettings SETTINGS = new DelaySettings(16_000, 60_000, "deliver_at", "delay", null);
    private static final DelaySettings FIXED = new DelaySettings(16_000, 60_000, "deliver_at", "delay", 5_000L);

    @Test
    void isDueAtOnceWithoutADelay() {
        assertThat(judge(SETTINGS, Messages.at(1_000)).dueMs()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"5s, 6000", "250, 1250", "PT1S, 2000", "0, 1000"})
    void isDueAfterItsDelay(String delay, long dueMs) {
        assertThat(judge(SETTINGS, Messages.at(1_000, "delay", delay)).dueMs()).isEqualTo(dueMs);
    }

    @ParameterizedTest
    @CsvSource({"7000, 7000", "1970-01-01T00:00:07Z, 7000", "0, 0"})
    void isDueAtItsTimeWhateverItsDelay(String deliverAt, long dueMs) {
        assertThat(judge(SETTINGS, Messages.at(1_000, "deliver_at", deliverAt, "delay", "nonsense"))
                        .dueMs())
                .isEqualTo(dueMs);
    }

    @Test
    void isDueAfterTheFixedDelayOfItsTopicUnlessItsHeadersSayOtherwise() {
        assertThat(judge(FIXED, Messages.at(1_000)).dueMs()).isEqualTo(6_000);
        assertThat(judge(FIXED, Messages.at(1_000, "delay", "1s")).dueMs()).isEqualTo(2_000);
    }

    @Test
    void staysInATopicWithAFixedDelayUntilItIsDueUnlessItsHeadersSayOtherwise() {
        assertThat(judge(FIXED, Messages.at(1_000)).releaseMs()).isEqualTo(6_000);
        assertThat(judge(FIXED, Messages.at(1_000, "delay", "1s")).releaseMs()).isZero();
        assertThat(judge(SETTINGS, Messages.at(1_000)).releaseMs()).isZero();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            delay,      soon,                'header delay is not a duration; allowed: '
            delay,      -1s,                 'header delay is below zero'
            delay,      9223372036854775807, 'header delay is a delay that ends beyond the range'
            deliver_at, tomorrow,            'header deliver_at is not a point in time; allowed: '
            deliver_at, -1,                  'header deliver_at is below zero'
            """)
    void refusesAndNamesUnreadableText(String header, String value, String detail) {
        Refusal refusal = refusal(SETTINGS, Messages.at(1_000, header, value));

        assertThat(refusal.reason()).isEqualTo(Reason.UNREADABLE_DUE_TIME);
        assertThat(refusal.detail()).startsWith(detail);
    }

    @Test
    void refusesAnEmptyHeader() {
        assertThat(refusal(FIXED, Messages.at(1_000, "delay", " ")).reason()).isEqualTo(Reason.UNREADABLE_DUE_TIME);
    }

    @Test
    void refusesADelayWithoutATimestampToCountFrom() {
        assertThat(refusal(SETTINGS, Messages.at(-1, "delay", "5s")))
                .isEqualTo(new Refusal(Reason.UNREADABLE_DUE_TIME, "has a delay, but no timestamp to count it from"));
        assertThat(refusal(FIXED, Messages.at(-1)))
                .isEqualTo(new Refusal(Reason.UNREADABLE_DUE_TIME, "has a delay, but no timestamp to count it from"));
        assertThat(judge(SETTINGS, Messages.at(-1)).isRefused()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"delay, 0", "delay, 0s", "delay, PT0S"})
    void isDueAtOnceAfterNoDelayWhateverItsTimestamp(String header, String value) {
        Entry<Outgoing> entry = judge(SETTINGS, Messages.at(-1, header, value));

        assertThat(entry.isRefused()).isFalse();
        assertThat(entry.dueMs()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 0, 1_000, 1_800_000_000_000L})
    void isDueAtItsTimeWhateverItsTimestamp(long timestampMs) {
        Entry<Outgoing> entry = judge(SETTINGS, Messages.at(timestampMs, "deliver_at", "1800000004000"));

        assertThat(entry.isRefused()).isFalse();
        assertThat(entry.dueMs()).isEqualTo(1_800_000_004_000L);
        assertThat(entry.limit()).isEqualTo(new Limit("delay.max", 60_000));
    }

    @Test
    void limitsByTheRecordAloneOnlyADelay() {
        assertThat(judge(SETTINGS, Messages.at(1_000, "delay", "5s")).limit()).isNull();
        assertThat(judge(SETTINGS, Messages.at(1_000)).limit()).isNull();
        assertThat(judge(FIXED, Messages.at(1_000)).limit()).isNull();
    }

    @Test
    void refusesADelayBeyondTheLongest() {
        assertThat(judge(SETTINGS, Messages.at(1_000, "delay", "60s")).isRefused())
                .isFalse();
        assertThat(refusal(SETTINGS, Messages.at(1_000, "delay", "60001")))
                .isEqualTo(new Refusal(
                        Reason.DELAY_TOO_LONG, "is due 60001 ms after its timestamp, beyond delay.max of 60000 ms"));
    }

    @Test
    void countsAtLeastTheBytesOfARecord() {
        assertThat(judge(SETTINGS, Messages.at(1_000, "delay", "5s")).bytes())
                .isGreaterThan("key".length() + "value".length() + "delay".length() + "5s".length());
    }

    @Test
    void judgesUnderEarlierSettingsAsItDidThen() {
        DelayPolicy policy = new DelayPolicy(SETTINGS, OPTIONS);

        assertThat(policy.policies()
                        .under(FIXED.text())
                        .judge(Messages.at(1_000))
                        .dueMs())
                .isEqualTo(6_000);
    }

    private static Entry<Outgoing> judge(DelaySettings settings, ConsumerRecord<byte[], byte[]> message) {
        return new DelayPolicy(settings, OPTIONS).judge(message);
    }

    private static Refusal refusal(DelaySettings settings, ConsumerRecord<byte[], byte[]> message) {
        return Objects.requireNonNull(judge(settings, message).message().refusal(), "not refused");
    }
}
