/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record that is not settled yet: no offset after it may be committed. It is also an element of the list that its {@link
 * PartitionOffsets} keeps. Not safe for use by several threads.
 */
final class PendingRecord {

    private final SinkRecord record;
    private final PartitionOffsets partition;
    private final long offset;
    private final long addedMs;
    private final int heldBytes;
    private boolean settled;

    /** The neighbors in the list of {@link PartitionOffsets}; only that class reads and changes them. */
    @Nullable
    PendingRecord earlier;

    @Nullable
    PendingRecord later;

    /**
     * @param record the instance that {@code put} received, which is the one to report
     * @param partition the assignment under which the record was read
     * @param addedMs when it was read, by a clock that never goes back
     * @param heldBytes the memory that the record takes
     */
    PendingRecord(SinkRecord record, PartitionOffsets partition, long offset, long addedMs, int heldBytes) {
        this.record = record;
        this.partition = partition;
        this.offset = offset;
        this.addedMs = addedMs;
        this.heldBytes = heldBytes;
    }

    SinkRecord record() {
        return record;
    }

    PartitionOffsets partition() {
        return partition;
    }

    /** The offset it was read from. */
    long offset() {
        return offset;
    }

    /** When it was read, in milliseconds of a clock that never goes back. */
    long addedMs() {
        return addedMs;
    }

    /** The memory that the record takes. */
    int heldBytes() {
        return heldBytes;
    }

    /** Lets its offset be committed. Only the first call has an effect. */
    void settle() {
        if (!settled) {
            settled = true;
            partition.remove(this);
        }
    }

    /** Whether its partition was taken away: the next owner reads the record again. */
    boolean isAbandoned() {
        return partition.isClosed();
    }

    /** The topic-partition@offset that the record was read from. */
    @Override
    public String toString() {
        return Offsets.origin(record) + "@" + offset;
    }
}
