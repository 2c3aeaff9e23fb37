/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/** What to do after a request that failed as a whole, so that nothing is known about its records. */
public enum RequestOutcome {
    /** Send it again after a back-off, without limit: there is nothing wrong with its records. */
    RETRY,
    /** As {@link #RETRY}, but in halves: the request may be more than the target system can take at once. */
    THROTTLE,
    /** Nothing answered in time: one destination, or the target system. */
    TIMEOUT,
    /** Send it in halves at once, down to the one record that can never be accepted, which is then refused for good. */
    SPLIT,
    /**
     * Send it in halves too, down to one record, but with a back-off: the connection broke, or the request was refused by an
     * answer without a reason. Either one record or the path to the target system may be at fault, see {@link Quarantine}.
     */
    SUSPECT,
    /** Somebody has to fix the system, the connection to it or the credentials. There is nothing wrong with the records. */
    DESTINATION_FAULT
}
