/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

/**
 * Whether requests may be sent to the server at all. Trouble with a whole request, not with documents or with an index, closes
 * the gate for a back-off. Then it is half-open: reading goes on, and one request at a time is sent. An answer
 * opens it; further trouble closes it for longer. Times are milliseconds of one clock that never goes back. Not safe for
 * use by several threads.
 */
final class Gate {

    private final Backoff backoff;
    private final Reminder reminder;
    private long closedMs = Long.MIN_VALUE;
    private long reopensMs = Long.MIN_VALUE;

    Gate(Backoff backoff, Reminder reminder) {
        this.backoff = backoff;
        this.reminder = reminder;
    }

    boolean isClosed(long nowMs) {
        return nowMs < reopensMs;
    }

    /** How long until it is half-open; 0 if it is not closed. */
    long closedForMs(long nowMs) {
        return isClosed(nowMs) ? reopensMs - nowMs : 0;
    }

    /** How many of these requests may be under way while it is not closed. */
    int permitted(int requests) {
        return backoff.isActive() ? Math.min(1, requests) : requests;
    }

    /**
     * A request met with trouble. Requests that were under way when the gate closed are one and the same trouble and count
     * once.
     *
     * @return whether this is worth a line in the log: it is new, or a minute has passed
     */
    boolean trouble(long sentMs, long nowMs) {
        if (sentMs < closedMs) {
            return false;
        }
        boolean isNew = !backoff.isActive();
        closedMs = nowMs;
        reopensMs = nowMs + backoff.nextMs();
        return reminder.isDue(nowMs) || isNew;
    }

    /**
     * A request was answered. One that was sent before the last trouble proves nothing.
     *
     * @return whether the server was in trouble until now
     */
    boolean answered(long sentMs) {
        if (backoff.isActive() && sentMs >= reopensMs) {
            backoff.reset();
            return true;
        }
        return false;
    }
}
