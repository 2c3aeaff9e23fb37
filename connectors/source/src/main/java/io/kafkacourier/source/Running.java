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
     * The records that carry out what is to be done now; waits for some, but not long.
     *
     * @return null where there are none
     * @throws RetriableException if the work cannot go on for the moment, which is for the task to wait for; the same goes
     *     for that of Kafka's clients
     * @throws ConnectException where the task cannot go on
     */
    @Nullable
    List<SourceRecord> poll();

    /**
     * Connect is done with a record; may come from the thread of a producer.
     *
     * @param metadata null where a transformation has dropped it
     */
    void commitRecord(SourceRecord record, @Nullable RecordMetadata metadata);

    /** Connect has stored offsets. */
    void commit();

    /** Ends the wait of a poll that another thread is in, or else that of the next. */
    void wakeup();

    /** Ends all of it, within seconds. */
    @Override
    void close();
}
