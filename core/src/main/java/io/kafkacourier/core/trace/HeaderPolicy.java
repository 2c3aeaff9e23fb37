/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import io.kafkacourier.core.contract.HeaderNames;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which trace headers belong to the application, so that a hop does not change them.
 *
 * @param keepsTraceParent whether a valid {@code traceparent} stays as it is
 * @param traceIdHeader the header with the bare trace id; empty if there is none
 */
public record HeaderPolicy(boolean keepsTraceParent, String traceIdHeader) {

    public static final String TRACEPARENT_DEFAULT = "continue";
    public static final String TRACE_ID_HEADER_DEFAULT = HeaderNames.TRACE_ID;

    /** The names of headers that have another meaning for a hop. */
    private static final Set<String> TAKEN = Set.of(
            HeaderNames.TRACEPARENT,
            HeaderNames.TRACESTATE,
            HeaderNames.MESSAGE_ID,
            HeaderNames.TRACE_HOPS,
            Tracer.B3,
            Tracer.CE_TRACEPARENT);

    /** All headers are written, with the names of {@link HeaderNames}. */
    public static final HeaderPolicy DEFAULT = of(TRACEPARENT_DEFAULT, TRACE_ID_HEADER_DEFAULT);

    /**
     * Reads the two options.
     *
     * @param traceParent {@code continue} or {@code keep}
     * @param traceIdHeader empty, or a name that is not {@linkplain #isTaken taken}
     */
    public static HeaderPolicy of(String traceParent, String traceIdHeader) {
        return new HeaderPolicy(traceParent.equals("keep"), traceIdHeader);
    }

    /** The names that {@link #traceIdHeader} cannot have, for error messages. */
    public static String takenNames() {
        return String.join(", ", new TreeSet<>(TAKEN)) + ", " + SeveralB3.PREFIX + "* and " + HeaderNames.PREFIX + "*";
    }

    /** Whether a header of that name has another meaning for a hop. */
    public static boolean isTaken(String name) {
        return TAKEN.contains(name)
                || name.startsWith(HeaderNames.PREFIX)
                || name.regionMatches(true, 0, SeveralB3.PREFIX, 0, SeveralB3.PREFIX.length());
    }
}
