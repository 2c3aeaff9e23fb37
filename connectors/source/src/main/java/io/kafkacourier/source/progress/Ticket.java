/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

/**
 * The data about a record that is kept from when Connect is handed the record until it is acknowledged. It does not refer
 * to the record: as long as one record of a partition is not acknowledged, the tickets of all later records stay in memory,
 * and their payloads must not. Safe for use by several threads.
 */
public final class Ticket {

    private enum Fate {
        OPEN,
        DROPPED,
        WRITTEN
    }

    private final long low;
    private final int truncations;
    private volatile Fate fate = Fate.OPEN;

    /**
     * @param low the lowest pending offset of the partition once the record is written
     * @param truncations how often the log was truncated before that
     */
    public Ticket(long low, int truncations) {
        this.low = low;
        this.truncations = truncations;
    }

    /** The lowest pending offset of the partition once the record is written. */
    long low() {
        return low;
    }

    /** How often the log of the partition was truncated before {@link #low} was determined. */
    int truncations() {
        return truncations;
    }

    /** Notes that Connect has written the record. */
    public void written() {
        fate = Fate.WRITTEN;
    }

    /** Notes that a transform has dropped the record. */
    public void dropped() {
        fate = Fate.DROPPED;
    }

    /** Whether the record was written or dropped. */
    boolean isDone() {
        return fate != Fate.OPEN;
    }

    boolean isWritten() {
        return fate == Fate.WRITTEN;
    }
}
