/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses all partitions of a task when its buffer is full or the target system is in trouble. Resumes them when the system
 * can be tried again and, if the buffer was full, when half of it is free. Single partitions are paused as long as their
 * records fill the memory that faulty destinations may take.
 *
 * <p>Records that wait for faulty destinations take no more than half of the buffer away from the others, even if they take
 * more memory than that: a destination can fill the whole buffer before it is known to be faulty. So the task may hold up to
 * half of the buffer in addition for a while, but never more than twice the buffer, apart from the records of one poll. To be
 * used from the task's thread.
 */
final class BackPressure {

    private static final Logger log = LoggerFactory.getLogger(BackPressure.class);

    private final SinkTaskContext context;
    private final long bufferMaxBytes;
    private final Set<TopicPartition> paused = new HashSet<>();
    private boolean allPaused;
    private boolean wasFull;

    BackPressure(SinkTaskContext context, long bufferMaxBytes) {
        this.context = context;
        this.bufferMaxBytes = bufferMaxBytes;
    }

    /**
     * Pauses and resumes partitions as needed.
     *
     * @param heldBytes the memory of all pending records
     * @param stuckBytes the part of it that waits for faulty destinations
     * @param stalled whether nothing can be sent at all
     * @param stuck partitions that should not be read for reasons of their own
     */
    void update(long heldBytes, long stuckBytes, boolean stalled, Set<TopicPartition> stuck) {
        long flowing = heldBytes - stuckBytes;
        long room = bufferMaxBytes - Math.min(stuckBytes, bufferMaxBytes / 2);
        wasFull = flowing > room || heldBytes > 2 * bufferMaxBytes || (wasFull && flowing > room / 2);
        allPaused = stalled || wasFull;
        Set<TopicPartition> assigned = context.assignment();
        paused.retainAll(assigned);
        Set<TopicPartition> wanted = new HashSet<>(assigned);
        if (!allPaused) {
            wanted.retainAll(stuck);
        }
        change(difference(wanted, paused), true, heldBytes);
        change(difference(paused, wanted), false, heldBytes);
    }

    /**
     * Pauses new partitions if all others are paused, and resumes them otherwise: if a partition was paused when it was taken
     * away, Connect remembers that and has paused it again by now.
     */
    void opened(Collection<TopicPartition> partitions) {
        if (allPaused) {
            context.pause(array(partitions));
            paused.addAll(partitions);
        } else {
            context.resume(array(partitions));
            paused.removeAll(partitions);
        }
    }

    /** How many partitions are paused. */
    int paused() {
        return paused.size();
    }

    private void change(Set<TopicPartition> partitions, boolean pause, long heldBytes) {
        if (partitions.isEmpty()) {
            return;
        }
        if (pause) {
            context.pause(array(partitions));
            paused.addAll(partitions);
        } else {
            context.resume(array(partitions));
            paused.removeAll(partitions);
        }
        log.debug("{} {} with {} bytes buffered", pause ? "Paused" : "Resumed", partitions, heldBytes);
    }

    private static Set<TopicPartition> difference(Set<TopicPartition> of, Set<TopicPartition> without) {
        Set<TopicPartition> difference = new HashSet<>(of);
        difference.removeAll(without);
        return difference;
    }

    private static TopicPartition[] array(Collection<TopicPartition> partitions) {
        return partitions.toArray(TopicPartition[]::new);
    }
}
