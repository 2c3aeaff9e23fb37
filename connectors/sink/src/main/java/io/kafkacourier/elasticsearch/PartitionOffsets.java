/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.OptionalLong;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * The pending records of one assignment of one partition, in the order they were read. The low-water mark is the offset of
 * the oldest. Only pending records take memory, however many were read and settled behind one that waits. A partition
 * that comes back after a rebalance gets a new instance, so late answers for the old one change nothing.
 *
 * <p>Not safe for use by several threads.
 */
final class PartitionOffsets {

    private @Nullable Pending oldest;
    private @Nullable Pending newest;
    private long stuckBytes;
    private boolean closed;

    /**
     * Adds a record that was read.
     *
     * @param nowMs milliseconds of any clock that never goes back
     * @param heldBytes memory that the record holds
     */
    Pending add(SinkRecord record, long offset, long nowMs, int heldBytes) {
        Pending added = new Pending(record, this, offset, nowMs, heldBytes);
        added.earlier = newest;
        if (newest == null) {
            oldest = added;
        } else {
            newest.later = added;
        }
        newest = added;
        return added;
    }

    /** Takes a settled record out; for {@link Pending#settle} only. */
    void remove(Pending settled) {
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

    /** Adds to, or with a negative number takes from, the memory of its documents that wait for a faulty index. */
    void stuck(long bytes) {
        stuckBytes += bytes;
    }

    /** Memory of its documents that wait for a faulty index. */
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
