/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * What one task reads, and how that is written into its configuration. The ids are part of it, so that a topic created
 * anew changes the configuration of its tasks, and with that restarts them.
 *
 * @param topicIds the id of each partition's topic
 */
public record Assignment(List<TopicPartition> partitions, Map<String, String> topicIds) {

    /** {@code orders-0,orders-1}. */
    public static final String PARTITIONS_CONFIG = "task.partitions";

    /** {@code orders=<id>}. */
    public static final String TOPIC_IDS_CONFIG = "task.topic.ids";

    public Assignment {
        partitions = List.copyOf(partitions);
        topicIds = Map.copyOf(topicIds);
        for (TopicPartition partition : partitions) {
            if (!topicIds.containsKey(partition.topic())) {
                throw new IllegalArgumentException("there is no id for the topic of " + partition);
            }
        }
    }

    /** Deals every partition of the topics, in turn, to at most {@code maxTasks} tasks, none of which is left empty. */
    public static List<Assignment> deal(List<InputTopic> topics, int maxTasks) {
        Map<String, String> ids = new LinkedHashMap<>();
        List<TopicPartition> all = new ArrayList<>();
        for (InputTopic topic : topics) {
            ids.put(topic.name(), topic.id());
            for (int partition = 0; partition < topic.partitions(); partition++) {
                all.add(new TopicPartition(topic.name(), partition));
            }
        }
        int tasks = Math.min(maxTasks, all.size());
        List<Assignment> dealt = new ArrayList<>(tasks);
        for (int task = 0; task < tasks; task++) {
            List<TopicPartition> partitions = new ArrayList<>();
            Map<String, String> topicIds = new LinkedHashMap<>();
            for (int i = task; i < all.size(); i += tasks) {
                String topic = all.get(i).topic();
                partitions.add(all.get(i));
                topicIds.put(topic, Objects.requireNonNull(ids.get(topic)));
            }
            dealt.add(new Assignment(partitions, topicIds));
        }
        return dealt;
    }

    /** The id of the partition's topic. */
    public String topicId(TopicPartition partition) {
        return Objects.requireNonNull(topicIds.get(partition.topic()));
    }

    /** Writes the assignment into the configuration of a task. */
    public void writeTo(Map<String, String> taskConfig) {
        taskConfig.put(
                PARTITIONS_CONFIG,
                partitions.stream().map(TopicPartition::toString).collect(joining(",")));
        taskConfig.put(
                TOPIC_IDS_CONFIG,
                topicIds.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(id -> id.getKey() + "=" + id.getValue())
                        .collect(joining(",")));
    }

    /**
     * Reads the assignment from the configuration of a task.
     *
     * @throws ConfigException where it is not what {@link #writeTo} wrote
     */
    public static Assignment readFrom(Map<String, String> taskConfig) {
        String partitions = taskConfig.get(PARTITIONS_CONFIG);
        String ids = taskConfig.get(TOPIC_IDS_CONFIG);
        try {
            return new Assignment(parsePartitions(partitions), parseIds(ids));
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    PARTITIONS_CONFIG,
                    partitions,
                    "is set by the connector, together with " + TOPIC_IDS_CONFIG + ", and not to be changed");
        }
    }

    private static List<TopicPartition> parsePartitions(@Nullable String text) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String item : items(text)) {
            int dash = item.lastIndexOf('-');
            if (dash < 1) {
                throw new IllegalArgumentException(item);
            }
            partitions.add(new TopicPartition(item.substring(0, dash), Integer.parseInt(item.substring(dash + 1))));
        }
        return partitions;
    }

    private static Map<String, String> parseIds(@Nullable String text) {
        Map<String, String> ids = new LinkedHashMap<>();
        for (String item : items(text)) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(item);
            }
            ids.put(item.substring(0, equals), item.substring(equals + 1));
        }
        return ids;
    }

    private static String[] items(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("missing");
        }
        return text.split(",", -1);
    }
}
