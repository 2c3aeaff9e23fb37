/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import io.kafkacourier.core.header.HeaderNames;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Which trace headers a hop leaves to the application.
 *
 * @param keepsTraceParent whether a {@code traceparent} that can be read stays as it came
 * @param traceIdHeader the header with the bare trace id; empty if there is none
 */
public record HeaderPolicy(boolean keepsTraceParent, String traceIdHeader) {

    /** The option for {@code traceparent}, possibly behind a prefix. */
    public static final String TRACEPARENT = HeaderNames.TRACEPARENT;
    /** The option for the name of the header with the trace id, possibly behind a prefix. */
    public static final String TRACE_ID_HEADER = "trace.id.header";

    public static final String TRACEPARENT_DEFAULT = "continue";
    public static final String TRACE_ID_HEADER_DEFAULT = HeaderNames.TRACE_ID;

    /** The text of {@link #TRACE_ID_HEADER} for users. */
    public static final String TRACE_ID_HEADER_DOC =
            "The header that holds the bare trace id, for clients that do not know traceparent. It is written only if the"
                    + " message has no header of that name: an application's own text is never changed, and goes into the"
                    + " field trace_name of events. Without traceparent and b3 it decides which trace the message belongs to."
                    + " Empty: no such header is read or written.";

    /** The names that mean something else to a hop. */
    private static final Set<String> TAKEN = Set.of(
            HeaderNames.TRACEPARENT,
            HeaderNames.TRACESTATE,
            HeaderNames.MESSAGE_ID,
            HeaderNames.TRACE_HOPS,
            Tracer.B3,
            Tracer.CE_TRACEPARENT);

    /** Everything is written, under the names of {@link HeaderNames}. */
    public static final HeaderPolicy DEFAULT = of(TRACEPARENT_DEFAULT, TRACE_ID_HEADER_DEFAULT);

    /**
     * Reads the two options.
     *
     * @param traceParent a value that {@link #traceParents()} accepts
     * @param traceIdHeader a value that {@link #traceIdHeaders()} accepts
     */
    public static HeaderPolicy of(String traceParent, String traceIdHeader) {
        return new HeaderPolicy(traceParent.equals("keep"), traceIdHeader);
    }

    /** Accepts the values of {@link #TRACEPARENT}. */
    public static ValidString traceParents() {
        return ValidString.in("continue", "keep");
    }

    /** Accepts the values of {@link #TRACE_ID_HEADER}. */
    public static ConfigDef.Validator traceIdHeaders() {
        return ConfigDef.LambdaValidator.with(
                HeaderPolicy::ensureFree,
                () -> "empty, or a name other than " + String.join(", ", new TreeSet<>(TAKEN)) + ", " + SeveralB3.PREFIX
                        + "* and " + HeaderNames.PREFIX + "*");
    }

    private static void ensureFree(String key, @Nullable Object value) {
        if (value instanceof String name && isTaken(name)) {
            throw new ConfigException(key, value, "means something else; allowed: " + traceIdHeaders());
        }
    }

    private static boolean isTaken(String name) {
        return TAKEN.contains(name)
                || name.startsWith(HeaderNames.PREFIX)
                || name.regionMatches(true, 0, SeveralB3.PREFIX, 0, SeveralB3.PREFIX.length());
    }
}
