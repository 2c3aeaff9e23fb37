/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/**
 * Dead letters that a redrive has deferred, because their topic accepted no records. For each such topic it holds the
 * offset of the first deferred letter in each partition: every letter for the topic from that offset on is deferred. So the
 * size depends on the number of topics and partitions, and not on the number of letters. For one thread at a time.
 */
final class DeferredLetters {

    /** The most offsets that are held. They are part of the source offset that every record carries. */
    static final int CAPACITY = 200;

    private final Map<String, Map<TopicPartition, Long>> firsts = new TreeMap<>();

    /**
     * Reads the result of {@link #text}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static DeferredLetters parse(String text) {
        DeferredLetters letters = new DeferredLetters();
        for (String item : text.isEmpty() ? List.<String>of() : Arrays.asList(text.split(";", -1))) {
            int colon = item.indexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException(item);
            }
            for (String first : item.substring(colon + 1).split(",", -1)) {
                int equals = first.indexOf('=');
                if (equals < 1) {
                    throw new IllegalArgumentException(item);
                }
                letters.of(item.substring(0, colon))
                        .put(
                                RedriveProgress.partition(first.substring(0, equals)),
                                Long.valueOf(first.substring(equals + 1)));
            }
        }
        return letters;
    }

    /** The stored form. Its separators cannot occur in the name of a topic. */
    String text() {
        return firsts.entrySet().stream()
                .map(topic -> topic.getKey() + ":"
                        + topic.getValue().entrySet().stream()
                                .map(first -> first.getKey() + "=" + first.getValue())
                                .collect(Collectors.joining(",")))
                .collect(Collectors.joining(";"));
    }

    /** The topics that letters are deferred for, sorted. */
    List<String> topics() {
        return new ArrayList<>(firsts.keySet());
    }

    boolean isEmpty() {
        return firsts.isEmpty();
    }

    /** Whether letters for that topic are deferred, so that later ones must be deferred too. */
    boolean has(String topic) {
        return firsts.containsKey(topic);
    }

    /** Whether that letter for the topic is deferred. */
    boolean has(String topic, TopicPartition partition, long offset) {
        Long first = firsts.getOrDefault(topic, Map.of()).get(partition);
        return first != null && first <= offset;
    }

    /**
     * Defers a letter for a topic, and all that follow.
     *
     * @return false if there is no room
     */
    boolean add(String topic, TopicPartition partition, long offset) {
        boolean isThere = firsts.getOrDefault(topic, Map.of()).containsKey(partition);
        if (!isThere && firsts.values().stream().mapToInt(Map::size).sum() >= CAPACITY) {
            return false;
        }
        of(topic).putIfAbsent(partition, offset);
        return true;
    }

    /** Notes that a deferred letter for a topic is done; letters from {@code next} on are still deferred. */
    void advance(String topic, TopicPartition partition, long next) {
        of(topic).put(partition, next);
    }

    /** Removes a topic, none of whose letters is deferred any longer. */
    void remove(String topic) {
        firsts.remove(topic);
    }

    /** Removes a partition that no longer exists. */
    void remove(TopicPartition partition) {
        firsts.values().forEach(offsets -> offsets.remove(partition));
        firsts.values().removeIf(Map::isEmpty);
    }

    /** The first offset in a partition of the letters for some topics; empty if it has none. */
    OptionalLong first(TopicPartition partition, Set<String> topics) {
        long min = Long.MAX_VALUE;
        for (String topic : topics) {
            Long first = firsts.getOrDefault(topic, Map.of()).get(partition);
            min = first == null ? min : Math.min(min, first);
        }
        return min == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(min);
    }

    private Map<TopicPartition, Long> of(String topic) {
        return firsts.computeIfAbsent(topic, added -> new TreeMap<>(RedriveProgress.BY_NAME));
    }
}
