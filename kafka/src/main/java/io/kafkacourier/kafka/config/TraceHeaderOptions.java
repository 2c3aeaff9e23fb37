/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.config;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.trace.HeaderPolicy;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The options for {@link HeaderPolicy}, which every plugin that writes trace headers has. */
public final class TraceHeaderOptions {

    /** The option for {@code traceparent}, possibly behind a prefix. */
    public static final String TRACEPARENT = HeaderNames.TRACEPARENT;
    /** The option for the name of the header with the trace id, possibly behind a prefix. */
    public static final String TRACE_ID_HEADER = "trace.id.header";

    public static final String TRACEPARENT_DEFAULT = HeaderPolicy.TRACEPARENT_DEFAULT;
    public static final String TRACE_ID_HEADER_DEFAULT = HeaderPolicy.TRACE_ID_HEADER_DEFAULT;

    /** The text of {@link #TRACE_ID_HEADER} for users. */
    public static final String TRACE_ID_HEADER_DOC =
            "The header that holds the bare trace id, for clients that do not know traceparent. It is written only if the"
                    + " message has no header of that name: an application's own text is never changed, and goes into the"
                    + " field trace_name of events. Without traceparent and b3 it decides which trace the message belongs to."
                    + " Empty: no such header is read or written.";

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
            throw new ConfigException(key, value, "means something else; allowed: " + traceIdHeaders());
        }
    }
}
