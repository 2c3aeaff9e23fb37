/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** What is indexed of a record. Not safe for use by several threads. */
interface Documents {

    /**
     * The document of a record.
     *
     * @return null where there is nothing to index
     * @throws DataException where the record should have a document and cannot; the message says why, as the end of a
     *     sentence that begins with the record, and never repeats payload
     */
    @Nullable
    Document of(SinkRecord record);

    /** The documents that a configuration asks for. */
    static Documents of(ElasticsearchTraceSinkConfig config, IndexNames indices) {
        return switch (config.recordSource()) {
            case EVENT -> new ValueDocuments(indices);
            case HEADERS -> new HeaderDocuments(indices, config.connector());
            case AUTO ->
                new EventOrHeaderDocuments(
                        new ValueDocuments(indices), new HeaderDocuments(indices, config.connector()));
        };
    }
}
