/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * How each index fares: when it last took a document, and, where it refuses documents for a reason of its own, the
 * operations that wait for it to be mended. Each index has its own back-off, so that one that is closed does not hold up
 * the others. Not safe for use by several threads.
 */
final class Indices {

    /** How long ago an index may have taken a document for an unclear error to be held against the document. */
    private static final long LATELY_MS = Duration.ofMinutes(5).toMillis();

    private static final class Fault {
        private final Backoff backoff;
        private Deque<Bulk> held = new ArrayDeque<>();
        private long untilMs;

        Fault(Backoff backoff) {
            this.backoff = backoff;
        }
    }

    private final Supplier<Backoff> backoffs;
    private final int bulkMaxBytes;
    private final int bulkMaxRecords;
    private final Map<String, Fault> faults = new HashMap<>();
    private final Map<String, Long> acceptedMs = new HashMap<>();

    Indices(Supplier<Backoff> backoffs, int bulkMaxBytes, int bulkMaxRecords) {
        this.backoffs = backoffs;
        this.bulkMaxBytes = bulkMaxBytes;
        this.bulkMaxRecords = bulkMaxRecords;
    }

    /**
     * Keeps an operation until its index is due again.
     *
     * @return whether the index was not known to be faulty before
     */
    boolean hold(Operation operation, Bulk from, long nowMs) {
        Fault fault = faults.get(operation.index());
        boolean isNew = fault == null;
        if (fault == null) {
            fault = new Fault(backoffs.get());
            faults.put(operation.index(), fault);
        }
        if (fault.held.isEmpty()) {
            fault.untilMs = nowMs + fault.backoff.nextMs();
        }
        Bulk last = fault.held.peekLast();
        if (last == null || last.count() >= bulkMaxRecords || last.length() + operation.length() > bulkMaxBytes) {
            last = new Bulk();
            fault.held.addLast(last);
        }
        last.add(operation, from);
        return isNew;
    }

    /**
     * Says that an index took a document.
     *
     * @return what waited for that, to be sent at once
     */
    List<Bulk> accepted(String index, long nowMs) {
        acceptedMs.put(index, nowMs);
        Fault mended = faults.remove(index);
        return mended == null ? List.of() : List.copyOf(mended.held);
    }

    /** Whether an index took a document within the last minutes. */
    boolean acceptedLately(String index, long nowMs) {
        Long last = acceptedMs.get(index);
        return last != null && nowMs - last < LATELY_MS;
    }

    /** Hands out what is due. The indices stay faulty until one of their documents is taken. */
    void release(long nowMs, Consumer<Bulk> due) {
        for (Fault fault : faults.values()) {
            if (!fault.held.isEmpty() && nowMs >= fault.untilMs) {
                fault.held.forEach(due);
                fault.held.clear();
            }
        }
    }

    /** When the next operation is due; {@link Long#MAX_VALUE} when none waits. */
    long nextDueMs() {
        return faults.values().stream()
                .filter(fault -> !fault.held.isEmpty())
                .mapToLong(fault -> fault.untilMs)
                .min()
                .orElse(Long.MAX_VALUE);
    }

    /** Drops operations; asks once for each. */
    void removeIf(Predicate<Operation> which) {
        for (Fault fault : faults.values()) {
            List<Bulk> kept = new ArrayList<>();
            for (Bulk bulk : fault.held) {
                kept.add(bulk.only(
                        bulk.operations().stream().filter(which.negate()).toList()));
            }
            kept.removeIf(Bulk::isEmpty);
            fault.held = new ArrayDeque<>(kept);
        }
    }
}
