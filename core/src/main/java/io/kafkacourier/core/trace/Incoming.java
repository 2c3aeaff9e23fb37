/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import org.jspecify.annotations.Nullable;

/**
 * What a header says of the trace a message already belongs to.
 *
 * @param traceId 32 lower-case hex digits, not all zero
 * @param spanId 16 lower-case hex digits, not all zero; null where the header names the trace alone
 * @param sampled null where the decision is left to those who come after
 */
record Incoming(
        String traceId, @Nullable String spanId, @Nullable Boolean sampled) {}
