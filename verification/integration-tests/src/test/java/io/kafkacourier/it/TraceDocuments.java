/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads trace events from the topic of events. */
final class TraceDocuments {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TraceDocuments() {}

    /**
     * The events in the order of the topic; if it has several partitions, only the events of each trace are ordered.
     */
    static List<JsonNode> read(List<ConsumerRecord<byte[], byte[]>> records) {
        return records.stream().map(TraceDocuments::read).toList();
    }

    private static JsonNode read(ConsumerRecord<byte[], byte[]> record) {
        try {
            return JSON.readTree(record.value());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
