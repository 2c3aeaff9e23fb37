/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.time.Duration;

/** When trouble that goes on is to be logged again: once a minute. Not safe for use by several threads. */
final class Reminder {

    private static final long INTERVAL_MS = Duration.ofMinutes(1).toMillis();

    private long lastMs;

    Reminder(long nowMs) {
        this.lastMs = nowMs;
    }

    /** Whether a minute has passed since it last was. */
    boolean isDue(long nowMs) {
        if (nowMs - lastMs < INTERVAL_MS) {
            return false;
        }
        lastMs = nowMs;
        return true;
    }
}
