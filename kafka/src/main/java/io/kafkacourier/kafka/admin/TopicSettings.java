/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import static java.util.Objects.requireNonNull;

import io.kafkacourier.core.log.Reminder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and caches the settings that limit which records a topic accepts. A look-up checks about every second whether a
 * topic exists. Its settings cost the cluster more, and are read again only after {@link #VALID}. Safe for use by
 * several threads.
 */
final class TopicSettings {

    static final Duration VALID = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(TopicSettings.class);
    private static final int CAPACITY = 10_000;

    private final ClusterAdmin admin;
    private final Reminder unreadable;
    private final Map<String, Reading> readings = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Reading> eldest) {
            return size() > CAPACITY;
        }
    };

    /** @param minInSyncReplicas its {@code min.insync.replicas}; 1 if the cluster does not report it */
    record Known(TargetTopic.Present bounds, int minInSyncReplicas) {}

    private record Reading(CompletableFuture<Known> known, long sinceNanos) {

        boolean isValid(long nowNanos) {
            return !known.isCompletedExceptionally() && nowNanos - sinceNanos < VALID.toNanos();
        }
    }

    TopicSettings(ClusterAdmin admin, Clock clock) {
        this.admin = admin;
        this.unreadable = new Reminder(Duration.ofHours(1), clock);
    }

    /** Starts to read the settings of these topics, except those that are cached. Never blocks. */
    synchronized Map<String, CompletableFuture<Known>> read(Collection<String> topics) {
        long nowNanos = System.nanoTime();
        List<ConfigResource> unread = new ArrayList<>();
        Map<String, CompletableFuture<Known>> answers = new HashMap<>();
        for (String topic : topics) {
            Reading reading = readings.get(topic);
            if (reading != null && reading.isValid(nowNanos)) {
                answers.put(topic, reading.known());
            } else {
                unread.add(new ConfigResource(ConfigResource.Type.TOPIC, topic));
            }
        }
        if (!unread.isEmpty()) {
            Map<ConfigResource, KafkaFuture<Config>> configs =
                    admin.client().describeConfigs(unread).values();
            for (ConfigResource resource : unread) {
                CompletableFuture<Known> known = requireNonNull(configs.get(resource))
                        .toCompletionStage()
                        .thenApply(TopicSettings::known)
                        .exceptionally(e -> assumed(resource.name(), e))
                        .toCompletableFuture();
                readings.put(resource.name(), new Reading(known, nowNanos));
                answers.put(resource.name(), known);
            }
        }
        return answers;
    }

    /** Removes a topic from the cache when it is absent or was just created. */
    synchronized void forget(String topic) {
        readings.remove(topic);
    }

    private static Known known(Config config) {
        return new Known(bounds(config), (int) number(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, 1));
    }

    /** Uses Kafka's defaults for settings that the broker does not report. */
    static TargetTopic.Present bounds(Config config) {
        TargetTopic.Present defaults = TargetTopic.Present.WITH_DEFAULTS;
        return new TargetTopic.Present(
                (int) number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG, defaults.maxMessageBytes()),
                text(config, TopicConfig.CLEANUP_POLICY_CONFIG).contains(TopicConfig.CLEANUP_POLICY_COMPACT),
                TopicFacts.timestampBound(config, TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG)
                        .orElse(defaults.maxAgeMs()),
                TopicFacts.timestampBound(config, TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
                        .orElse(defaults.maxAheadMs()),
                compression(config),
                true,
                0,
                Map.of());
    }

    /** Brokers report levels since Kafka 3.8. */
    private static TargetTopic.Compression compression(Config config) {
        String type = text(config, TopicConfig.COMPRESSION_TYPE_CONFIG);
        String level = text(config, "compression." + type + ".level");
        return type.isEmpty()
                ? TargetTopic.Compression.BY_PRODUCER
                : new TargetTopic.Compression(type, level.isEmpty() ? null : Integer.valueOf(level));
    }

    private Known assumed(String topic, Throwable thrown) {
        Throwable cause = KafkaTopicLookup.cause(thrown);
        if (!(cause instanceof AuthorizationException)) {
            throw new CompletionException(cause);
        }
        if (unreadable.isDue(topic)) {
            log.warn(
                    "The settings of topic {} cannot be read, and Kafka's defaults are assumed: {}",
                    topic,
                    MissingPermission.lacks(admin.who(), AclOperation.DESCRIBE_CONFIGS, "it"));
        }
        return new Known(TargetTopic.Present.WITH_DEFAULTS.assumed(), 1);
    }

    private static long number(Config config, String key, long absent) {
        String text = text(config, key);
        return text.isEmpty() ? absent : Long.parseLong(text);
    }

    private static String text(Config config, String key) {
        ConfigEntry entry = config.get(key);
        return entry == null || entry.value() == null ? "" : entry.value();
    }
}
