/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;

/**
 * The properties of an existing topic, or of a topic that would be created.
 *
 * @param id Kafka's id of the topic
 * @param replicas the smallest number of replicas of its partitions
 * @param writable whether the client may write to it
 * @param settings its settings, as far as the cluster reports them
 */
public record TopicFacts(
        String name, String id, int partitions, int replicas, boolean writable, Map<String, String> settings) {

    /** Limits timestamps on both sides. Kafka 3.6 added a setting for each side, and 4.0 removed this one. */
    public static final String TIMESTAMP_DIFFERENCE_MAX_MS = "message.timestamp.difference.max.ms";

    public TopicFacts {
        settings = Map.copyOf(settings);
    }

    static TopicFacts of(TopicDescription description, Config config) {
        return new TopicFacts(
                description.name(),
                description.topicId().toString(),
                description.partitions().size(),
                description.partitions().stream()
                        .mapToInt(partition -> partition.replicas().size())
                        .min()
                        .orElse(0),
                KafkaTopicLookup.mayWrite(description.authorizedOperations()),
                settings(config));
    }

    static Map<String, String> settings(Config config) {
        Map<String, String> settings = new HashMap<>();
        config.entries().forEach(entry -> {
            if (entry.value() != null) {
                settings.put(entry.name(), entry.value());
            }
        });
        return settings;
    }

    /** The value of a setting; null if the cluster does not report it. */
    @Nullable
    public String setting(String key) {
        return settings.get(key);
    }

    /** The value of a setting that is a whole number; empty if the cluster does not report it. */
    public OptionalLong number(String key) {
        return number(settings, key);
    }

    /**
     * How far a timestamp may be from the broker's time on one side, in milliseconds; empty if the cluster does not
     * report it.
     *
     * @param key {@code message.timestamp.before.max.ms} or {@code message.timestamp.after.max.ms}
     */
    public OptionalLong timestampBound(String key) {
        return number(timestampSetting(settings, key));
    }

    /** The setting that limits timestamps on that side. */
    public String timestampSetting(String key) {
        return timestampSetting(settings, key);
    }

    /** Like {@link #timestampBound(String)}, for any settings. */
    static OptionalLong timestampBound(Config config, String key) {
        Map<String, String> settings = settings(config);
        return number(settings, timestampSetting(settings, key));
    }

    /**
     * The setting of the side; the setting of both sides if that exists and the one of the side is unlimited or
     * unknown.
     */
    private static String timestampSetting(Map<String, String> settings, String key) {
        boolean isLimited = number(settings, key).orElse(Long.MAX_VALUE) < Long.MAX_VALUE;
        return isLimited || number(settings, TIMESTAMP_DIFFERENCE_MAX_MS).isEmpty() ? key : TIMESTAMP_DIFFERENCE_MAX_MS;
    }

    private static OptionalLong number(Map<String, String> settings, String key) {
        String text = settings.get(key);
        return text == null || text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
