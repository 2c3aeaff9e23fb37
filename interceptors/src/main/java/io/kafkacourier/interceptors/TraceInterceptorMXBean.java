/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

/**
 * The metrics of a trace interceptor in JMX, in addition to those of its emitter. All counts start when its client is
 * opened.
 */
public interface TraceInterceptorMXBean {

    /** Malformed trace headers, which were treated as absent. */
    long getMalformedHeaders();

    /** Messages whose {@code trace_id} differed from their {@code traceparent}; the latter was used. */
    long getConflictingTraceIds();

    /**
     * Received messages that will get no event when their offsets are committed, because more than {@code
     * courier.trace.process.max} messages waited for it; 0 for producers.
     */
    long getForgottenMessages();

    /** Failures of the interceptor itself. The client and its messages are not affected. */
    long getMishaps();
}
