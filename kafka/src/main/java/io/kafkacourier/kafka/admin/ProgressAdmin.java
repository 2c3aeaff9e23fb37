/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Reads end offsets and topic ids, sets group offsets and deletes records. Each call waits for the answer. */
public interface ProgressAdmin {

    /**
     * The outcome of a request for several partitions.
     *
     * @param done the offset of each partition for which it succeeded
     * @param failure the first failure of the others; null if all succeeded
     */
    record Outcome(Map<TopicPartition, Long> done, @Nullable KafkaException failure) {}

    /** Sets the offsets of a consumer group, which must have no members. */
    Outcome alterGroup(String group, Map<TopicPartition, Long> offsets);

    /** Deletes the records below the offsets; {@link Outcome#done} has the new start offset of each log. */
    Outcome deleteBelow(Map<TopicPartition, Long> offsets);

    /** The end offset of each log for a {@code read_committed} consumer. */
    Outcome ends(Collection<TopicPartition> partitions);

    /** The end offset of each log, including records that are not committed. */
    Outcome logEnds(Collection<TopicPartition> partitions);

    /**
     * Kafka's ids of the topics that exist, by name.
     *
     * @throws KafkaException if the cluster does not answer
     */
    Map<String, String> topicIds(Collection<String> topics);
}
