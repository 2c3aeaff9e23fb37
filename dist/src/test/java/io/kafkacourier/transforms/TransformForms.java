/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

/** Shows the test of the contract what only this package can see. */
public final class TransformForms {

    /** Begins the keys of the producer of trace events in the configuration of {@link StampTrace}. */
    public static final String PRODUCER_PREFIX = StampTraceConfig.EMIT_PRODUCER_PREFIX;

    private TransformForms() {}
}
