/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/**
 * Decides whether requests may be sent to the target system at all. A request that fails as a whole, for no reason of its
 * records or its destination, opens the breaker for a back-off. Then it is half-open: reading goes on, and one request at a
 * time is sent. An answer closes it; another failure opens it for longer. Times are milliseconds of one clock that never goes
 * back. Not safe for use by several threads.
 */
final class CircuitBreaker {

    private final ExponentialBackoff backoff;
    private long openedMs = Long.MIN_VALUE;
    private long halfOpenMs = Long.MIN_VALUE;

    CircuitBreaker(ExponentialBackoff backoff) {
        this.backoff = backoff;
    }

    /** Whether nothing may be sent. */
    boolean isOpen(long nowMs) {
        return nowMs < halfOpenMs;
    }

    /** How long until it is half-open; 0 if it is not open. */
    long openForMs(long nowMs) {
        return isOpen(nowMs) ? halfOpenMs - nowMs : 0;
    }

    /** How many of these requests may be under way while it is not open. */
    int permitted(int requests) {
        return backoff.isActive() ? Math.min(1, requests) : requests;
    }

    /**
     * A request failed. Requests that were under way when the breaker opened are part of the same failure and count once.
     *
     * @return whether it counts
     */
    boolean failed(long sentMs, long nowMs) {
        if (sentMs < openedMs) {
            return false;
        }
        openedMs = nowMs;
        halfOpenMs = nowMs + backoff.nextMs();
        return true;
    }

    /**
     * A request was answered. One that was sent before the last failure proves nothing.
     *
     * @return whether this closes the breaker
     */
    boolean answered(long sentMs) {
        if (backoff.isActive() && sentMs >= halfOpenMs) {
            backoff.reset();
            return true;
        }
        return false;
    }
}
