/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import static java.util.stream.Collectors.toSet;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Deletes records from tier topics that are no longer needed. Tier topics have no retention, so nothing else deletes them.
 * For one thread.
 *
 * <p>It deletes only records below the durably stored lowest pending offset, and only from the topic with the id that the
 * offset was stored for. So no later start needs the deleted records, and a task that still runs after it was replaced does
 * no harm.
 */
final class TierTrim implements Runnable {

    private final ProgressAdmin admin;
    private final Map<String, String> tierIds;
    private final Supplier<Map<TopicPartition, Long>> durable;
    private final Map<TopicPartition, Long> trimmed = new HashMap<>();

    /**
     * @param tierIds Kafka's ids of the tiers, by topic
     * @param durable the durably stored lowest pending offset of each partition
     */
    TierTrim(ProgressAdmin admin, Map<String, String> tierIds, Supplier<Map<TopicPartition, Long>> durable) {
        this.admin = admin;
        this.tierIds = Map.copyOf(tierIds);
        this.durable = durable;
    }

    /**
     * Deletes the records that are no longer needed since the last time.
     *
     * @throws KafkaException if it fails for a partition, which is tried again the next time
     */
    @Override
    public void run() {
        Map<TopicPartition, Long> moved = new HashMap<>(durable.get());
        moved.entrySet()
                .removeIf(low -> !tierIds.containsKey(low.getKey().topic())
                        || low.getValue() <= trimmed.getOrDefault(low.getKey(), 0L));
        if (moved.isEmpty()) {
            return;
        }
        Map<String, String> ids = admin.topicIds(
                moved.keySet().stream().map(TopicPartition::topic).collect(toSet()));
        moved.keySet().removeIf(partition -> !isSame(partition.topic(), ids));
        if (moved.isEmpty()) {
            return;
        }
        ProgressAdmin.Outcome outcome = admin.deleteBelow(moved);
        outcome.done().keySet().forEach(partition -> trimmed.put(partition, moved.get(partition)));
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
    }

    /** Whether a tier is still the topic that is read, and was not created anew. */
    private boolean isSame(String topic, Map<String, String> ids) {
        String id = ids.get(topic);
        return id != null && id.equals(tierIds.get(topic));
    }
}
