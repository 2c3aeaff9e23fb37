/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Documents whose requests fail although they are alone in them: something between the task and the server, or the
 * server itself, cuts the connection or answers 400 or 403. That may be the document's fault or the path's. Each is tried
 * again with a back-off of its own and stops no other. An attempt counts against the document only if the server could be
 * reached right after it, and took a document that was sent after the last request failed in which this one had company, or
 * after it first failed alone. What was sent before proves nothing, however late it was answered.
 *
 * <p>Times are milliseconds of one clock that never goes back. Not safe for use by several threads.
 */
final class Suspects {

    /** How many attempts that count are enough to refuse the document. */
    static final int MAX_ATTEMPTS = 5;

    private enum State {
        /** Whether the last attempt counts is not known yet. */
        UNCHECKED,
        WAITING,
        SENT
    }

    /** A suspect that is no longer given the benefit of the doubt, with what became of its last attempt. */
    record Convicted(Bulk bulk, String error) {}

    private static final class Suspect {
        private final Bulk bulk;
        private final Backoff backoff;
        private final long since;
        private String error = "";
        private State state = State.UNCHECKED;
        /** Attempts after which the server could be reached. */
        private int failures;
        /** Those of them that count against the document. */
        private int attempts;

        private long dueMs;

        Suspect(Bulk bulk, Backoff backoff, long since) {
            this.bulk = bulk;
            this.backoff = backoff;
            this.since = since;
        }
    }

    private final Supplier<Backoff> backoffs;
    private final Map<Pending, Suspect> suspects = new HashMap<>();

    Suspects(Supplier<Backoff> backoffs) {
        this.backoffs = backoffs;
    }

    /**
     * Takes over a document whose request failed.
     *
     * @param bulk of one document
     * @param requestsSent how many have been sent so far
     * @return whether it was no suspect before
     */
    boolean suspect(Bulk bulk, String error, long requestsSent) {
        Operation operation = bulk.operations().get(0);
        Suspect suspect = suspects.get(operation.pending());
        boolean isNew = suspect == null;
        if (suspect == null) {
            long since = bulk.failedAfter() == Bulk.NEVER ? requestsSent : bulk.failedAfter();
            suspect = new Suspect(bulk, backoffs.get(), since);
            suspects.put(operation.pending(), suspect);
            stick(operation, 1);
        }
        suspect.error = error;
        suspect.state = State.UNCHECKED;
        return isNew;
    }

    /** Whether the fate of some last attempts depends on whether the server can be reached. */
    boolean areUnchecked() {
        return suspects.values().stream().anyMatch(suspect -> suspect.state == State.UNCHECKED);
    }

    /**
     * Settles the attempts that wait for it.
     *
     * @param reachable whether the server answered
     * @param lastTaken the ordinal of the latest of the requests of which a document was taken
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

    /** Takes out a suspect that failed too often; null if there is none. */
    @Nullable
    Convicted convicted() {
        for (Iterator<Suspect> it = suspects.values().iterator(); it.hasNext(); ) {
            Suspect suspect = it.next();
            if (suspect.state == State.WAITING && suspect.attempts >= MAX_ATTEMPTS) {
                it.remove();
                stick(suspect.bulk.operations().get(0), -1);
                return new Convicted(suspect.bulk, suspect.error);
            }
        }
        return null;
    }

    /**
     * The last error of a document that fails again and again while no other is taken, so that it looks like the path to the
     * server is at fault; null if there is none.
     */
    @Nullable
    String hopeless() {
        return suspects.values().stream()
                .filter(suspect -> suspect.failures >= MAX_ATTEMPTS && suspect.attempts == 0)
                .map(suspect -> suspect.error)
                .findFirst()
                .orElse(null);
    }

    /** A document to try again, alone: only one at a time; null if none is due. */
    @Nullable
    Bulk next(long nowMs) {
        if (isAnySent()) {
            return null;
        }
        for (Suspect suspect : suspects.values()) {
            if (suspect.state == State.WAITING && suspect.dueMs <= nowMs) {
                suspect.state = State.SENT;
                return suspect.bulk;
            }
        }
        return null;
    }

    /**
     * The server answered for these documents.
     *
     * @return whether the bulk was that of a suspect, which it no longer is
     */
    boolean clear(Bulk bulk) {
        if (!isSuspect(bulk)) {
            return false;
        }
        Operation operation = bulk.operations().get(0);
        suspects.remove(operation.pending());
        stick(operation, -1);
        return true;
    }

    /** Whether this is the request of a suspect. */
    boolean isSuspect(Bulk bulk) {
        if (bulk.count() != 1) {
            return false;
        }
        Suspect suspect = suspects.get(bulk.operations().get(0).pending());
        return suspect != null && suspect.bulk == bulk;
    }

    /** The attempt came to nothing for a reason that has nothing to do with the document. */
    void again(Bulk bulk, long nowMs) {
        Suspect suspect = suspects.get(bulk.operations().get(0).pending());
        if (suspect != null) {
            suspect.state = State.WAITING;
            suspect.dueMs = nowMs + suspect.backoff.nextMs();
        }
    }

    /** When the next one is to be tried again; {@link Long#MAX_VALUE} if none waits. */
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

    boolean areEmpty() {
        return suspects.isEmpty();
    }

    /** Drops documents that are not on their way; asks once for each. */
    void removeIf(Predicate<Operation> which) {
        for (Iterator<Suspect> it = suspects.values().iterator(); it.hasNext(); ) {
            Suspect suspect = it.next();
            Operation operation = suspect.bulk.operations().get(0);
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
