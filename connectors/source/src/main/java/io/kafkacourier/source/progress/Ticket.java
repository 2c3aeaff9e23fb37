/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

/**
 * The state of a record that Connect was handed, kept until it is acknowledged. It does not refer to the record: as long as
 * one record of a partition cannot be acknowledged, the tickets of all later ones are kept, and their payloads must not be.
 * Safe for use by several threads.
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
     * @param low the lowest offset of the partition that is not completed once the record is written
     * @param truncations how often the log was truncated before the record was made
     */
    public Ticket(long low, int truncations) {
        this.low = low;
        this.truncations = truncations;
    }

    /** The lowest offset of the partition that is not completed once the record is written. */
    long low() {
        return low;
    }

    /** How often the log of the partition was truncated before the record was made. */
    int truncations() {
        return truncations;
    }

    /** Connect has written the record. */
    public void written() {
        fate = Fate.WRITTEN;
    }

    /** A transformation has dropped the record. */
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
