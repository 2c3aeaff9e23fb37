/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

/**
 * Every header of the contract. Names are compared exactly, lower case; values are UTF-8 text, numbers are decimal
 * text; of repeated headers the last counts.
 */
public final class HeaderNames {

    /** Due time: epoch milliseconds or RFC 3339. Set by applications; this is the default of a configurable name. */
    public static final String DELIVER_AT = "deliver_at";
    /** Wait counted from the record's timestamp. Set by applications; this is the default of a configurable name. */
    public static final String DELAY = "delay";
    /** Where the due message goes. Set by applications; this is the default of a configurable name. */
    public static final String TARGET_TOPIC = "target_topic";

    /** Identity of the message across hops. */
    public static final String MESSAGE_ID = "message_id";
    /** W3C Trace Context: version, trace id, parent span id, flags. */
    public static final String TRACEPARENT = "traceparent";
    /** W3C Trace Context: what each vendor adds. */
    public static final String TRACESTATE = "tracestate";
    /** The trace id alone, 32 hex digits, for clients that only know this one. */
    public static final String TRACE_ID = "trace_id";
    /** {@code v1,<total>;<kind>,<node>,<epoch ms>;...} */
    public static final String TRACE_HOPS = "trace_hops";

    /** Begins every header that the bundle sets for itself. */
    public static final String PREFIX = "__courier.";

    /** Begins the headers that say where the message first was; written once, never overwritten. */
    public static final String ORIGIN_PREFIX = PREFIX + "origin.";

    public static final String ORIGIN_TOPIC = ORIGIN_PREFIX + "topic";
    public static final String ORIGIN_PARTITION = ORIGIN_PREFIX + "partition";
    public static final String ORIGIN_OFFSET = ORIGIN_PREFIX + "offset";
    /** Epoch milliseconds. */
    public static final String ORIGIN_TIMESTAMP = ORIGIN_PREFIX + "timestamp";

    /** Begins the headers that exist only inside tier topics. */
    public static final String HOP_PREFIX = PREFIX + "hop.";

    /** When the message is due, epoch milliseconds. */
    public static final String HOP_DUE = HOP_PREFIX + "due";
    /** When the stay in the tier ends, epoch milliseconds. */
    public static final String HOP_RELEASE = HOP_PREFIX + "release";

    /** Begins the headers of a record that could not be sent where it should have gone. */
    public static final String ROUTE_PREFIX = PREFIX + "route.";

    /** Why the record is where it is: one of the reasons of the contract, in capitals. */
    public static final String ROUTE_REASON = ROUTE_PREFIX + "reason";
    /** The rule that failed. */
    public static final String ROUTE_RULE = ROUTE_PREFIX + "rule";
    /** The topic before routing. */
    public static final String ROUTE_TOPIC = ROUTE_PREFIX + "topic";

    private HeaderNames() {}
}
