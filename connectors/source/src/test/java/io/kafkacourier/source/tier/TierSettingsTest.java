/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.kafka.config.CheckedConfig;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TierSettingsTest {

    private static final String ANY_TIME = "9223372036854775807";

    @Test
    void keepsMessagesForAnyTimeInSmallSegments() {
        NewTopic tier = topic(Map.of());

        assertThat(tier.name()).isEqualTo("d.16s");
        assertThat(tier.numPartitions()).isEqualTo(3);
        assertThat(tier.replicationFactor()).isEqualTo((short) 2);
        assertThat(tier.configs())
                .containsOnly(
                        Map.entry("cleanup.policy", "delete"),
                        Map.entry("retention.ms", "-1"),
                        Map.entry("retention.bytes", "-1"),
                        Map.entry("segment.bytes", "16777216"),
                        Map.entry("max.message.bytes", Integer.toString(1_000 + 8_192)),
                        Map.entry("message.timestamp.type", "CreateTime"),
                        Map.entry("message.timestamp.before.max.ms", ANY_TIME),
                        Map.entry("message.timestamp.after.max.ms", ANY_TIME));
    }

    @Test
    void configuredSettingsApplyAndEmptyOnesAreNotSet() {
        NewTopic tier = topic(Map.of(
                "tiers.config.segment.bytes",
                " 52428800 ",
                "tiers.config.min.insync.replicas",
                "2",
                "tiers.config.retention.ms",
                "",
                "tiers.config.message.timestamp.after.max.ms",
                " ",
                "tiers.prefix",
                "x"));

        assertThat(tier.configs())
                .containsEntry("segment.bytes", "52428800")
                .containsEntry("min.insync.replicas", "2")
                .containsEntry("retention.bytes", "-1")
                .doesNotContainKeys("retention.ms", "message.timestamp.after.max.ms", "prefix");
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, compact, delete",
        "cleanup.policy, 'compact,delete', delete",
        "retention.ms, 604800000, -1",
        "retention.bytes, 1, -1",
        "message.timestamp.type, LogAppendTime, CreateTime",
        "message.timestamp.before.max.ms, 1, 9223372036854775807",
        "message.timestamp.after.max.ms, 1, 9223372036854775807",
        "message.timestamp.difference.max.ms, 1, 9223372036854775807"
    })
    void aGuaranteeCanOnlyBeLeftOut(String setting, String weaker, String only) {
        String key = "tiers.config." + setting;

        assertThatThrownBy(() -> check(Map.of(key, weaker)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("Invalid value " + weaker + " for configuration " + key + ": must be " + only
                        + ", or empty, which leaves it to the cluster; ");
        assertThatCode(() -> check(Map.of(key, only))).doesNotThrowAnyException();
        assertThatCode(() -> check(Map.of(key, ""))).doesNotThrowAnyException();
    }

    @Test
    void aKeyMustNameASetting() {
        assertThatThrownBy(() -> check(Map.of("tiers.config.", "1", "tiers.config.segment.ms", "1", "tiers", "5m")))
                .hasMessage("Invalid value 1 for configuration tiers.config.: must name a setting of topics behind"
                        + " tiers.config.");
    }

    @Test
    void aBrokerBefore36GetsTheBoundThatItKnows() {
        TierSettings settings = TierSettings.of(Map.of());
        NewTopic first = topic(Map.of());

        NewTopic second = settings.insteadOf(first, unknown("message.timestamp.before.max.ms"))
                .orElseThrow();
        NewTopic third = settings.insteadOf(second, unknown("message.timestamp.after.max.ms"))
                .orElseThrow();

        assertThat(third.name()).isEqualTo("d.16s");
        assertThat(third.numPartitions()).isEqualTo(3);
        assertThat(third.replicationFactor()).isEqualTo((short) 2);
        assertThat(third.configs())
                .containsEntry("message.timestamp.difference.max.ms", ANY_TIME)
                .containsEntry("retention.ms", "-1")
                .doesNotContainKeys("message.timestamp.before.max.ms", "message.timestamp.after.max.ms");
        assertThat(settings.insteadOf(third, unknown("message.timestamp.difference.max.ms")))
                .map(NewTopic::configs)
                .hasValueSatisfying(last -> assertThat(last).doesNotContainKey("message.timestamp.difference.max.ms"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Invalid value 16777216 for configuration segment.bytes: Value must be at least 52428800",
                "Config property 'segment.bytes' with value '16777216' is not allowed.",
                "segment.bytes"
            })
    void aDefaultSettingThatTheClusterRefusesIsLeftToIt(String refusal) {
        TierSettings settings = TierSettings.of(Map.of());

        for (ApiException e :
                new ApiException[] {new InvalidConfigurationException(refusal), new PolicyViolationException(refusal)
                }) {
            assertThat(settings.insteadOf(topic(Map.of()), e))
                    .map(NewTopic::configs)
                    .hasValueSatisfying(
                            configs -> assertThat(configs).hasSize(7).doesNotContainKey("segment.bytes"));
            assertThat(TierSettings.key(topic(Map.of()), e)).contains("tiers.config.segment.bytes");
        }
    }

    @Test
    void aSettingThatPreventsLossIsNotLeftOutByDefault() {
        ApiException refusal = new PolicyViolationException("retention.ms must not exceed 604800000");
        TierSettings settings = TierSettings.of(Map.of());

        assertThat(settings.insteadOf(topic(Map.of()), refusal)).isEmpty();
        assertThat(TierSettings.key(topic(Map.of()), refusal)).contains("tiers.config.retention.ms");
        assertThat(TierSettings.remedy("tiers.config.retention.ms"))
                .isEqualTo("; if tiers.config.retention.ms is set to nothing, the cluster's own value counts");
    }

    @Test
    void aConfiguredSettingIsNotLeftOut() {
        Map<String, String> asked = Map.of("tiers.config.segment.bytes", "1", "tiers.config.flush.message", "1");
        NewTopic tier = topic(asked);

        assertThat(TierSettings.of(asked).insteadOf(tier, unknown("flush.message")))
                .isEmpty();
        assertThat(TierSettings.of(asked)
                        .insteadOf(tier, new InvalidConfigurationException("Invalid value 1 for segment.bytes")))
                .isEmpty();
        assertThat(TierSettings.key(tier, unknown("flush.message"))).contains("tiers.config.flush.message");
    }

    @Test
    void aRefusalThatNamesNoSettingIsFinal() {
        TierSettings settings = TierSettings.of(Map.of());
        for (ApiException e : new ApiException[] {
            new PolicyViolationException("not here"),
            unknown("local.retention.ms"),
            unknown("retention.msx"),
            new TopicAuthorizationException("Not authorized to access topics: [x-segment.bytes-16s]"),
            new InvalidConfigurationException((String) null)
        }) {
            assertThat(settings.insteadOf(topic(Map.of()), e)).as("%s", e).isEmpty();
            assertThat(TierSettings.key(topic(Map.of()), e)).as("%s", e).isEqualTo(Optional.empty());
        }
    }

    private static void check(Map<String, String> properties) {
        CheckedConfig checked = new CheckedConfig(new ConfigDef(), properties);
        TierSettings.check(checked);
        checked.throwIfAny();
    }

    private static ApiException unknown(String setting) {
        return new InvalidConfigurationException("Unknown topic config name: " + setting);
    }

    private static NewTopic topic(Map<String, String> properties) {
        return TierSettings.of(properties).newTopic("d.16s", 3, (short) 2, 1_000);
    }
}
