/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The documents that wait to be sent to one index, and the state of that index. A healthy index gets its documents in full
 * bulks, or when the oldest has lingered. A faulty one, which refused documents for a reason that is not theirs, is left
 * alone for a back-off and then probed with one request at a time, until one is answered without such a refusal. New
 * documents for a faulty index wait here and are not sent before.
 *
 * <p>Every bulk holds documents of this index only, so whatever happens to a request is this index's affair. Times are
 * milliseconds of one clock that never goes back. Not safe for use by several threads.
 */
final class IndexQueue {

    /** How long an index that took a document is known to take documents. */
    private static final long LATELY_MS = Duration.ofMinutes(5).toMillis();

    /** The limits of a bulk: bytes, documents, and how long the first document waits for others. */
    record Limits(int maxBytes, int maxRecords, long lingerMs) {}

    private final String index;
    private final Limits limits;
    private final Backoff backoff;
    private final Reminder reminder;
    private final long createdMs;

    private final Deque<Bulk> full = new ArrayDeque<>();
    private Bulk open = new Bulk();
    private long openedMs;
    private boolean flushed;

    private int inFlight;
    private long usedMs;
    private long tookMs;
    private boolean everTook;

    private boolean faulty;
    /** The bulk under way while the index is faulty; null if none is. */
    private @Nullable Bulk probe;

    private long heldMs;
    private long untilMs;

    IndexQueue(String index, Limits limits, Backoff backoff, long nowMs) {
        this.index = index;
        this.limits = limits;
        this.backoff = backoff;
        this.reminder = new Reminder(nowMs);
        this.createdMs = nowMs;
        this.usedMs = nowMs;
    }

    String index() {
        return index;
    }

    /** When the task first met this index, or met it again after a long time. */
    long createdMs() {
        return createdMs;
    }

    /** Adds the document of a record that was just read. */
    Operation add(Pending pending, Document document, long nowMs) {
        makeRoom(Bulk.lengthOf(document), nowMs);
        usedMs = nowMs;
        return added(open.add(pending, document));
    }

    /** Adds a document of a bulk that was sent, behind all others. */
    void addAgain(Operation operation, Bulk from, long nowMs) {
        makeRoom(operation.length(), nowMs);
        added(open.add(operation, from));
    }

    /** Puts a bulk that was sent, or a part of one, before all others. */
    void addFirst(Bulk bulk) {
        full.addFirst(bulk);
        stick(bulk, 1);
    }

    /** Puts a bulk that was sent behind all others, as it is. */
    void addLast(Bulk bulk) {
        seal();
        full.addLast(bulk);
        stick(bulk, 1);
    }

    /** Lets nothing linger that is here now. */
    void flush() {
        flushed = !open.isEmpty();
    }

    /** Whether a bulk is to be sent now, apart from limits on requests. */
    boolean isDue(long nowMs) {
        return dueMs() <= nowMs;
    }

    /** When the next bulk is to be sent; {@link Long#MAX_VALUE} if nothing waits or a probe is not answered yet. */
    long dueMs() {
        if (isEmpty() || probe != null) {
            return Long.MAX_VALUE;
        } else if (faulty) {
            return untilMs;
        }
        return full.isEmpty() && !flushed ? openedMs + limits.lingerMs() : Long.MIN_VALUE;
    }

    /** Takes out the next bulk, of which there must be one, to send it: {@link #returned} has to follow. */
    Bulk take() {
        if (full.isEmpty()) {
            seal();
        }
        Bulk next = full.removeFirst();
        inFlight++;
        if (faulty) {
            probe = next;
        }
        return next;
    }

    /** A bulk that was taken out has been answered, or has failed. */
    void returned(Bulk bulk) {
        inFlight--;
        if (bulk == probe) {
            stick(bulk, -1);
            probe = null;
        }
    }

    /**
     * The index refused documents of a request for a reason of its own. Requests that were under way when it last did so
     * are the same trouble and count once.
     *
     * @param sentMs when the request was sent
     * @param progress whether the index took other documents of the request: the back-off then starts again
     * @return whether this is worth a line in the log: the index was healthy before, or a minute has passed
     */
    boolean hold(long sentMs, long nowMs, boolean progress) {
        boolean isNew = !faulty;
        if (isNew) {
            faulty = true;
            stickAll(1);
        }
        if (isNew || sentMs >= heldMs) {
            if (progress) {
                backoff.reset();
            }
            untilMs = nowMs + backoff.nextMs();
            heldMs = nowMs;
        }
        return reminder.isDue(nowMs) || isNew;
    }

    /** The index took a document. */
    void took(long nowMs) {
        everTook = true;
        tookMs = nowMs;
    }

    /** Whether the index took a document within the last minutes. */
    boolean tookLately(long nowMs) {
        return everTook && nowMs - tookMs < LATELY_MS;
    }

    /**
     * A request was answered, and the index refused none of its documents for a reason of its own.
     *
     * @return whether the index was faulty until now
     */
    boolean healed() {
        if (!faulty) {
            return false;
        }
        stickAll(-1);
        if (probe != null) {
            // A request from before the fault was answered first. The probe is a request like any other from now on.
            stick(probe, -1);
            probe = null;
        }
        faulty = false;
        backoff.reset();
        return true;
    }

    boolean isFaulty() {
        return faulty;
    }

    boolean isProbing() {
        return probe != null;
    }

    boolean isEmpty() {
        return full.isEmpty() && open.isEmpty();
    }

    /** Requests under way. */
    int inFlight() {
        return inFlight;
    }

    /** Whether it got a record within that time. */
    boolean usedWithin(long ms, long nowMs) {
        return nowMs - usedMs < ms;
    }

    /** Whether nothing would be forgotten if it were dropped. */
    boolean isIdle(long nowMs) {
        return isEmpty() && inFlight == 0 && !faulty && !tookLately(nowMs) && !usedWithin(LATELY_MS, nowMs);
    }

    /** Memory that was taken for more documents. */
    int spareBytes() {
        return open.spareBytes();
    }

    /** Drops documents; asks once for each. */
    void removeIf(Predicate<Operation> which) {
        stickAll(-1);
        open = without(open, which);
        List<Bulk> kept = new ArrayList<>();
        for (Bulk bulk : full) {
            kept.add(without(bulk, which));
        }
        kept.removeIf(Bulk::isEmpty);
        full.clear();
        full.addAll(kept);
        stickAll(1);
    }

    private static Bulk without(Bulk bulk, Predicate<Operation> which) {
        List<Operation> kept = bulk.operations().stream().filter(which.negate()).toList();
        return kept.size() == bulk.count() ? bulk : bulk.only(kept);
    }

    private void makeRoom(int length, long nowMs) {
        if (open.count() >= limits.maxRecords() || open.length() + length > limits.maxBytes()) {
            seal();
        }
        if (open.isEmpty()) {
            openedMs = nowMs;
        }
    }

    private Operation added(Operation operation) {
        if (faulty) {
            operation.pending().partition().stuck(operation.heldBytes());
        }
        if (open.count() >= limits.maxRecords()) {
            seal();
        }
        return operation;
    }

    private void seal() {
        if (!open.isEmpty()) {
            open.trim();
            full.addLast(open);
            open = new Bulk();
        }
        flushed = false;
    }

    private void stickAll(int sign) {
        stick(open, sign);
        full.forEach(bulk -> stick(bulk, sign));
    }

    private void stick(Bulk bulk, int sign) {
        if (faulty) {
            for (Operation operation : bulk.operations()) {
                operation.pending().partition().stuck(sign * operation.heldBytes());
            }
        }
    }
}
