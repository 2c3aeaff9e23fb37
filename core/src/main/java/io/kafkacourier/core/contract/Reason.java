/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.contract;

import java.util.EnumSet;
import java.util.Set;

/**
 * Why a message does not go to its intended topic: every value of the headers {@link HeaderNames#ROUTE_REASON} and
 * {@link HeaderNames#RETRY_REASON}. The names are public API.
 */
public enum Reason {
    /** A rule's template uses a field that the record does not have, or that is an array or an object. */
    FIELD_MISSING(Family.RULE),
    /** A rule reads a body that is not JSON, or is cut off. */
    BODY_NOT_JSON(Family.RULE),
    /** A rule reads a body that is encoded: Avro, Protobuf or anything else after a schema id, or gzip. */
    BODY_FRAMED(Family.RULE),
    /** A rule reads a body with too many levels. */
    TOO_DEEP(Family.RULE),
    /** The name that a rule creates is not a legal topic name. */
    ILLEGAL_TOPIC(Family.RULE),
    /** The name that a rule creates is reserved for internal topics, or not allowed by the configuration. */
    TOPIC_NOT_ALLOWED(Family.RULE),
    /** No rule matched, and the configuration requires that one does. */
    NO_MATCH(Family.RULE),

    /** A delay header is unreadable, or there is a delay on a record without a timestamp to count it from. */
    UNREADABLE_DUE_TIME(Family.DUE_TIME),
    /** The wait is longer than the configuration allows, or than is possible. */
    DELAY_TOO_LONG(Family.DUE_TIME),

    /** Neither the message nor the configuration names a target. */
    NO_TARGET(Family.TARGET),
    /**
     * The target has an illegal name, is internal, not on the list, an input, or does not accept records without a key.
     */
    TARGET_NOT_ALLOWED(Family.TARGET),
    /** The target does not exist and may not be created. */
    TARGET_MISSING(Family.TARGET),
    /** The record is larger than the target or the producer accepts. */
    TOO_LARGE(Family.TARGET),

    /** All allowed retries were made. */
    EXHAUSTED(Family.FAILURE),
    /** A further attempt would fail with the same error. */
    NON_RETRIABLE(Family.FAILURE),
    /** A converter could not read the record. */
    DESERIALIZATION(Family.FAILURE),
    /** The message has been failing for too long. */
    EXPIRED(Family.FAILURE),
    /** The message is to go back to its original topic, which is not known. */
    NO_ORIGIN(Family.FAILURE),
    /** The message was redriven too often. */
    LOOP(Family.FAILURE),
    /** The writer of the record asked for no further attempt. */
    MANUAL(Family.FAILURE);

    /** The kinds of reasons. */
    public enum Family {
        /** A rule of the content router, in {@link HeaderNames#ROUTE_REASON}. */
        RULE,
        /** The requested time; in the header of the connector that refuses the message. */
        DUE_TIME,
        /** The requested topic; in the header of the connector that refuses the message. */
        TARGET,
        /** The failure of a message, in {@link HeaderNames#RETRY_REASON}. */
        FAILURE
    }

    private final Family family;

    Reason(Family family) {
        this.family = family;
    }

    /** All reasons of these kinds, as a set that the caller may change. */
    public static Set<Reason> of(Family... families) {
        Set<Family> wanted = Set.of(families);
        Set<Reason> reasons = EnumSet.allOf(Reason.class);
        reasons.removeIf(reason -> !wanted.contains(reason.family));
        return reasons;
    }

    /** The kind of the reason. */
    public Family family() {
        return family;
    }
}
