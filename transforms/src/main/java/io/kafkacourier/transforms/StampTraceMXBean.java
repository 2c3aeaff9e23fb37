/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

/** What JMX tells of a {@link StampTrace}, beside what its emitter tells. All counts are since its first record. */
public interface StampTraceMXBean {

    /** Trace headers that could not be read, and counted as absent. */
    long getMalformedHeaders();

    /** Messages whose {@code trace_id} was not that of their {@code traceparent}, which counted. */
    long getConflictingTraceIds();

    /** Records in which the message id could not be looked for, because they are not JSON, or was longer than any id. */
    long getUnreadableMessageIds();
}
