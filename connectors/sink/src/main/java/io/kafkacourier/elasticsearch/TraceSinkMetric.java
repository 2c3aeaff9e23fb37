/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.kafka.metrics.Metric;

/** The metrics of a task of the sink. Names and types are public API. */
enum TraceSinkMetric {
    DOCUMENTS("Documents", long.class, "Documents that this task has added to indices since it started."),
    BYTES("Bytes", long.class, "Bytes of the bulk requests that were answered or failed, before compression."),
    REQUESTS("Requests", long.class, "Bulk requests that were answered or failed."),
    DUPLICATES("Duplicates", long.class, "Documents that were in the index already: redeliveries."),
    RETRIES("Retries", long.class, "Documents that were sent again."),
    REFUSED("Refused", long.class, "Records that can never be indexed: reported, or skipped."),
    SKIPPED(
            "Skipped",
            long.class,
            "Records without a document: a null value, no trace headers, or a trace that is not sampled."),
    UNSAMPLED(
            "UnsampledRecords", long.class, "Those of the skipped records that belong to a trace that is not sampled."),
    BUFFERED_BYTES("BufferedBytes", long.class, "Memory that pending records and their requests take, in bytes."),
    IN_FLIGHT("InFlight", int.class, "Bulk requests that are not answered yet."),
    FAULTY_INDICES(
            "FaultyIndices",
            int.class,
            "Indices that refuse documents now, for reasons other than the documents. Their documents are held and sent"
                    + " again."),
    PAUSED_PARTITIONS(
            "PausedPartitions",
            int.class,
            "Partitions that are not read now, because the server is in trouble or memory is full."),
    OLDEST_PENDING(
            "OldestPendingMs",
            long.class,
            "How long ago the oldest pending record was read, in milliseconds; 0 if none is pending."),
    LAST_BULK_LATENCY(
            "LastBulkLatencyMs",
            long.class,
            "The time from sending the last answered bulk request to taking its answer, in milliseconds."),
    LAST_ERROR(
            "LastError",
            String.class,
            "The last answer that was not a success, with the likely cause; empty if there was none. Never payload."),
    DESTINATION_FAULT(
            "DestinationFault",
            int.class,
            "Destinations (the connection, the template, indices) that now have a fault that waiting does not cure; 0 if"
                    + " none. LastError has the cause.");

    private final String name;
    private final Class<?> type;
    private final String description;

    TraceSinkMetric(String name, Class<?> type, String description) {
        this.name = name;
        this.type = type;
        this.description = description;
    }

    /** The declaration, for a publisher. */
    Metric metric() {
        return new Metric(name, description, null, type);
    }
}
