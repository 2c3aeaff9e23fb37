/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import io.kafkacourier.sink.Batch.Operation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records that wait to be sent to one destination, and the state of that destination. A healthy destination gets its
 * records in full batches, or when the oldest has lingered. A faulty one, which refused records for a reason of its own, is
 * left alone for a back-off and then probed with one request at a time, until one is answered without such a refusal. Until
 * then, new records for it wait here.
 *
 * <p>Every batch holds records for this destination only, so whatever happens to a request concerns this destination only.
 * Times are milliseconds of one clock that never goes back. Not safe for use by several threads.
 */
final class DestinationQueue {

    /** For how long a record that was taken shows that the destination takes records. */
    private static final long LATELY_MS = Duration.ofMinutes(5).toMillis();

    /** The limits of a batch: bytes, records, and how long the first record waits for others. */
    record Limits(int maxBytes, int maxRecords, long lingerMs) {}

    private final String destination;
    private final Limits limits;
    private final ExponentialBackoff backoff;
    private final long createdMs;

    private final Deque<Batch> full = new ArrayDeque<>();
    private Batch open = new Batch();
    private long openedMs;
    private boolean flushed;

    private int inFlight;
    private long usedMs;
    private long tookMs;
    private boolean everTook;

    private boolean faulty;
    /** The batch under way while the destination is faulty; null if none is. */
    private @Nullable Batch probe;

    private long heldMs;
    private long untilMs;

    DestinationQueue(String destination, Limits limits, ExponentialBackoff backoff, long nowMs) {
        this.destination = destination;
        this.limits = limits;
        this.backoff = backoff;
        this.createdMs = nowMs;
        this.usedMs = nowMs;
    }

    String destination() {
        return destination;
    }

    /** When the task first met this destination, or met it again after a long time. */
    long createdMs() {
        return createdMs;
    }

    /** Adds a record that was just read. */
    Operation add(PendingRecord pending, EncodedRecord encoded, long nowMs) {
        makeRoom(encoded.length(), nowMs);
        usedMs = nowMs;
        return added(open.add(pending, encoded));
    }

    /** Adds a record of a batch that was sent, after all others. */
    void addAgain(Operation operation, Batch from, long nowMs) {
        makeRoom(operation.length(), nowMs);
        added(open.add(operation, from));
    }

    /** Puts a batch that was sent, or a part of one, before all others. */
    void addFirst(Batch batch) {
        full.addFirst(batch);
        stick(batch, 1);
    }

    /** Puts a batch that was sent after all others, as it is. */
    void addLast(Batch batch) {
        seal();
        full.addLast(batch);
        stick(batch, 1);
    }

    /** Makes all records that are here now due. */
    void flush() {
        flushed = !open.isEmpty();
    }

    /** Whether a batch is due to be sent, apart from limits on requests. */
    boolean isDue(long nowMs) {
        return dueMs() <= nowMs;
    }

    /** When the next batch is due; {@link Long#MAX_VALUE} if nothing waits or a probe is not answered yet. */
    long dueMs() {
        if (isEmpty() || probe != null) {
            return Long.MAX_VALUE;
        } else if (faulty) {
            return untilMs;
        }
        return full.isEmpty() && !flushed ? openedMs + limits.lingerMs() : Long.MIN_VALUE;
    }

    /** Removes the next batch, of which there must be one, to send it: {@link #returned} has to follow. */
    Batch take() {
        if (full.isEmpty()) {
            seal();
        }
        Batch next = full.removeFirst();
        inFlight++;
        if (faulty) {
            probe = next;
        }
        return next;
    }

    /** The request of a batch that was taken has been answered, or has failed. */
    void returned(Batch batch) {
        inFlight--;
        if (batch == probe) {
            stick(batch, -1);
            probe = null;
        }
    }

    /**
     * The destination refused records of a request for a reason of its own. Requests that were under way when it last did so
     * are part of the same fault and count once.
     *
     * @param sentMs when the request was sent
     * @param progress whether the destination took other records of the request: the back-off then starts again
     */
    void hold(long sentMs, long nowMs, boolean progress) {
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
    }

    /** The destination took a record. */
    void took(long nowMs) {
        everTook = true;
        tookMs = nowMs;
    }

    /** Whether the destination took a record within the last minutes. */
    boolean tookLately(long nowMs) {
        return everTook && nowMs - tookMs < LATELY_MS;
    }

    /**
     * A request was answered, and the destination refused none of its records for a reason of its own.
     *
     * @return whether the destination was faulty until now
     */
    boolean recovered() {
        if (!faulty) {
            return false;
        }
        stickAll(-1);
        if (probe != null) {
            // A request from before the fault was answered first. From now on, the probe is a request like any other.
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

    /** Whether a record came for it within that time. */
    boolean usedWithin(long ms, long nowMs) {
        return nowMs - usedMs < ms;
    }

    /** Whether it can be dropped without losing anything. */
    boolean isIdle(long nowMs) {
        return isEmpty() && inFlight == 0 && !faulty && !tookLately(nowMs) && !usedWithin(LATELY_MS, nowMs);
    }

    /** The memory that is reserved for more records. */
    int spareBytes() {
        return open.spareBytes();
    }

    /** Drops records. {@code which} is asked once for each. */
    void removeIf(Predicate<Operation> which) {
        stickAll(-1);
        open = without(open, which);
        List<Batch> kept = new ArrayList<>();
        for (Batch batch : full) {
            kept.add(without(batch, which));
        }
        kept.removeIf(Batch::isEmpty);
        full.clear();
        full.addAll(kept);
        stickAll(1);
    }

    private static Batch without(Batch batch, Predicate<Operation> which) {
        List<Operation> kept =
                batch.operations().stream().filter(which.negate()).toList();
        return kept.size() == batch.count() ? batch : batch.only(kept);
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
            open = new Batch();
        }
        flushed = false;
    }

    private void stickAll(int sign) {
        stick(open, sign);
        full.forEach(batch -> stick(batch, sign));
    }

    private void stick(Batch batch, int sign) {
        if (faulty) {
            for (Operation operation : batch.operations()) {
                operation.pending().partition().stuck(sign * operation.heldBytes());
            }
        }
    }
}
