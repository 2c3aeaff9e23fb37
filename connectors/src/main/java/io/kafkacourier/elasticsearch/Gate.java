/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether requests may be sent: not for a while after the server was in trouble, each time for longer, until one is
 * answered again. Times are of one clock that never goes back. Not safe for use by several threads.
 */
final class Gate {

    private static final Logger log = LoggerFactory.getLogger(Gate.class);

    private final Backoff backoff;
    private final Reminder reminder;
    private long closedMs = Long.MIN_VALUE;
    private long reopensMs = Long.MIN_VALUE;

    Gate(Backoff backoff, Reminder reminder) {
        this.backoff = backoff;
        this.reminder = reminder;
    }

    boolean isOpen(long nowMs) {
        return nowMs >= reopensMs;
    }

    /** How long until it opens; 0 when it is open. */
    long closedForMs(long nowMs) {
        return isOpen(nowMs) ? 0 : reopensMs - nowMs;
    }

    /** Whether no request was answered since the last trouble. */
    boolean isInTrouble() {
        return backoff.isActive();
    }

    /**
     * Says that a request met with trouble. Requests that were under way when the gate closed are one and the same
     * trouble and count once.
     */
    void trouble(long sentMs, long nowMs, String error) {
        if (sentMs < closedMs) {
            return;
        }
        boolean isNew = !backoff.isActive();
        long waitMs = backoff.nextMs();
        closedMs = nowMs;
        reopensMs = nowMs + waitMs;
        if (isNew || reminder.isDue(nowMs)) {
            log.warn("Elasticsearch cannot take documents now ({}); trying again, next in {} ms", error, waitMs);
        }
    }

    /** Says that a request met with no trouble. One that was sent before the last trouble proves nothing. */
    void answered(long sentMs) {
        if (backoff.isActive() && sentMs >= reopensMs) {
            log.info("Elasticsearch takes documents again");
            backoff.reset();
        }
    }
}
