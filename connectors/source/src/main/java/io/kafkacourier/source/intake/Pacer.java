/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Spaces the batches of a task in time. Each batch is a transaction, and writes an offset record for every partition it
 * touches. For one thread at a time.
 *
 * <p>A round of reading begins at the earliest {@link #INTERVAL} after the last round that found an action, and {@link
 * #REST} after Connect has committed a batch, unless the last round was full. Records that are not urgent go out at the
 * earliest {@link #STRETCHED_INTERVAL} after the last batch that left none behind.
 */
public final class Pacer {

    /**
     * The least time between rounds. A transaction that begins before the broker has written the markers of the previous
     * one waits 20 ms or more there. So a task with few messages would make all of them late by using many transactions.
     */
    public static final Duration INTERVAL = Duration.ofMillis(10);

    /** About the time that the broker needs to write its markers. */
    public static final Duration REST = Duration.ofMillis(5);

    /**
     * How long a record that is not urgent is kept back so that more of them share a transaction. That is less than the
     * spare time of any message when its stay in a tier ends: a quarter of the horizon, which is at least a second.
     */
    public static final Duration STRETCHED_INTERVAL = Duration.ofMillis(200);

    private final LongSupplier ticker;
    private final LongConsumer sleeper;
    private boolean isBatchOut;
    private boolean isFull;
    private long nextRoundNanos;
    private long nextWholeNanos;

    /**
     * @param ticker nanoseconds from any origin
     * @param sleeper sleeps for a number of nanoseconds, or returns early
     */
    public Pacer(LongSupplier ticker, LongConsumer sleeper) {
        this.ticker = ticker;
        this.sleeper = sleeper;
        this.nextRoundNanos = ticker.getAsLong();
        this.nextWholeNanos = nextRoundNanos;
    }

    /** Notes that Connect asks for a batch, and so is done with the previous one. */
    public void asked() {
        if (isBatchOut) {
            isBatchOut = false;
            nextRoundNanos = later(nextRoundNanos, ticker.getAsLong() + REST.toNanos());
        }
    }

    /** Waits until the next round may begin. */
    public void awaitRound() {
        long waitNanos = untilRoundNanos();
        if (waitNanos > 0) {
            sleeper.accept(waitNanos);
        }
    }

    /** The time until the next round may begin; 0 if it may begin now. */
    long untilRoundNanos() {
        return isFull ? 0 : Math.max(0, nextRoundNanos - ticker.getAsLong());
    }

    /** The time until records that are not urgent may go out; 0 if they may go out now. */
    public long untilWholeNanos() {
        return Math.max(0, nextWholeNanos - ticker.getAsLong());
    }

    /** Whether the last round filled a batch, so that the next does not have to wait. */
    public boolean isFull() {
        return isFull;
    }

    /**
     * Notes that a round found an action.
     *
     * @param full whether it filled a batch
     */
    public void found(boolean full) {
        isFull = full;
        nextRoundNanos = ticker.getAsLong() + INTERVAL.toNanos();
    }

    /** Notes that a round found no action. */
    public void foundNothing() {
        isFull = false;
    }

    /**
     * Notes that Connect is handed a batch.
     *
     * @param isWhole whether no record was left behind
     */
    public void handedOut(boolean isWhole) {
        long nowNanos = ticker.getAsLong();
        isBatchOut = true;
        nextRoundNanos = nowNanos + INTERVAL.toNanos();
        if (isWhole) {
            nextWholeNanos = nowNanos + STRETCHED_INTERVAL.toNanos();
        }
    }

    private static long later(long one, long other) {
        return one - other > 0 ? one : other;
    }
}
