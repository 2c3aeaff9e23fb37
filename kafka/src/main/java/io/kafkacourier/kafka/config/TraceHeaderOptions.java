/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.trace.HeaderPolicy;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The options for {@link HeaderPolicy}, for every plugin that writes trace headers. */
public final class TraceHeaderOptions {

    /** The option for {@code traceparent}; some plugins add a prefix. */
    public static final String TRACEPARENT = HeaderNames.TRACEPARENT;
    /** The option for the name of the header with the trace id; some plugins add a prefix. */
    public static final String TRACE_ID_HEADER = "trace.id.header";

    public static final String TRACEPARENT_DEFAULT = HeaderPolicy.TRACEPARENT_DEFAULT;
    public static final String TRACE_ID_HEADER_DEFAULT = HeaderPolicy.TRACE_ID_HEADER_DEFAULT;

    /** The text of {@link #TRACE_ID_HEADER} for users. */
    public static final String TRACE_ID_HEADER_DOC =
            "The name of the header with the bare trace id, for clients that do not understand traceparent. It is"
                    + " written only if the message has no header of that name. Other text that an application puts"
                    + " into it is never changed, and goes into the field trace_name of events. If a message has"
                    + " neither traceparent nor b3, this header decides which trace it belongs to. Empty: no such"
                    + " header is read or written.";

    private TraceHeaderOptions() {}

    /** Accepts the values of {@link #TRACEPARENT}. */
    public static ValidString traceParents() {
        return ValidString.in("continue", "keep");
    }

    /** Accepts the values of {@link #TRACE_ID_HEADER}. */
    public static ConfigDef.Validator traceIdHeaders() {
        return ConfigDef.LambdaValidator.with(
                TraceHeaderOptions::ensureFree, () -> "empty, or a name other than " + HeaderPolicy.takenNames());
    }

    private static void ensureFree(String key, @Nullable Object value) {
        if (value instanceof String name && HeaderPolicy.isTaken(name)) {
            throw new ConfigException(key, value, "has another meaning; allowed: " + traceIdHeaders());
        }
    }
}
