/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/** What became of one record whose request was carried out. */
public enum RecordOutcome {
    /** It is written. */
    WRITTEN,
    /** It had been written before, by an earlier delivery. */
    DUPLICATE,
    /** It has to be sent again after a back-off, without limit: there is nothing wrong with it. */
    RETRY,
    /** As {@link #RETRY}, because the target system has too much to do. */
    OVERLOADED,
    /** Somebody has to fix the destination, the system or the credentials. There is nothing wrong with the record. */
    DESTINATION_FAULT,
    /**
     * It was refused by an error that may be about the record or about the destination: about the record if the destination
     * took others lately, otherwise about the destination.
     */
    UNCLEAR,
    /** It will never be accepted. */
    REFUSED
}
