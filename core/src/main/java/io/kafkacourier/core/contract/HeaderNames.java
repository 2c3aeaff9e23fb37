/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.contract;

/**
 * Every header of the contract. Names are lower case and compared exactly. Values are UTF-8 text, and numbers are
 * decimal text. If a header is repeated, the last one is used.
 */
public final class HeaderNames {

    /** Due time: epoch milliseconds or RFC 3339. Set by applications; this is the default of a configurable name. */
    public static final String DELIVER_AT = "deliver_at";
    /** Delay, counted from the record's timestamp. Set by applications; this is the default of a configurable name. */
    public static final String DELAY = "delay";
    /** The topic for the message when it is due. Set by applications; this is the default of a configurable name. */
    public static final String TARGET_TOPIC = "target_topic";

    /** Identity of the message across hops. */
    public static final String MESSAGE_ID = "message_id";
    /** W3C Trace Context: version, trace id, parent span id, flags. */
    public static final String TRACEPARENT = "traceparent";
    /** W3C Trace Context: vendor-specific data. */
    public static final String TRACESTATE = "tracestate";
    /** The trace id alone, 32 hex digits, for clients that do not understand the others. */
    public static final String TRACE_ID = "trace_id";
    /** {@code v1,<total>;<kind>,<node>,<epoch ms>;...} */
    public static final String TRACE_HOPS = "trace_hops";

    /** The prefix of every header that the bundle sets for itself. */
    public static final String PREFIX = "__courier.";

    /** The prefix of the headers with the first position of the message; written once, never overwritten. */
    public static final String ORIGIN_PREFIX = PREFIX + "origin.";

    public static final String ORIGIN_TOPIC = ORIGIN_PREFIX + "topic";
    public static final String ORIGIN_PARTITION = ORIGIN_PREFIX + "partition";
    public static final String ORIGIN_OFFSET = ORIGIN_PREFIX + "offset";
    /** Epoch milliseconds. */
    public static final String ORIGIN_TIMESTAMP = ORIGIN_PREFIX + "timestamp";

    /** The prefix of the headers that exist only inside tier topics. */
    public static final String HOP_PREFIX = PREFIX + "hop.";

    /** When the message is due, epoch milliseconds. */
    public static final String HOP_DUE = HOP_PREFIX + "due";
    /** When the stay in the tier ends, epoch milliseconds. */
    public static final String HOP_RELEASE = HOP_PREFIX + "release";
    /**
     * The time since which a due message has waited in a tier because its target accepts nothing, epoch milliseconds.
     */
    public static final String HOP_BLOCKED = HOP_PREFIX + "blocked";

    /** The prefix of the headers of a record that could not be sent to its intended topic. */
    public static final String ROUTE_PREFIX = PREFIX + "route.";

    /** Why the record is in this topic: one of the reasons of the contract, in capitals. */
    public static final String ROUTE_REASON = ROUTE_PREFIX + "reason";
    /** The rule that failed. */
    public static final String ROUTE_RULE = ROUTE_PREFIX + "rule";
    /** The topic before routing. */
    public static final String ROUTE_TOPIC = ROUTE_PREFIX + "topic";

    /** The prefix of the headers about attempts. */
    public static final String RETRY_PREFIX = PREFIX + "retry.";

    /** On a retried record, the number of the retry, from 1. On a dead letter, the number of all retries. */
    public static final String RETRY_ATTEMPT = RETRY_PREFIX + "attempt";
    /** The largest number of retries. */
    public static final String RETRY_MAX = RETRY_PREFIX + "max";
    /** The time of the first failure, epoch milliseconds. */
    public static final String RETRY_FIRST_FAILURE = RETRY_PREFIX + "first.failure.ms";
    /** The time of the last failure, epoch milliseconds. */
    public static final String RETRY_LAST_FAILURE = RETRY_PREFIX + "last.failure.ms";
    /** When the retry is due, epoch milliseconds. */
    public static final String RETRY_DUE = RETRY_PREFIX + "due.ms";
    /** Why the record is a dead letter: one of the reasons of the contract, in capitals. */
    public static final String RETRY_REASON = RETRY_PREFIX + "reason";
    /** The last failures: {@code <retries before it>,<epoch ms>,<class>;...} */
    public static final String RETRY_HISTORY = RETRY_PREFIX + "history";
    /** How often the message was redriven. */
    public static final String RETRY_REDRIVE = RETRY_PREFIX + "redrive";
    /**
     * The parts that were removed so that the record fits its topic: {@code stacktrace}, {@code history}, {@code
     * value}.
     */
    public static final String RETRY_SHED = RETRY_PREFIX + "shed";

    /** The prefix of the headers about the last error; a retried record has none of them. */
    public static final String ERROR_PREFIX = PREFIX + "error.";

    /** The stage of the Connect pipeline that failed, such as {@code VALUE_CONVERTER}. */
    public static final String ERROR_STAGE = ERROR_PREFIX + "stage";
    /** The full class name of the error. */
    public static final String ERROR_CLASS = ERROR_PREFIX + "class";
    /** The full class name of its root cause. */
    public static final String ERROR_ROOT_CLASS = ERROR_PREFIX + "root.class";

    public static final String ERROR_MESSAGE = ERROR_PREFIX + "message";
    public static final String ERROR_STACKTRACE = ERROR_PREFIX + "stacktrace";
    /** A text that is equal for errors of the same kind at the same place, for every record. */
    public static final String ERROR_FINGERPRINT = ERROR_PREFIX + "fingerprint";

    /** The prefix of the headers about the first error; written once, never overwritten. */
    public static final String FIRST_ERROR_PREFIX = PREFIX + "first.error.";

    public static final String FIRST_ERROR_CLASS = FIRST_ERROR_PREFIX + "class";
    public static final String FIRST_ERROR_MESSAGE = FIRST_ERROR_PREFIX + "message";

    private HeaderNames() {}
}
