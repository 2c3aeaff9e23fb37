/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Spaces the batches of a task in time. Each batch is a transaction, and each writes an offset record for every partition
 * it touches. For one thread at a time.
 *
 * <p>A round of reading begins no sooner than {@link #INTERVAL} after the last one that found something to do, and {@link
 * #REST} after Connect has committed a batch, unless the last round was full. What is not urgent goes out no sooner than
 * {@link #STRETCHED_INTERVAL} after the last batch that left nothing behind.
 */
public final class Pacer {

    /**
     * A transaction that begins before the broker has written the markers of the one before it waits 20 ms or more there,
     * so that a task with little to do would make all of it late by its many transactions.
     */
    public static final Duration INTERVAL = Duration.ofMillis(10);

    /** About what the broker needs to write its markers. */
    public static final Duration REST = Duration.ofMillis(5);

    /**
     * How long a record without urgency is kept back so that more of them share a transaction. Less than any message has to
     * spare when its stay in a tier ends: a quarter of the horizon, which is a second at least.
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
     * @param sleeper waits for so many nanoseconds, or returns early
     */
    public Pacer(LongSupplier ticker, LongConsumer sleeper) {
        this.ticker = ticker;
        this.sleeper = sleeper;
        this.nextRoundNanos = ticker.getAsLong();
        this.nextWholeNanos = nextRoundNanos;
    }

    /** Connect asks for a batch, and so is done with the one before. */
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

    /** How long it is until the next round may begin; 0 if it may now. */
    long untilRoundNanos() {
        return isFull ? 0 : Math.max(0, nextRoundNanos - ticker.getAsLong());
    }

    /** How long it is until records without urgency go out; 0 if they may now. */
    public long untilWholeNanos() {
        return Math.max(0, nextWholeNanos - ticker.getAsLong());
    }

    /** Whether the last round found all that one batch takes, so that the next is not to wait for anything. */
    public boolean isFull() {
        return isFull;
    }

    /**
     * A round found something to do.
     *
     * @param full whether it is all that one batch takes
     */
    public void found(boolean full) {
        isFull = full;
        nextRoundNanos = ticker.getAsLong() + INTERVAL.toNanos();
    }

    /** A round found nothing to do. */
    public void foundNothing() {
        isFull = false;
    }

    /**
     * Connect is handed a batch.
     *
     * @param isWhole whether nothing was left behind
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
