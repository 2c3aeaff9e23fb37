/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many bytes a batch may have, adapted to how fast the cluster takes them: a batch is a transaction, which has to end
 * before it times out. For one thread at a time.
 *
 * <p>The limit begins at {@value #LEAST} bytes. A batch that took longer than {@link #SLOW} from when it was handed out to
 * when Connect asks for the next halves it, down to where it began; one that took less than {@link #QUICK}, and used at
 * least half of it, quadruples it, up to the maximum: one four times as large takes less than {@link #SLOW}.
 */
public final class BatchLimit {

    static final Duration SLOW = Duration.ofSeconds(5);
    static final Duration QUICK = Duration.ofSeconds(1);

    /** Where a task begins too, as it may have failed because a batch took too long. */
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

    /** A batch ends with the record that reaches so many bytes. */
    public long bytes() {
        return bytes;
    }

    /** Connect is handed a batch of so many bytes. */
    public void handedOut(long batchBytes) {
        isBatchOut = true;
        outBytes = batchBytes;
        outNanos = ticker.getAsLong();
    }

    /** Connect asks for a batch, and so is done with the one before. */
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
