/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where logs end. The lag that a consumer knows of itself is of no use here: it stands still for a partition that is
 * paused, and a tier is, for as long as its head stays. Run by one thread, read by any.
 */
final class EndOffsets implements Runnable {

    private final ProgressAdmin admin;
    private final List<TopicPartition> partitions;
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();

    EndOffsets(ProgressAdmin admin, Collection<TopicPartition> partitions) {
        this.admin = admin;
        this.partitions = List.copyOf(partitions);
    }

    /** The end of each log, as far as it is known: a view. */
    Map<TopicPartition, Long> known() {
        return Collections.unmodifiableMap(ends);
    }

    /**
     * Asks anew.
     *
     * @throws KafkaException where the cluster does not say for a partition, for which the last answer stays
     */
    @Override
    public void run() {
        ProgressAdmin.Outcome outcome = admin.ends(partitions);
        ends.putAll(outcome.done());
        if (outcome.failure() != null) {
            throw outcome.failure();
        }
    }
}
