/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import io.kafkacourier.kafka.admin.TopicFacts;
import io.kafkacourier.kafka.config.CheckedConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings that tier topics are created with: the connector's own, overridden by the keys {@value #PREFIX}*. If a
 * cluster refuses one of the connector's own settings, the cluster's value is used, except for settings without which
 * messages are lost.
 */
public final class TierSettings {

    /** The prefix of the keys for settings of tier topics. */
    public static final String PREFIX = "tiers.config.";

    private static final Logger log = LoggerFactory.getLogger(TierSettings.class);

    /** More than the connector's headers can add to a message. */
    private static final int HEADERS_BYTES = 8 * 1024;

    private static final String ANY_TIME = Long.toString(Long.MAX_VALUE);

    /** Settings without which messages may be deleted before they are due. */
    private static final Map<String, String> KEPT = Map.of(
            TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE,
            TopicConfig.RETENTION_MS_CONFIG, "-1",
            TopicConfig.RETENTION_BYTES_CONFIG, "-1");

    /** Settings without which messages may be refused for their timestamps, or lose them. */
    private static final Map<String, String> TIMESTAMPS = Map.of(
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime",
            TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, ANY_TIME,
            TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, ANY_TIME);

    /** Small segments, because the last segment is never deleted. */
    private static final Map<String, String> OURS =
            Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 * 1024 * 1024));

    /** The configured values, by setting; empty if a setting is left to the cluster. */
    private final Map<String, String> asked;

    private TierSettings(Map<String, String> asked) {
        this.asked = asked;
    }

    /** The settings in a connector's configuration, in which {@link #check} has found no mistake. */
    public static TierSettings of(Map<String, ?> properties) {
        Map<String, String> asked = new HashMap<>();
        properties.forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                asked.put(key.substring(PREFIX.length()), String.valueOf(value).strip());
            }
        });
        return new TierSettings(asked);
    }

    /** Adds the errors in the keys. */
    public static void check(CheckedConfig checked) {
        new TreeMap<>(of(checked.properties()).asked).forEach((setting, value) -> {
            String only = only(setting);
            if (setting.isBlank()) {
                checked.addError(PREFIX + setting, "must name a setting of topics behind " + PREFIX);
            } else if (only != null && !value.isEmpty() && !value.equals(only)) {
                checked.addError(
                        PREFIX + setting,
                        "must be " + only + ", or empty, which leaves it to the cluster; with any other value "
                                + (KEPT.containsKey(setting)
                                        ? "messages may be deleted before they are due"
                                        : "messages may be refused for their timestamps"));
            }
        });
    }

    private static @Nullable String only(String setting) {
        return setting.equals(TopicFacts.TIMESTAMP_DIFFERENCE_MAX_MS)
                ? ANY_TIME
                : KEPT.getOrDefault(setting, TIMESTAMPS.get(setting));
    }

    /** Whether the configuration leaves a setting to the cluster. */
    public boolean isLeftOut(String setting) {
        return "".equals(asked.get(setting));
    }

    /**
     * A tier as it is created.
     *
     * @param partitions how many it has
     * @param replicationFactor -1 for the cluster's default
     * @param largestBytes the largest {@code max.message.bytes} of the inputs
     */
    public NewTopic newTopic(String topic, int partitions, short replicationFactor, int largestBytes) {
        Map<String, String> settings = new HashMap<>(KEPT);
        settings.putAll(TIMESTAMPS);
        settings.putAll(OURS);
        settings.put(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Long.toString(Math.min(Integer.MAX_VALUE, (long) largestBytes + HEADERS_BYTES)));
        settings.putAll(asked);
        settings.values().removeIf(String::isEmpty);
        return new NewTopic(topic, Optional.of(partitions), factor(replicationFactor)).configs(settings);
    }

    /**
     * A tier that is created instead of one that the cluster refused: without the setting that the refusal named. Before
     * Kafka 3.6 one setting limits timestamps on both sides.
     *
     * @return empty if it was refused for another reason, for a configured setting, or for a setting without which messages
     *     are lost
     */
    public Optional<NewTopic> insteadOf(NewTopic refused, ApiException refusal) {
        return named(refused, refusal)
                .filter(setting -> !KEPT.containsKey(setting) && !asked.containsKey(setting))
                .findFirst()
                .map(setting -> {
                    log.info(
                            "The cluster does not accept {} for {}; the topic is created without it: {}",
                            setting,
                            refused.name(),
                            refusal.getMessage());
                    return without(setting, refused);
                });
    }

    private NewTopic without(String setting, NewTopic topic) {
        Map<String, String> settings = new HashMap<>(topic.configs());
        settings.remove(setting);
        if (setting.equals(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)
                && !asked.containsKey(TopicFacts.TIMESTAMP_DIFFERENCE_MAX_MS)) {
            settings.put(TopicFacts.TIMESTAMP_DIFFERENCE_MAX_MS, ANY_TIME);
        }
        return new NewTopic(topic.name(), Optional.of(topic.numPartitions()), factor(topic.replicationFactor()))
                .configs(settings);
    }

    /** The key of the setting for which a cluster refused a tier; empty if the refusal names no setting of the tier. */
    public static Optional<String> key(NewTopic refused, ApiException refusal) {
        return named(refused, refusal).findFirst().map(PREFIX::concat);
    }

    /** What to do if a cluster refuses a value, as the end of a sentence. */
    public static String remedy(String key) {
        return KEPT.containsKey(key.substring(PREFIX.length()))
                ? "; if " + key + " is set to nothing, the cluster's own value counts"
                : "; set " + key + " to a value that the cluster takes, or to nothing, so that its own value counts";
    }

    /** The settings of a topic that the refusal names. */
    private static Stream<String> named(NewTopic refused, ApiException refusal) {
        if (!(refusal instanceof InvalidConfigurationException) && !(refusal instanceof PolicyViolationException)) {
            return Stream.empty();
        }
        String message = String.valueOf(refusal.getMessage());
        return refused.configs().keySet().stream()
                .filter(setting -> Pattern.compile("(?<![\\w.-])" + Pattern.quote(setting) + "(?![.-]?\\w)")
                        .matcher(message)
                        .find())
                .sorted();
    }

    private static Optional<Short> factor(short replicationFactor) {
        return replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
    }
}
