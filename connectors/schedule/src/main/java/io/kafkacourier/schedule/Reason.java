/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * Why a record is refused; the names are the values of the headers {@code __courier.route.reason} and {@code
 * __courier.retry.reason}.
 */
public enum Reason {
    /** A delay header that cannot be read, or a delay on a record without a timestamp to count it from. */
    UNREADABLE_DUE_TIME,
    /** The wait is longer than is allowed, or than can be waited. */
    DELAY_TOO_LONG,
    /** Neither the record nor the configuration names a target. */
    NO_TARGET,
    /** The target is no legal name, internal, not on the list, an input, or takes no record without a key. */
    TARGET_NOT_ALLOWED,
    /** The target does not exist and may not be created. */
    TARGET_MISSING,
    /** The record is larger than the target or the producer takes. */
    TOO_LARGE,
    /** It was tried as often as is allowed. */
    EXHAUSTED,
    /** Its error is one that a further attempt does not mend. */
    NON_RETRIABLE,
    /** It could not be read. */
    DESERIALIZATION,
    /** It has been failing for too long. */
    EXPIRED,
    /** It is to go back to the topic it was first in, which is not known. */
    NO_ORIGIN,
    /** It was redriven too often. */
    LOOP,
    /** Whoever wrote it asks for no further attempt. */
    MANUAL;

    /** Whether the reason is the time asked for, not the place. */
    public boolean isTiming() {
        return this == UNREADABLE_DUE_TIME || this == DELAY_TOO_LONG;
    }
}
