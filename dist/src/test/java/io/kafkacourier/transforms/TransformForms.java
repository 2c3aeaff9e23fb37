/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

/** Gives the contract test access to package-private classes. */
public final class TransformForms {

    /** Prefix of the keys for the producer of trace events, in the configuration of {@link StampTrace}. */
    public static final String PRODUCER_PREFIX = StampTraceConfig.EMIT_PRODUCER_PREFIX;

    private TransformForms() {}
}
