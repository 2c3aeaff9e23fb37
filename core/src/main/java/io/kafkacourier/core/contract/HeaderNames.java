/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.contract;

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
    /** Since when a message stays in a tier that is due, but that its target cannot take at the moment, epoch ms. */
    public static final String HOP_BLOCKED = HOP_PREFIX + "blocked";

    /** Begins the headers of a record that could not be sent where it should have gone. */
    public static final String ROUTE_PREFIX = PREFIX + "route.";

    /** Why the record is where it is: one of the reasons of the contract, in capitals. */
    public static final String ROUTE_REASON = ROUTE_PREFIX + "reason";
    /** The rule that failed. */
    public static final String ROUTE_RULE = ROUTE_PREFIX + "rule";
    /** The topic before routing. */
    public static final String ROUTE_TOPIC = ROUTE_PREFIX + "topic";

    /** Begins the headers that count attempts. */
    public static final String RETRY_PREFIX = PREFIX + "retry.";

    /** On a record that is tried again the number of that retry, from 1; on a dead letter how many there were. */
    public static final String RETRY_ATTEMPT = RETRY_PREFIX + "attempt";
    /** How many retries there are at most. */
    public static final String RETRY_MAX = RETRY_PREFIX + "max";
    /** When the message failed first, epoch milliseconds. */
    public static final String RETRY_FIRST_FAILURE = RETRY_PREFIX + "first.failure.ms";
    /** When the message failed last, epoch milliseconds. */
    public static final String RETRY_LAST_FAILURE = RETRY_PREFIX + "last.failure.ms";
    /** When the retry is due, epoch milliseconds. */
    public static final String RETRY_DUE = RETRY_PREFIX + "due.ms";
    /** Why the record is a dead letter: one of the reasons of the contract, in capitals. */
    public static final String RETRY_REASON = RETRY_PREFIX + "reason";
    /** The last failures: {@code <retries before it>,<epoch ms>,<class>;...} */
    public static final String RETRY_HISTORY = RETRY_PREFIX + "history";
    /** How often the message was redriven. */
    public static final String RETRY_REDRIVE = RETRY_PREFIX + "redrive";
    /** What was left out so that the record fits its topic: {@code stacktrace}, {@code history}, {@code value}. */
    public static final String RETRY_SHED = RETRY_PREFIX + "shed";

    /** Begins the headers that tell of the last error; a record that is tried again has none of them. */
    public static final String ERROR_PREFIX = PREFIX + "error.";

    /** Where in a Connect pipeline it happened, such as {@code VALUE_CONVERTER}. */
    public static final String ERROR_STAGE = ERROR_PREFIX + "stage";
    /** The full name of the class of the error. */
    public static final String ERROR_CLASS = ERROR_PREFIX + "class";
    /** The full name of the class of its root cause. */
    public static final String ERROR_ROOT_CLASS = ERROR_PREFIX + "root.class";

    public static final String ERROR_MESSAGE = ERROR_PREFIX + "message";
    public static final String ERROR_STACKTRACE = ERROR_PREFIX + "stacktrace";
    /** The same for errors of the same kind at the same place, whatever the record. */
    public static final String ERROR_FINGERPRINT = ERROR_PREFIX + "fingerprint";

    /** Begins the headers that tell of the first error; written once, never overwritten. */
    public static final String FIRST_ERROR_PREFIX = PREFIX + "first.error.";

    public static final String FIRST_ERROR_CLASS = FIRST_ERROR_PREFIX + "class";
    public static final String FIRST_ERROR_MESSAGE = FIRST_ERROR_PREFIX + "message";

    private HeaderNames() {}
}
