/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import org.apache.kafka.connect.sink.SinkRecord;

/**
 * A record whose fate is open.
 *
 * @param record the instance that {@code put} received, which is the one to report
 * @param offsets of the assignment it was read under
 * @param heldBytes memory that the record holds
 */
record Pending(SinkRecord record, PartitionOffsets offsets, long ticket, int heldBytes) {

    /** Says that nothing more has to happen for the record. */
    void settle() {
        offsets.done(ticket);
    }

    /** Whether its partition was taken away: whoever has it now reads the record again. */
    boolean isAbandoned() {
        return offsets.isClosed();
    }

    /** Topic-partition@offset the record was read from. */
    @Override
    public String toString() {
        return Offsets.origin(record) + "@" + record.originalKafkaOffset();
    }
}
