/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

/** What a task of the sink counts, over its life. Names are public API. */
public interface SinkMetricsMXBean {

    /** Documents that are in the index because this task put them there. */
    long getDocuments();

    /** Bytes of bulk requests that were answered, before compression. */
    long getBytes();

    /** Bulk requests that were answered or failed. */
    long getRequests();

    /** Documents that were in the index already: redeliveries. */
    long getDuplicates();

    /** Documents that were sent again. */
    long getRetries();

    /** Records that can never be indexed: reported, or passed over. */
    long getRefused();

    /**
     * Records without a document: their value is null, or their document would be made of trace headers and they have none
     * or their trace is not sampled.
     */
    long getSkipped();

    /** Skipped records whose trace headers belong to a trace that is not sampled. */
    long getUnsampledRecords();

    /** Bytes of memory held for records on their way. */
    long getBufferedBytes();

    /** Bulk requests under way. */
    int getInFlight();

    /** Indices that refuse documents now, for reasons other than the documents: theirs are held and sent again. */
    int getFaultyIndices();

    /** Partitions that are not read now, because the server is in trouble or memory is full. */
    int getPausedPartitions();

    /** How long ago the record was read that is on its way for longest, in milliseconds; 0 where none is. */
    long getOldestPendingMs();

    /** Time between sending the bulk request that was answered last and taking its answer, in milliseconds. */
    long getLastBulkLatencyMs();

    /** What the last answer that was not a success said; empty where there was none. Never payload. */
    String getLastError();

    /**
     * How many destinations (the connection, the index template, indices) have a fault at the moment that waiting does not
     * cure, so that documents for them are held until somebody fixes it. 0 if none; {@link #getLastError} has the cause.
     */
    int getDestinationFault();
}
