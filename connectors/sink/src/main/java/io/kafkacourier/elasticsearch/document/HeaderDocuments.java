/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.trace.EventId;
import io.kafkacourier.core.trace.EventPrivacy;
import io.kafkacourier.core.trace.EventStatus;
import io.kafkacourier.core.trace.EventType;
import io.kafkacourier.core.trace.Ids;
import io.kafkacourier.core.trace.Sampler;
import io.kafkacourier.core.trace.TraceContext;
import io.kafkacourier.core.trace.TraceEvent;
import io.kafkacourier.core.trace.TraceField;
import io.kafkacourier.core.trace.Tracer;
import io.kafkacourier.kafka.header.ConnectMessageHeaders;
import java.time.Instant;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.jspecify.annotations.Nullable;

/**
 * An event {@code receive} for any record with the headers of a sampled trace, even a tombstone. It contains nothing of the
 * record's payload. Its time is the record's and not the clock's, so that a record that is read again gets the same document
 * in the same index.
 */
final class HeaderDocuments implements Documents {

    private static final long FIRST_MS = Instant.parse("2000-01-01T00:00:00Z").toEpochMilli();
    private static final long END_MS = Instant.parse("3000-01-01T00:00:00Z").toEpochMilli();

    private final IndexNames indices;
    private final String connector;
    private final EventPrivacy privacy;
    private final Runnable onUnsampled;
    private final Tracer tracer = new Tracer(Ids.system(), new Sampler(1));

    /**
     * @param connector the connector's name, which is also the name of the hop
     * @param privacy what events reveal of keys
     * @param onUnsampled called for each record whose trace is not sampled
     */
    HeaderDocuments(IndexNames indices, String connector, EventPrivacy privacy, Runnable onUnsampled) {
        this.indices = indices;
        this.connector = connector;
        this.privacy = privacy;
        this.onUnsampled = onUnsampled;
    }

    /** @return null if no trace header can be read, or the trace is not sampled */
    @Override
    public @Nullable Document of(SinkRecord record) {
        MessageHeaders headers = new ConnectMessageHeaders(record.headers(), ConnectMessageHeaders.Form.BYTES);
        TraceContext trace = tracer.continued(headers);
        if (trace == null) {
            return null;
        } else if (!trace.sampled()) {
            onUnsampled.run();
            return null;
        }
        Long timestamp = record.timestamp();
        String index = timestamp == null || timestamp < FIRST_MS || timestamp >= END_MS
                ? null
                : indices.nameFor(Instant.ofEpochMilli(timestamp), timestamp);
        if (timestamp == null || index == null) {
            throw new DataException("has trace headers but no timestamp within 2000 to 2999");
        }
        TraceEvent event = event(record, headers, trace, timestamp);
        return new Document(index, event.id().getBytes(US_ASCII), event.json());
    }

    private TraceEvent event(SinkRecord record, MessageHeaders headers, TraceContext trace, long timestampMs) {
        String topic = record.originalTopic();
        int partition = record.originalKafkaPartition();
        long offset = record.originalKafkaOffset();
        String id = EventId.of(EventType.RECEIVE, topic, partition, offset, timestampMs, connector);
        return TraceEvent.builder(EventType.RECEIVE, id, trace, timestampMs)
                .keyword(TraceField.MESSAGE_ID, headers.text(HeaderNames.MESSAGE_ID))
                .position(topic, partition, offset)
                .origin(headers)
                .date(TraceField.RECORD_TS, timestampMs)
                .keyword(TraceField.CONNECTOR, connector)
                .keyword(TraceField.NODE, connector)
                .key(privacy.key(record.key()))
                .valueSize(record.value())
                .status(EventStatus.OK)
                .build();
    }
}
