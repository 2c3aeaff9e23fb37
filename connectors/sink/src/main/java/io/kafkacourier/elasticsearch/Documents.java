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
     * @return null if there is nothing to index
     * @throws DataException if the record should have a document and cannot, and nothing else whatever the record holds; the
     *     message is the end of a sentence that begins with the record, and never repeats payload
     */
    @Nullable
    Document of(SinkRecord record);

    /** The documents that a configuration asks for. */
    static Documents of(ElasticsearchTraceSinkConfig config, IndexNames indices, TraceSinkMetrics metrics) {
        ValueDocuments values = new ValueDocuments(indices);
        HeaderDocuments headers = new HeaderDocuments(indices, config.connector(), config.privacy(), metrics);
        return switch (config.recordSource()) {
            case EVENT -> values;
            case HEADERS -> headers;
            case AUTO -> new EventOrHeaderDocuments(values, headers);
        };
    }
}
