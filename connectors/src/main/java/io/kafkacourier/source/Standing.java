/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.source.Trials.Ruling;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a topic has taken, and what makes it suspect.
 *
 * @param writtenBytes the largest record it took; 0 if none
 * @param writtenMs when that was, epoch ms
 * @param doubt why it is suspected; null if it is not
 */
record Standing(long writtenBytes, long writtenMs, @Nullable Doubt doubt) {

    static final Standing UNKNOWN = new Standing(0, 0, null);

    /** How long a record that was written proves that such records can be. Permissions are withdrawn, and topics made anew. */
    static final Duration PROVEN_FOR = Duration.ofMinutes(10);

    static final Duration FIRST_REFUSAL = Duration.ofMinutes(1);
    static final Duration LONGEST_REFUSAL = Duration.ofHours(1);

    /** How many times longer each further refusal is. */
    private static final int LENGTHENING = 8;

    /** A failure that came late counts as a part of one that came at once. */
    private static final int LATE_FOR_ONE = 3;

    private static final int MOST_NEEDED = 64;

    /**
     * Why a topic is suspected.
     *
     * @param failures how often tasks ended in a row at a record for it that was sent alone: three for one that ended at once,
     *     one for one that ended late
     * @param needed how many of these make it refused
     * @param failedBytes the smallest record for which that was so; the largest value if there is none
     * @param refusedMs since when such records are refused, epoch ms
     * @param refusalMs how long they are; 0 if they were never
     * @param isProvisional whether nothing was written since
     */
    record Doubt(int failures, int needed, long failedBytes, long refusedMs, long refusalMs, boolean isProvisional) {

        private static final Doubt FIRST = new Doubt(0, LATE_FOR_ONE, Long.MAX_VALUE, 0, 0, false);

        private Doubt failedAlone(long bytes, boolean isPrompt, long nowMs) {
            int counted = failures + (isPrompt ? LATE_FOR_ONE : 1);
            if (counted < needed) {
                return new Doubt(counted, needed, failedBytes, 0, refusalMs, false);
            }
            long longerMs = Math.max(FIRST_REFUSAL.toMillis(), refusalMs * LENGTHENING);
            return new Doubt(0, needed, bytes, nowMs, Math.min(longerMs, LONGEST_REFUSAL.toMillis()), true);
        }

        private boolean refuses(long bytes, long nowMs) {
            return bytes >= failedBytes && Math.abs(nowMs - refusedMs) < refusalMs;
        }

        private Doubt confirmed() {
            return new Doubt(failures, needed, failedBytes, refusedMs, refusalMs, false);
        }

        /** More is needed the next time: refusing has not helped. */
        private Doubt revoked() {
            return new Doubt(0, Math.min(2 * needed, MOST_NEEDED * LATE_FOR_ONE), Long.MAX_VALUE, 0, 0, false);
        }
    }

    Ruling rule(long bytes, long nowMs) {
        if (doubt == null || isProven(bytes, nowMs)) {
            return Ruling.SEND;
        }
        return doubt.refuses(bytes, nowMs) ? Ruling.REFUSE : Ruling.SEND_ALONE;
    }

    /** Whether one as large was written not long ago. */
    boolean isProven(long bytes, long nowMs) {
        return bytes <= writtenBytes && Math.abs(nowMs - writtenMs) < PROVEN_FOR.toMillis();
    }

    /** How much longer records are refused, in milliseconds. */
    long refusedForMs(long nowMs) {
        return doubt == null ? 0 : Math.max(0, doubt.refusedMs + doubt.refusalMs - nowMs);
    }

    /** After a record that was not proven was written. */
    Standing written(long bytes, long nowMs) {
        boolean isSmallerThanFailed = doubt != null && doubt.failedBytes != Long.MAX_VALUE && bytes < doubt.failedBytes;
        return new Standing(bytes, nowMs, isSmallerThanFailed ? doubt : null);
    }

    /** After a task ended before a record was written. */
    Standing failed(long bytes, boolean isAlone, boolean isPrompt, long nowMs) {
        Doubt before = doubt == null ? Doubt.FIRST : doubt;
        return new Standing(writtenBytes, writtenMs, isAlone ? before.failedAlone(bytes, isPrompt, nowMs) : before);
    }

    Standing confirmed() {
        return doubt != null && doubt.isProvisional ? new Standing(writtenBytes, writtenMs, doubt.confirmed()) : this;
    }

    Standing revoked() {
        return doubt != null && doubt.isProvisional ? new Standing(writtenBytes, writtenMs, doubt.revoked()) : this;
    }
}
