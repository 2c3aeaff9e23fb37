/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import io.kafkacourier.sink.Batch.Operation;
import io.kafkacourier.sink.DestinationQueue.Limits;
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
 * A queue for each destination, and which of them may send next. Destinations take turns. One that is slow or faulty cannot
 * use up all requests: one is reserved for each destination that was written to lately, and probes of faulty destinations do
 * not count among the permitted requests. Not safe for use by several threads.
 */
final class DestinationQueues {

    /** How many faulty destinations may be probed at once. */
    static final int MAX_PROBES = 4;

    /** How long a request is reserved for a destination that gets no more records. */
    private static final long RESERVED_MS = Duration.ofMinutes(1).toMillis();

    private static final int MANY = 64;

    private final Limits limits;
    private final Supplier<ExponentialBackoff> backoffs;
    private final Runnable onNew;
    private final Map<String, DestinationQueue> byDestination = new HashMap<>();
    /** The same queues; the one that sent last is at the end. */
    private final List<DestinationQueue> turns = new ArrayList<>();

    /** @param onNew called for each destination that is not known, or was not used for so long that it was forgotten */
    DestinationQueues(Limits limits, Supplier<ExponentialBackoff> backoffs, Runnable onNew) {
        this.limits = limits;
        this.backoffs = backoffs;
        this.onNew = onNew;
    }

    /** The queue of a destination, created if there is none. */
    DestinationQueue of(String destination, long nowMs) {
        DestinationQueue queue = byDestination.get(destination);
        if (queue == null) {
            dropIdle(nowMs);
            queue = new DestinationQueue(destination, limits, backoffs.get(), nowMs);
            byDestination.put(destination, queue);
            turns.add(queue);
            onNew.run();
        }
        return queue;
    }

    /**
     * The destination whose turn it is to send a batch.
     *
     * @param permitted how many requests healthy destinations may have under way in all
     * @param eligible which destinations may be written to at all
     * @return null if none may send now
     */
    @Nullable
    DestinationQueue next(long nowMs, int permitted, Predicate<DestinationQueue> eligible) {
        for (DestinationQueue queue : turns) {
            if (queue.isDue(nowMs) && eligible.test(queue) && mayTakeARequest(queue, nowMs, permitted)) {
                turns.remove(queue);
                turns.add(queue);
                return queue;
            }
        }
        return null;
    }

    private boolean mayTakeARequest(DestinationQueue queue, long nowMs, int permitted) {
        if (queue.isFaulty()) {
            return turns.stream().filter(DestinationQueue::isProbing).count() < MAX_PROBES;
        }
        int underWay = 0;
        int reserved = 0;
        for (DestinationQueue each : turns) {
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
    Collection<DestinationQueue> all() {
        return turns;
    }

    /** Makes all records due. */
    void flush() {
        turns.forEach(DestinationQueue::flush);
    }

    /** Whether no records wait to be sent. */
    boolean areEmpty() {
        return turns.stream().allMatch(DestinationQueue::isEmpty);
    }

    /** How many destinations refuse records now. */
    int faulty() {
        return (int) turns.stream().filter(DestinationQueue::isFaulty).count();
    }

    /** When the next batch is due; {@link Long#MAX_VALUE} if none waits. */
    long dueMs() {
        return turns.stream().mapToLong(DestinationQueue::dueMs).min().orElse(Long.MAX_VALUE);
    }

    /** The memory that is reserved for more records. */
    long spareBytes() {
        long bytes = 0;
        for (DestinationQueue queue : turns) {
            bytes += queue.spareBytes();
        }
        return bytes;
    }

    /** Drops records. {@code which} is asked once for each. */
    void removeIf(Predicate<Operation> which) {
        turns.forEach(queue -> queue.removeIf(which));
    }

    private void dropIdle(long nowMs) {
        if (turns.size() >= MANY) {
            turns.removeIf(queue -> queue.isIdle(nowMs) && byDestination.remove(queue.destination(), queue));
        }
    }
}
