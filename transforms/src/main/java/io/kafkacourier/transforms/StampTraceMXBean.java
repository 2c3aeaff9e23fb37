/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

/**
 * The metrics of a {@link StampTrace} in JMX, in addition to those of its emitter. All counts start at its first
 * record.
 */
public interface StampTraceMXBean {

    /** Malformed trace headers, which were treated as absent. */
    long getMalformedHeaders();

    /** Messages whose {@code trace_id} differed from their {@code traceparent}; the latter was used. */
    long getConflictingTraceIds();

    /** Records whose message id could not be read, because they are not JSON, or was too long. */
    long getUnreadableMessageIds();
}
