/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

/** What JMX tells of a trace interceptor, beside what its emitter tells. All counts are since its client was opened. */
public interface TraceInterceptorMXBean {

    /** Trace headers that could not be read, and counted as absent. */
    long getMalformedHeaders();

    /** Messages whose {@code trace_id} was not that of their {@code traceparent}, which counted. */
    long getConflictingTraceIds();

    /**
     * Messages that a consumer received and will not tell of when their offsets are committed, because more than {@code
     * courier.trace.process.max} waited for that; 0 of producers.
     */
    long getForgottenMessages();

    /** Failures of the interceptor itself, which the client and its messages went on without. */
    long getMishaps();
}
