/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import io.kafkacourier.core.trace.EventPrivacy;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** Makes documents from records. Not safe for use by several threads. */
public interface Documents {

    /**
     * The document of a record.
     *
     * @return null if there is nothing to index
     * @throws DataException if the record should have a document and cannot have one, and nothing else, whatever the record
     *     holds. The message is the end of a sentence that begins with the record, and never contains payload
     */
    @Nullable
    Document of(SinkRecord record);

    /**
     * The documents of one connector.
     *
     * @param connector the connector's name
     * @param privacy what events made from headers reveal of keys
     * @param onUnsampled called for each record that has no document because its trace is not sampled
     */
    static Documents from(
            RecordSource source, IndexNames indices, String connector, EventPrivacy privacy, Runnable onUnsampled) {
        ValueDocuments values = new ValueDocuments(indices);
        HeaderDocuments headers = new HeaderDocuments(indices, connector, privacy, onUnsampled);
        return switch (source) {
            case EVENT -> values;
            case HEADERS -> headers;
            case AUTO -> new EventOrHeaderDocuments(values, headers);
        };
    }
}
