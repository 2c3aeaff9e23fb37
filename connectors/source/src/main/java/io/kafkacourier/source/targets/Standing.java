/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.source.targets.Trials.Ruling;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The records that a topic has accepted, and why it may be under suspicion.
 *
 * @param writtenBytes the largest record that it accepted; 0 if there is none
 * @param writtenMs when that was, epoch ms
 * @param doubt why it is under suspicion; null if it is not
 */
record Standing(long writtenBytes, long writtenMs, @Nullable Doubt doubt) {

    static final Standing UNKNOWN = new Standing(0, 0, null);

    /**
     * How long a written record proves that such records can be written. Permissions may be withdrawn, and topics created
     * anew.
     */
    static final Duration PROVEN_FOR = Duration.ofMinutes(10);

    static final Duration FIRST_REFUSAL = Duration.ofMinutes(10);
    static final Duration LONGEST_REFUSAL = Duration.ofHours(1);

    /** So many late failures count as much as one prompt failure. */
    private static final int LATE_FOR_ONE = 3;

    /** A topic that accepted such records before needs more failures to be blamed. */
    private static final int NEEDED_IF_IT_TOOK_SOME = 2 * LATE_FOR_ONE;

    private static final int MOST_NEEDED = 4 * LATE_FOR_ONE;

    /**
     * Why a topic is under suspicion.
     *
     * @param failures counts consecutive tasks that ended at a record for it that was sent alone: three for a task that
     *     ended at once, one for a task that ended late
     * @param needed the count from which such records are refused
     * @param failedBytes the smallest record at which a task ended; the largest value if there is none
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

        /** Refusing did not help, so more failures are needed the next time. */
        private Doubt revoked() {
            return new Doubt(0, Math.min(2 * needed, MOST_NEEDED), Long.MAX_VALUE, 0, null);
        }
    }

    /**
     * A period in which records are refused. It begins with the first of them, however late after the failure the task is
     * restarted.
     *
     * @param beganMs when it began, epoch ms; negative if no record was refused yet
     * @param lengthMs how long it is
     * @param isConfirmed whether something else was written since it began
     */
    record Refusal(long beganMs, long lengthMs, boolean isConfirmed) {

        private static final long NOT_YET = -1;

        /** The next period: longer if the last one was confirmed. */
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

    /** Whether a record of that size was written recently. */
    boolean isProven(long bytes, long nowMs) {
        return bytes <= writtenBytes && Math.abs(nowMs - writtenMs) < PROVEN_FOR.toMillis();
    }

    /** The standing after a record of that size was asked for, which begins a refusal. */
    Standing asked(long bytes, long nowMs) {
        Refusal refusal = doubt == null ? null : doubt.refusal;
        return doubt == null || refusal == null || refusal.hasBegun() || rule(bytes, nowMs) != Ruling.REFUSE
                ? this
                : with(doubt.with(new Refusal(nowMs, refusal.lengthMs, false)));
    }

    /** How long records will be refused at which a task failed just now, in milliseconds; 0 if they will not be. */
    long refusalToComeMs() {
        Refusal refusal = doubt == null ? null : doubt.refusal;
        return refusal == null || refusal.hasBegun() ? 0 : refusal.lengthMs;
    }

    /** The standing after a record that was not proven was written. */
    Standing written(long bytes, long nowMs) {
        boolean isSmallerThanFailed = doubt != null && doubt.failedBytes != Long.MAX_VALUE && bytes < doubt.failedBytes;
        return new Standing(bytes, nowMs, isSmallerThanFailed ? doubt : null);
    }

    /** The standing after a task ended before a record was written. */
    Standing failed(long bytes, boolean isAlone, boolean isPrompt, long nowMs) {
        Doubt before = doubt == null ? Doubt.first(bytes <= writtenBytes) : doubt;
        return with(isAlone ? before.failedAlone(bytes, isPrompt, nowMs) : before);
    }

    /** The standing after something else was written. */
    Standing confirmed() {
        Refusal refusal = unconfirmed();
        return doubt == null || refusal == null
                ? this
                : with(doubt.with(new Refusal(refusal.beganMs, refusal.lengthMs, true)));
    }

    /** The standing after a task ended at something else, without writing a record. */
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
