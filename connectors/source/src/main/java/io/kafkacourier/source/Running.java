/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** The work of a task. {@link #poll} and {@link #close} are for one thread at a time, the others for any. */
public interface Running extends AutoCloseable {

    /**
     * The records that are due now; waits for some, but not long.
     *
     * @return null if there are none
     * @throws RetriableException if the work cannot go on for the moment; the task then waits. The same applies to the
     *     RetriableException of Kafka's clients
     * @throws ConnectException if the task cannot go on
     */
    @Nullable
    List<SourceRecord> poll();

    /**
     * Notes that Connect is done with a record; may be called by the thread of a producer.
     *
     * @param metadata null if a transform has dropped it
     */
    void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata);

    /** Notes that Connect has stored offsets. */
    void commit();

    /** Ends the wait of a poll that another thread is in, or else the wait of the next poll. */
    void wakeup();

    /** Ends the work, within seconds. */
    @Override
    void close();
}
