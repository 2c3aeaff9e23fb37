/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

/** Shows the test of the contract what only this package can see. */
public final class InterceptorForms {

    /** Begins the keys of the producer of trace events in the properties of a traced client. */
    public static final String PRODUCER_PREFIX = TraceInterceptorConfig.PRODUCER_PREFIX;

    private InterceptorForms() {}
}
