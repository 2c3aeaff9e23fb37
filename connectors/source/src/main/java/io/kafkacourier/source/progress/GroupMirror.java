/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import io.kafkacourier.kafka.admin.ProgressAdmin;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * Publishes the progress of partitions in a consumer group, so that tools that show the lag of groups show pending
 * messages. The connector never reads it back. For one thread.
 */
final class GroupMirror implements Runnable {

    /** How often unchanged offsets are written again: a broker deletes offsets that are too old (7 days). */
    static final Duration REFRESH = Duration.ofHours(1);

    private final ProgressAdmin admin;
    private final String group;
    private final Supplier<Map<TopicPartition, Long>> completed;
    private final Clock clock;
    private final Map<TopicPartition, Long> mirrored = new HashMap<>();
    private long refreshedMs;

    /** @param completed the lowest pending offset of each partition */
    GroupMirror(ProgressAdmin admin, String group, Supplier<Map<TopicPartition, Long>> completed, Clock clock) {
        this.admin = admin;
        this.group = group;
        this.completed = completed;
        this.clock = clock;
        this.refreshedMs = clock.millis();
    }

    /**
     * Writes offsets that have changed since they were last written.
     *
     * @throws KafkaException if it fails for a partition, which is tried again the next time
     */
    @Override
    public void run() {
        long nowMs = clock.millis();
        if (Math.abs(nowMs - refreshedMs) >= REFRESH.toMillis()) {
            refreshedMs = nowMs;
            mirrored.clear();
        }
        Map<TopicPartition, Long> changed = new HashMap<>(completed.get());
        changed.entrySet().removeAll(mirrored.entrySet());
        if (changed.isEmpty()) {
            return;
        }
        ProgressAdmin.Outcome outcome = admin.alterGroup(group, changed);
        mirrored.putAll(outcome.done());
        if (outcome.failure() instanceof UnknownMemberIdException) {
            throw new GroupNotEmptyException("somebody consumes as a member of it");
        } else if (outcome.failure() != null) {
            throw outcome.failure();
        }
    }
}
