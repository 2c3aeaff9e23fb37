/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.OptionalLong;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The pending records of one assignment of one partition, in the order in which they were read. The low-water mark is the
 * offset of the oldest. Only pending records take memory, however many were read and settled after one that waits. A
 * partition that comes back after a rebalance gets a new instance, so late answers for the old one change nothing.
 *
 * <p>Not safe for use by several threads.
 */
final class PartitionOffsets {

    private @Nullable PendingRecord oldest;
    private @Nullable PendingRecord newest;
    private long stuckBytes;
    private boolean closed;

    /**
     * Adds a record that was read.
     *
     * @param nowMs milliseconds of any clock that never goes back
     * @param heldBytes the memory that the record takes
     */
    PendingRecord add(SinkRecord record, long offset, long nowMs, int heldBytes) {
        PendingRecord added = new PendingRecord(record, this, offset, nowMs, heldBytes);
        added.earlier = newest;
        if (newest == null) {
            oldest = added;
        } else {
            newest.later = added;
        }
        newest = added;
        return added;
    }

    /** Removes a settled record; for {@link PendingRecord#settle} only. */
    void remove(PendingRecord settled) {
        if (settled.earlier == null) {
            oldest = settled.later;
        } else {
            settled.earlier.later = settled.later;
        }
        if (settled.later == null) {
            newest = settled.earlier;
        } else {
            settled.later.earlier = settled.earlier;
        }
        settled.earlier = null;
        settled.later = null;
    }

    /** The offset to commit, which is the oldest pending one; empty if nothing is pending. */
    OptionalLong lowWaterMark() {
        return oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.offset());
    }

    /** When the oldest pending record was added; empty if nothing is pending. */
    OptionalLong oldestMs() {
        return oldest == null ? OptionalLong.empty() : OptionalLong.of(oldest.addedMs());
    }

    /** Adds to the memory of its records that wait for faulty destinations; subtracts from it if {@code bytes} is negative. */
    void stuck(long bytes) {
        stuckBytes += bytes;
    }

    /** The memory of its records that wait for faulty destinations. */
    long stuckBytes() {
        return stuckBytes;
    }

    /** Ends the assignment. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
