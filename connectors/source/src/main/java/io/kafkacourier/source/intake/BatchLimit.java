/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The number of bytes in a batch, adapted to how fast the cluster accepts them: a batch is a transaction, which has to end
 * before it times out. For one thread at a time.
 *
 * <p>The limit begins at {@value #LEAST} bytes. A batch takes from when it is handed out to when Connect asks for the next
 * one. If that is longer than {@link #SLOW}, the limit halves, down to where it began. If it is less than {@link #QUICK},
 * and the batch used at least half of the limit, the limit quadruples, up to the maximum: a batch four times as large takes
 * less than {@link #SLOW}.
 */
public final class BatchLimit {

    static final Duration SLOW = Duration.ofSeconds(5);
    static final Duration QUICK = Duration.ofSeconds(1);

    /** The lowest limit. A task begins with it, because it may have failed at a batch that took too long. */
    public static final long LEAST = 64 * 1024;

    private static final int GROWTH = 4;

    private final long maxBytes;
    private final long minBytes;
    private final LongSupplier ticker;
    private long bytes;
    private boolean isBatchOut;
    private long outBytes;
    private long outNanos;

    /** @param ticker nanoseconds from any origin */
    public BatchLimit(long maxBytes, LongSupplier ticker) {
        this.maxBytes = maxBytes;
        this.minBytes = Math.min(LEAST, maxBytes);
        this.bytes = minBytes;
        this.ticker = ticker;
    }

    /** The limit in bytes: a batch ends with the record that reaches it. */
    public long bytes() {
        return bytes;
    }

    /** Notes that Connect is handed a batch of so many bytes. */
    public void handedOut(long batchBytes) {
        isBatchOut = true;
        outBytes = batchBytes;
        outNanos = ticker.getAsLong();
    }

    /** Notes that Connect asks for a batch, and so is done with the previous one. */
    public void asked() {
        if (!isBatchOut) {
            return;
        }
        isBatchOut = false;
        long tookNanos = ticker.getAsLong() - outNanos;
        if (tookNanos > SLOW.toNanos()) {
            bytes = Math.max(minBytes, bytes / 2);
        } else if (tookNanos < QUICK.toNanos() && outBytes >= bytes / 2) {
            bytes = Math.min(maxBytes, bytes * GROWTH);
        }
    }
}
