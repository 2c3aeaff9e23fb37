/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import io.kafkacourier.kafka.admin.InputTopic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of one task, and their form in its configuration. The topics' ids are part of it, so that creating a topic
 * anew changes the configuration of its tasks, which restarts them.
 *
 * @param topicIds the id of each partition's topic
 * @param tiers the number of partitions of each tier topic, regardless of which task reads them
 */
public record Assignment(List<TopicPartition> partitions, Map<String, String> topicIds, Map<String, Integer> tiers) {

    /** {@code orders-0,orders-1}. */
    public static final String PARTITIONS_CONFIG = "task.partitions";

    /** {@code orders=<id>}. */
    public static final String TOPIC_IDS_CONFIG = "task.topic.ids";

    /** {@code delay.delay.16s=6}. */
    public static final String TIERS_CONFIG = "task.tiers";

    public Assignment {
        partitions = List.copyOf(partitions);
        topicIds = Map.copyOf(topicIds);
        tiers = Map.copyOf(tiers);
        if (partitions.isEmpty()) {
            throw new IllegalArgumentException("there is no partition");
        }
        for (TopicPartition partition : partitions) {
            if (!topicIds.containsKey(partition.topic())) {
                throw new IllegalArgumentException("there is no id for the topic of " + partition);
            }
        }
    }

    /**
     * Distributes the partitions of the topics, in turn, to at most {@code maxTasks} tasks, none of which is left empty.
     * The partitions with the same number of all tiers go to one task: which tiers a message passes through depends on when
     * it is read, and one task keeps the order of messages that leave different tiers.
     *
     * @param topics the inputs, and then the tiers
     * @param isTier which of them are tiers
     */
    public static List<Assignment> deal(List<InputTopic> topics, Predicate<String> isTier, int maxTasks) {
        List<List<TopicPartition>> shares = shares(topics, isTier);
        Map<String, Integer> tiers = topics.stream()
                .filter(topic -> isTier.test(topic.name()))
                .collect(toMap(InputTopic::name, InputTopic::partitions));
        Map<String, String> ids = topics.stream().collect(toMap(InputTopic::name, InputTopic::id));
        int tasks = Math.min(maxTasks, shares.size());
        List<Assignment> dealt = new ArrayList<>(tasks);
        for (int task = 0; task < tasks; task++) {
            List<TopicPartition> partitions = new ArrayList<>();
            for (int i = task; i < shares.size(); i += tasks) {
                partitions.addAll(shares.get(i));
            }
            Map<String, String> topicIds = new LinkedHashMap<>();
            partitions.forEach(
                    partition -> topicIds.put(partition.topic(), Objects.requireNonNull(ids.get(partition.topic()))));
            dealt.add(new Assignment(partitions, topicIds, tiers));
        }
        return dealt;
    }

    /**
     * The groups of partitions that must stay together: each partition of an input, and the partitions with the same number
     * of all tiers.
     */
    private static List<List<TopicPartition>> shares(List<InputTopic> topics, Predicate<String> isTier) {
        List<List<TopicPartition>> shares = new ArrayList<>();
        Map<Integer, List<TopicPartition>> byNumber = new TreeMap<>();
        for (InputTopic topic : topics) {
            for (int number = 0; number < topic.partitions(); number++) {
                TopicPartition partition = new TopicPartition(topic.name(), number);
                if (isTier.test(topic.name())) {
                    byNumber.computeIfAbsent(number, n -> new ArrayList<>()).add(partition);
                } else {
                    shares.add(List.of(partition));
                }
            }
        }
        shares.addAll(byNumber.values());
        return shares;
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
        taskConfig.put(TOPIC_IDS_CONFIG, text(topicIds));
        taskConfig.put(TIERS_CONFIG, text(tiers));
    }

    /**
     * Reads the assignment from the configuration of a task.
     *
     * @throws ConfigException if {@link #writeTo} did not write it
     */
    public static Assignment readFrom(Map<String, String> taskConfig) {
        String partitions = taskConfig.get(PARTITIONS_CONFIG);
        try {
            Map<String, Integer> tiers = new LinkedHashMap<>();
            parseMap(taskConfig.get(TIERS_CONFIG)).forEach((topic, count) -> tiers.put(topic, Integer.parseInt(count)));
            return new Assignment(parsePartitions(partitions), parseMap(taskConfig.get(TOPIC_IDS_CONFIG)), tiers);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    PARTITIONS_CONFIG,
                    partitions,
                    "is set by the connector, together with " + TOPIC_IDS_CONFIG + " and " + TIERS_CONFIG
                            + ", and must not be changed");
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

    private static String text(Map<String, ?> map) {
        return map.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(joining(","));
    }

    private static Map<String, String> parseMap(@Nullable String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String item : items(text)) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(item);
            }
            map.put(item.substring(0, equals), item.substring(equals + 1));
        }
        return map;
    }

    private static String[] items(@Nullable String text) {
        if (text == null) {
            throw new IllegalArgumentException("missing");
        }
        return text.isEmpty() ? new String[0] : text.split(",", -1);
    }
}
