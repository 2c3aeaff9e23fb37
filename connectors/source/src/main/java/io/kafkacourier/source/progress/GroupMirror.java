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
 * Shows in a consumer group how far partitions have come, so that the tools that show the lag of groups show what is
 * pending. Nobody reads it back. For one thread.
 */
final class GroupMirror implements Runnable {

    /** How often to write what has not changed: a broker forgets offsets that were written too long ago (7 days). */
    static final Duration REFRESH = Duration.ofHours(1);

    private final ProgressAdmin admin;
    private final String group;
    private final Supplier<Map<TopicPartition, Long>> lows;
    private final Clock clock;
    private final Map<TopicPartition, Long> mirrored = new HashMap<>();
    private long refreshedMs;

    /** @param lows the lowest offset of each partition that is not done with */
    GroupMirror(ProgressAdmin admin, String group, Supplier<Map<TopicPartition, Long>> lows, Clock clock) {
        this.admin = admin;
        this.group = group;
        this.lows = lows;
        this.clock = clock;
        this.refreshedMs = clock.millis();
    }

    /**
     * Writes what has changed since it was last written.
     *
     * @throws KafkaException where that fails for a partition, which is tried again the next time
     */
    @Override
    public void run() {
        long nowMs = clock.millis();
        if (Math.abs(nowMs - refreshedMs) >= REFRESH.toMillis()) {
            refreshedMs = nowMs;
            mirrored.clear();
        }
        Map<TopicPartition, Long> changed = new HashMap<>(lows.get());
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
