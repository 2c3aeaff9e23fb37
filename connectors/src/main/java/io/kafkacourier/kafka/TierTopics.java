/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;

/**
 * The tier topics of a connector: finds those there are, whichever ladder they were made for, and creates those that
 * today's ladder needs.
 */
public final class TierTopics {

    /** What our headers add to a message, at most, with room to spare. */
    private static final int HEADERS_BYTES = 8 * 1024;

    /** Nothing is deleted by age or size, only up to what is delivered; small segments, as the last is never freed. */
    private static final Map<String, String> CONFIG = Map.ofEntries(
            entry(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE),
            entry(TopicConfig.RETENTION_MS_CONFIG, "-1"),
            entry(TopicConfig.RETENTION_BYTES_CONFIG, "-1"),
            entry(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(16 * 1024 * 1024)),
            entry(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "CreateTime"),
            entry(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE)),
            entry(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE)));

    private final AdminTopics topics;
    private final TierNames names;
    private final Set<String> ladder;
    private final OptionalInt partitions;
    private final short replicationFactor;
    private final int largestRecord;

    /**
     * @param ladder the names of today's tiers, in seconds
     * @param partitions how many a created tier has; empty for as many as the existing tiers, or else as the largest input
     * @param replicationFactor of a created tier; -1 for the broker's default
     * @param largestRecord the largest record that the producer sends, in bytes, before it compresses it
     */
    public TierTopics(
            AdminTopics topics,
            TierNames names,
            Collection<Long> ladder,
            OptionalInt partitions,
            short replicationFactor,
            int largestRecord) {
        this.topics = topics;
        this.names = names;
        this.ladder = ladder.stream().map(names::topic).collect(toSet());
        this.partitions = partitions;
        this.replicationFactor = replicationFactor;
        this.largestRecord = largestRecord;
    }

    /**
     * All tiers, those among them that had to be created first; none is created before there is an input.
     *
     * @throws KafkaException where the cluster does not say, or does not create one
     */
    public List<InputTopic> find(List<InputTopic> inputs) {
        List<InputTopic> tiers = new ArrayList<>(topics.find(names::isTier));
        Set<String> existing = tiers.stream().map(InputTopic::name).collect(toSet());
        List<String> missing = ladder.stream()
                .filter(topic -> !existing.contains(topic))
                .sorted()
                .toList();
        if (!inputs.isEmpty() && !missing.isEmpty()) {
            int count = partitions.orElseGet(() -> largest(tiers.isEmpty() ? inputs : tiers));
            int largestBytes = Math.max(topics.maxMessageBytes(inputs), largestRecord);
            tiers.addAll(topics.create(missing.stream()
                    .map(topic -> newTopic(topic, count, replicationFactor, largestBytes))
                    .toList()));
        }
        return tiers;
    }

    /**
     * A tier as it is created.
     *
     * @param replicationFactor -1 for the broker's default
     * @param largestBytes the largest {@code max.message.bytes} of the inputs, or the largest record that the producer sends
     */
    public static NewTopic newTopic(String topic, int partitions, short replicationFactor, int largestBytes) {
        Optional<Short> factor = replicationFactor < 0 ? Optional.empty() : Optional.of(replicationFactor);
        Map<String, String> config = new HashMap<>(CONFIG);
        config.put(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Long.toString(Math.min(Integer.MAX_VALUE, (long) largestBytes + HEADERS_BYTES)));
        return new NewTopic(topic, Optional.of(partitions), factor).configs(config);
    }

    private static int largest(List<InputTopic> topics) {
        return topics.stream().mapToInt(InputTopic::partitions).max().orElseThrow();
    }
}
