/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What the maintenance of partitions asks of the cluster. Each call waits for the answer. */
public interface ProgressAdmin {

    /**
     * What came of a request for several partitions.
     *
     * @param done the offset of each partition for which it was done
     * @param failure why it was not done for the others; null where there are none
     */
    record Outcome(Map<TopicPartition, Long> done, @Nullable KafkaException failure) {}

    /** Sets the offsets of a consumer group, which must have no members. */
    Outcome alterGroup(String group, Map<TopicPartition, Long> offsets);

    /** Deletes the records below the offsets; done is where each log begins then. */
    Outcome deleteBelow(Map<TopicPartition, Long> offsets);

    /** Where each log ends for a reader of committed records. */
    Outcome ends(Collection<TopicPartition> partitions);

    /** Where each log ends, whether what is there is committed or not. */
    Outcome logEnds(Collection<TopicPartition> partitions);

    /**
     * Kafka's ids of those of the topics that exist, by name.
     *
     * @throws KafkaException where the cluster does not say
     */
    Map<String, String> topicIds(Collection<String> topics);
}
