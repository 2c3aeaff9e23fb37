/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.Collection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses all partitions of a task when its buffer is full or the server is in trouble. Resumes them when the server
 * answers and, after the buffer was full, half of it is free. To be used from the task's thread.
 */
final class BackPressure {

    private static final Logger log = LoggerFactory.getLogger(BackPressure.class);

    private final SinkTaskContext context;
    private final long bufferMaxBytes;
    private boolean paused;
    private boolean wasFull;

    BackPressure(SinkTaskContext context, long bufferMaxBytes) {
        this.context = context;
        this.bufferMaxBytes = bufferMaxBytes;
    }

    /** Pauses or resumes as the state of affairs demands. */
    void update(long heldBytes, boolean stalled) {
        wasFull = heldBytes > bufferMaxBytes || (wasFull && heldBytes > bufferMaxBytes / 2);
        if (!paused && (stalled || wasFull)) {
            paused = true;
            context.pause(assignment());
            log.debug("Paused with {} bytes on their way", heldBytes);
        } else if (paused && !stalled && !wasFull) {
            paused = false;
            context.resume(assignment());
            log.debug("Resumed with {} bytes on their way", heldBytes);
        }
    }

    /**
     * A partition that comes is paused where the others are, and resumed where they are not: Connect remembers one that was
     * paused when it went, and has paused it again by now.
     */
    void opened(Collection<TopicPartition> partitions) {
        if (paused) {
            context.pause(array(partitions));
        } else {
            context.resume(array(partitions));
        }
    }

    private TopicPartition[] assignment() {
        return array(context.assignment());
    }

    private static TopicPartition[] array(Collection<TopicPartition> partitions) {
        return partitions.toArray(TopicPartition[]::new);
    }
}
