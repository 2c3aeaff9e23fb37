/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Limits events to a rate per second. Permits that are not used within half a second are lost, so that there is no burst
 * after a pause. For one thread at a time.
 */
final class RateLimit {

    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double MOST_SAVED_SECONDS = 0.5;

    private final double perSecond;
    private final LongSupplier nanoTime;
    private double saved;
    private boolean hasBegun;
    private long lastNanos;

    /** @param perSecond 0 for no limit */
    RateLimit(int perSecond, LongSupplier nanoTime) {
        this.perSecond = perSecond;
        this.nanoTime = nanoTime;
    }

    /** How many events are allowed now. It counts from the first call, so that there is no burst at the beginning. */
    int allowed() {
        if (perSecond == 0) {
            return Integer.MAX_VALUE;
        }
        long now = nanoTime.getAsLong();
        if (!hasBegun) {
            hasBegun = true;
            lastNanos = now;
        }
        saved = Math.min(saved + (now - lastNanos) * perSecond / SECOND, Math.max(1, perSecond * MOST_SAVED_SECONDS));
        lastNanos = now;
        return (int) saved;
    }

    /** Uses one permit. */
    void spend() {
        saved -= perSecond == 0 ? 0 : 1;
    }
}
