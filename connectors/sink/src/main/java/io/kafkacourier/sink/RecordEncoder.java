/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Decides what is written for a record, and where. Called by the task's thread. */
public interface RecordEncoder {

    /**
     * Encodes a record.
     *
     * @return null if there is nothing to write for the record
     * @throws DataException if the record can never be written, and nothing else, whatever the record holds. The message is
     *     the end of a sentence that begins with the record, and never contains payload
     */
    @Nullable
    EncodedRecord encode(SinkRecord record);
}
