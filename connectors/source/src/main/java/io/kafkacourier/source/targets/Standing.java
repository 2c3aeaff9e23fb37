/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.source.targets.Trials.Ruling;
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

    static final Duration FIRST_REFUSAL = Duration.ofMinutes(10);
    static final Duration LONGEST_REFUSAL = Duration.ofHours(1);

    /** A failure that came late counts as a part of one that came at once. */
    private static final int LATE_FOR_ONE = 3;

    /** A topic that took such records before is not blamed as soon. */
    private static final int NEEDED_IF_IT_TOOK_SOME = 2 * LATE_FOR_ONE;

    private static final int MOST_NEEDED = 4 * LATE_FOR_ONE;

    /**
     * Why a topic is suspected.
     *
     * @param failures how often tasks ended in a row at a record for it that was sent alone: three for one that ended at once,
     *     one for one that ended late
     * @param needed how many of these make it refused
     * @param failedBytes the smallest record for which that was so; the largest value if there is none
     * @param failedMs when that was, epoch ms
     * @param refusal how such records are refused; null if they never were
     */
    record Doubt(
            int failures,
            int needed,
            long failedBytes,
            long failedMs,
            @Nullable Refusal refusal) {

        private static Doubt first(boolean hasTakenSome) {
            return new Doubt(0, hasTakenSome ? NEEDED_IF_IT_TOOK_SOME : LATE_FOR_ONE, Long.MAX_VALUE, 0, null);
        }

        private Doubt failedAlone(long bytes, boolean isPrompt, long nowMs) {
            int counted = failures + (isPrompt ? LATE_FOR_ONE : 1);
            return counted < needed
                    ? new Doubt(counted, needed, failedBytes, failedMs, refusal)
                    : new Doubt(0, needed, bytes, nowMs, Refusal.after(refusal));
        }

        private boolean refuses(long bytes, long nowMs) {
            return refusal != null && bytes >= failedBytes && refusal.isOn(failedMs, nowMs);
        }

        private Doubt with(Refusal changed) {
            return new Doubt(failures, needed, failedBytes, failedMs, changed);
        }

        /** More is needed the next time: refusing has not helped. */
        private Doubt revoked() {
            return new Doubt(0, Math.min(2 * needed, MOST_NEEDED), Long.MAX_VALUE, 0, null);
        }
    }

    /**
     * How records are refused. It begins with the first of them, however late after the failure a task is restarted.
     *
     * @param beganMs when that was, epoch ms; negative if there was none yet
     * @param lengthMs how long it is
     * @param isConfirmed whether something else was written since it began
     */
    record Refusal(long beganMs, long lengthMs, boolean isConfirmed) {

        private static final long NOT_YET = -1;

        /** The one after another: longer if that one was right. */
        private static Refusal after(@Nullable Refusal last) {
            boolean isRight = last != null && last.isConfirmed;
            return new Refusal(NOT_YET, (isRight ? LONGEST_REFUSAL : FIRST_REFUSAL).toMillis(), false);
        }

        private boolean hasBegun() {
            return beganMs != NOT_YET;
        }

        private boolean isOn(long failedMs, long nowMs) {
            return hasBegun()
                    ? Math.abs(nowMs - beganMs) < lengthMs
                    : Math.abs(nowMs - failedMs) < LONGEST_REFUSAL.toMillis();
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

    /** After a record of that size was asked for, which begins a refusal. */
    Standing asked(long bytes, long nowMs) {
        Refusal refusal = doubt == null ? null : doubt.refusal;
        return doubt == null || refusal == null || refusal.hasBegun() || rule(bytes, nowMs) != Ruling.REFUSE
                ? this
                : with(doubt.with(new Refusal(nowMs, refusal.lengthMs, false)));
    }

    /** How long records will be refused that a task failed at just now, in milliseconds; 0 if they will not. */
    long refusalToComeMs() {
        Refusal refusal = doubt == null ? null : doubt.refusal;
        return refusal == null || refusal.hasBegun() ? 0 : refusal.lengthMs;
    }

    /** After a record that was not proven was written. */
    Standing written(long bytes, long nowMs) {
        boolean isSmallerThanFailed = doubt != null && doubt.failedBytes != Long.MAX_VALUE && bytes < doubt.failedBytes;
        return new Standing(bytes, nowMs, isSmallerThanFailed ? doubt : null);
    }

    /** After a task ended before a record was written. */
    Standing failed(long bytes, boolean isAlone, boolean isPrompt, long nowMs) {
        Doubt before = doubt == null ? Doubt.first(bytes <= writtenBytes) : doubt;
        return with(isAlone ? before.failedAlone(bytes, isPrompt, nowMs) : before);
    }

    /** After something else was written. */
    Standing confirmed() {
        Refusal refusal = unconfirmed();
        return doubt == null || refusal == null
                ? this
                : with(doubt.with(new Refusal(refusal.beganMs, refusal.lengthMs, true)));
    }

    /** After a task ended at something else, with nothing written. */
    Standing revoked() {
        return doubt == null || unconfirmed() == null ? this : with(doubt.revoked());
    }

    private @Nullable Refusal unconfirmed() {
        Refusal refusal = doubt == null ? null : doubt.refusal;
        return refusal == null || !refusal.hasBegun() || refusal.isConfirmed ? null : refusal;
    }

    private Standing with(Doubt changed) {
        return new Standing(writtenBytes, writtenMs, changed);
    }
}
