/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/** The value if it is a trace event, otherwise an event made from the record's trace headers, otherwise nothing. */
final class EventOrHeaderDocuments implements Documents {

    private final ValueDocuments values;
    private final HeaderDocuments headers;

    EventOrHeaderDocuments(ValueDocuments values, HeaderDocuments headers) {
        this.values = values;
        this.headers = headers;
    }

    @Override
    public @Nullable Document of(SinkRecord record) {
        Document event = values.ofEvent(record);
        return event != null ? event : headers.of(record);
    }
}
