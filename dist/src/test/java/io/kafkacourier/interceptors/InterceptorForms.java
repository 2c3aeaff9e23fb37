/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

/** Gives the contract test access to package-private classes. */
public final class InterceptorForms {

    /** Prefix of the properties for the producer of trace events, in the properties of a traced client. */
    public static final String PRODUCER_PREFIX = TraceInterceptorConfig.PRODUCER_PREFIX;

    private InterceptorForms() {}
}
