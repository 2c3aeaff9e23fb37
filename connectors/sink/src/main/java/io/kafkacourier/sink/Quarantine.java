/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import io.kafkacourier.sink.Batch.Operation;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Suspects: records whose requests fail although they are alone in them. Something between the task and the target system, or
 * the system itself, cuts the connection or refuses the request without a reason, and either the record or the path may be at
 * fault. Each record is tried again with a back-off of its own and stops no other.
 *
 * <p>An attempt counts against a record only if both of these hold:
 *
 * <ul>
 *   <li>the target system could be reached right after it;
 *   <li>another record was taken that was sent after the last failure of a request in which this record was not alone; if it
 *       always was alone, after its first failure. A record that was sent earlier proves nothing, however late the answer.
 * </ul>
 *
 * <p>Times are milliseconds of one clock that never goes back. Not safe for use by several threads.
 */
final class Quarantine {

    /** How many attempts that count are enough to refuse the record. */
    static final int MAX_ATTEMPTS = 5;

    private enum State {
        /** Whether the last attempt counts is not known yet. */
        UNCHECKED,
        WAITING,
        SENT
    }

    /**
     * A record that is refused, because enough attempts count against it.
     *
     * @param error the error of its last attempt
     */
    record Rejected(Batch batch, String error) {}

    private static final class Suspect {
        private final Batch batch;
        private final ExponentialBackoff backoff;
        private final long since;
        private String error = "";
        private State state = State.UNCHECKED;
        /** Attempts after which the target system could be reached. */
        private int failures;
        /** Those of them that count against the record. */
        private int attempts;

        private long dueMs;

        Suspect(Batch batch, ExponentialBackoff backoff, long since) {
            this.batch = batch;
            this.backoff = backoff;
            this.since = since;
        }
    }

    private final Supplier<ExponentialBackoff> backoffs;
    private final Map<PendingRecord, Suspect> suspects = new HashMap<>();

    Quarantine(Supplier<ExponentialBackoff> backoffs) {
        this.backoffs = backoffs;
    }

    /**
     * Takes over a record whose request failed.
     *
     * @param batch a batch of one record
     * @param requestsSent how many requests have been sent so far
     * @return whether it was no suspect before
     */
    boolean add(Batch batch, String error, long requestsSent) {
        Operation operation = batch.operations().get(0);
        Suspect suspect = suspects.get(operation.pending());
        boolean isNew = suspect == null;
        if (suspect == null) {
            long since = batch.failedAfter() == Batch.NEVER ? requestsSent : batch.failedAfter();
            suspect = new Suspect(batch, backoffs.get(), since);
            suspects.put(operation.pending(), suspect);
            stick(operation, 1);
        }
        suspect.error = error;
        suspect.state = State.UNCHECKED;
        return isNew;
    }

    /**
     * Decides whether the attempts that wait for a check count.
     *
     * @param reachable whether the target system answered the check
     * @param lastTaken the ordinal of the latest request of which a record was taken
     */
    void checked(boolean reachable, long lastTaken, long nowMs) {
        for (Suspect suspect : suspects.values()) {
            if (suspect.state == State.UNCHECKED) {
                suspect.state = State.WAITING;
                suspect.dueMs = nowMs + suspect.backoff.nextMs();
                if (reachable) {
                    suspect.failures++;
                    suspect.attempts += lastTaken > suspect.since ? 1 : 0;
                }
            }
        }
    }

    /** Removes a record that failed too often; null if there is none. */
    @Nullable
    Rejected nextRejected() {
        for (Iterator<Suspect> it = suspects.values().iterator(); it.hasNext(); ) {
            Suspect suspect = it.next();
            if (suspect.state == State.WAITING && suspect.attempts >= MAX_ATTEMPTS) {
                it.remove();
                stick(suspect.batch.operations().get(0), -1);
                return new Rejected(suspect.batch, suspect.error);
            }
        }
        return null;
    }

    /**
     * The last error of a record that fails again and again while no other is taken, so that the path to the target system is
     * probably at fault; null if there is none.
     */
    @Nullable
    String pathError() {
        return suspects.values().stream()
                .filter(suspect -> suspect.failures >= MAX_ATTEMPTS && suspect.attempts == 0)
                .map(suspect -> suspect.error)
                .findFirst()
                .orElse(null);
    }

    /** A record to try again, alone; null if none is due, or one is under way. */
    @Nullable
    Batch next(long nowMs) {
        if (isAnySent()) {
            return null;
        }
        for (Suspect suspect : suspects.values()) {
            if (suspect.state == State.WAITING && suspect.dueMs <= nowMs) {
                suspect.state = State.SENT;
                return suspect.batch;
            }
        }
        return null;
    }

    /**
     * The record of this batch is no suspect any more: the target system answered for it, or it is not wanted any more.
     *
     * @return whether it was one
     */
    boolean release(Batch batch) {
        if (!contains(batch)) {
            return false;
        }
        Operation operation = batch.operations().get(0);
        suspects.remove(operation.pending());
        stick(operation, -1);
        return true;
    }

    /** Whether this is the batch of a suspect. */
    boolean contains(Batch batch) {
        if (batch.count() != 1) {
            return false;
        }
        Suspect suspect = suspects.get(batch.operations().get(0).pending());
        return suspect != null && suspect.batch == batch;
    }

    /** The attempt failed for a reason that has nothing to do with the record. */
    void retry(Batch batch, long nowMs) {
        Suspect suspect = suspects.get(batch.operations().get(0).pending());
        if (suspect != null) {
            suspect.state = State.WAITING;
            suspect.dueMs = nowMs + suspect.backoff.nextMs();
        }
    }

    /** When the next record is to be tried again; {@link Long#MAX_VALUE} if none waits. */
    long dueMs() {
        if (isAnySent()) {
            return Long.MAX_VALUE;
        }
        return suspects.values().stream()
                .filter(suspect -> suspect.state == State.WAITING)
                .mapToLong(suspect -> suspect.dueMs)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Whether there are no suspects. */
    boolean isEmpty() {
        return suspects.isEmpty();
    }

    /** Drops records that are not under way. {@code which} is asked once for each. */
    void removeIf(Predicate<Operation> which) {
        for (Iterator<Suspect> it = suspects.values().iterator(); it.hasNext(); ) {
            Suspect suspect = it.next();
            Operation operation = suspect.batch.operations().get(0);
            if (suspect.state != State.SENT && which.test(operation)) {
                it.remove();
                stick(operation, -1);
            }
        }
    }

    private boolean isAnySent() {
        return suspects.values().stream().anyMatch(suspect -> suspect.state == State.SENT);
    }

    private static void stick(Operation operation, int sign) {
        operation.pending().partition().stuck(sign * operation.heldBytes());
    }
}
