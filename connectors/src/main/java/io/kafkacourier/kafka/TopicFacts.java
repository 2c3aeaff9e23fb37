/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.TopicDescription;
import org.jspecify.annotations.Nullable;

/**
 * A topic as it is, or as it would be created.
 *
 * @param id Kafka's id of the topic
 * @param replicas how many its partitions have; the smallest number counts
 * @param writable whether we may write to it
 * @param settings its settings, as far as the cluster tells them
 */
public record TopicFacts(
        String name, String id, int partitions, int replicas, boolean writable, Map<String, String> settings) {

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
                AdminTopics.mayWrite(description.authorizedOperations()),
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

    /** A setting; null where the cluster does not tell it. */
    @Nullable
    String setting(String key) {
        return settings.get(key);
    }

    /** A setting that is a whole number; empty where the cluster does not tell it. */
    OptionalLong number(String key) {
        String text = settings.get(key);
        return text == null || text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
    }
}
