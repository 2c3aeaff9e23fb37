/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import io.kafkacourier.elasticsearch.Bulk.Operation;
import io.kafkacourier.elasticsearch.IndexQueue.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A queue for each index that documents go to, and who may send next. Indices take turns. One that is slow or faulty
 * cannot take all requests: each index that was written to lately has one in reserve, and probes of faulty indices
 * are not counted among the permitted requests. Not safe for use by several threads.
 */
final class IndexQueues {

    /** How many faulty indices may be probed at once. */
    static final int MAX_PROBES = 4;

    /** How long a request is reserved for an index that gets no more records. */
    private static final long RESERVED_MS = Duration.ofMinutes(1).toMillis();

    private static final int MANY = 64;

    private final Limits limits;
    private final Supplier<Backoff> backoffs;
    private final Runnable onNew;
    private final Map<String, IndexQueue> byIndex = new HashMap<>();
    /** The same queues, with the one that sent last at the end. */
    private final List<IndexQueue> turns = new ArrayList<>();

    /** @param onNew called for each index that is not known, or was not used for so long that it was forgotten */
    IndexQueues(Limits limits, Supplier<Backoff> backoffs, Runnable onNew) {
        this.limits = limits;
        this.backoffs = backoffs;
        this.onNew = onNew;
    }

    /** The queue of an index, made now if there is none. */
    IndexQueue of(String index, long nowMs) {
        IndexQueue queue = byIndex.get(index);
        if (queue == null) {
            dropIdle(nowMs);
            queue = new IndexQueue(index, limits, backoffs.get(), nowMs);
            byIndex.put(index, queue);
            turns.add(queue);
            onNew.run();
        }
        return queue;
    }

    /**
     * The index whose turn it is to send a bulk.
     *
     * @param permitted how many requests healthy indices may have under way in all
     * @param eligible which indices may be written to at all
     * @return null if none may send now
     */
    @Nullable
    IndexQueue next(long nowMs, int permitted, Predicate<IndexQueue> eligible) {
        for (IndexQueue queue : turns) {
            if (queue.isDue(nowMs) && eligible.test(queue) && mayTakeARequest(queue, nowMs, permitted)) {
                turns.remove(queue);
                turns.add(queue);
                return queue;
            }
        }
        return null;
    }

    private boolean mayTakeARequest(IndexQueue queue, long nowMs, int permitted) {
        if (queue.isFaulty()) {
            return turns.stream().filter(IndexQueue::isProbing).count() < MAX_PROBES;
        }
        int underWay = 0;
        int reserved = 0;
        for (IndexQueue each : turns) {
            if (!each.isFaulty()) {
                underWay += each.inFlight();
                if (each != queue && each.inFlight() == 0 && each.usedWithin(RESERVED_MS, nowMs)) {
                    reserved++;
                }
            }
        }
        return underWay + (queue.inFlight() == 0 ? 0 : reserved) < permitted;
    }

    /** Every queue. */
    Collection<IndexQueue> all() {
        return turns;
    }

    /** Lets nothing linger. */
    void flush() {
        turns.forEach(IndexQueue::flush);
    }

    /** Whether no documents wait to be sent. */
    boolean areEmpty() {
        return turns.stream().allMatch(IndexQueue::isEmpty);
    }

    /** How many indices refuse documents now. */
    int faulty() {
        return (int) turns.stream().filter(IndexQueue::isFaulty).count();
    }

    /** When the next bulk is due; {@link Long#MAX_VALUE} if none waits. */
    long dueMs() {
        return turns.stream().mapToLong(IndexQueue::dueMs).min().orElse(Long.MAX_VALUE);
    }

    /** Memory that was taken for more documents. */
    long spareBytes() {
        long bytes = 0;
        for (IndexQueue queue : turns) {
            bytes += queue.spareBytes();
        }
        return bytes;
    }

    /** Drops documents; asks once for each. */
    void removeIf(Predicate<Operation> which) {
        turns.forEach(queue -> queue.removeIf(which));
    }

    private void dropIdle(long nowMs) {
        if (turns.size() >= MANY) {
            turns.removeIf(queue -> queue.isIdle(nowMs) && byIndex.remove(queue.index(), queue));
        }
    }
}
