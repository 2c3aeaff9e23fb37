/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

import io.kafkacourier.schedule.Action;
import io.kafkacourier.source.message.Outgoing;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What the schedules have said and was not handed out yet. For one thread at a time. Invariants:
 *
 * <ol>
 *   <li>The steps of one partition become ready in the order in which they were added, because each carries the progress of
 *       its partition as of itself. So do all steps that become ready together.
 *   <li>A step that is urgent becomes ready the next time, with all that were added before it for its partition.
 * </ol>
 */
public final class Steps {

    /** The most steps in a batch: large enough that a transaction for each batch costs little. */
    public static final int MAX = 10_000;

    /** A shorter stay in a tier than that is urgent to begin. */
    private static final long SHORT_STAY_MS = Duration.ofSeconds(2).toMillis();

    private final BatchLimit limit;
    private final boolean withHolds;
    private final Queue<Step> waiting = new ArrayDeque<>();
    private final Queue<Step> ready = new ArrayDeque<>();
    /** The partitions that an urgent step waits for. */
    private final Set<TopicPartition> urgent = new HashSet<>();

    private long heldBytes;
    private long payloadBytes;

    /** @param withHolds whether there is something to do where a record of an input is held */
    public Steps(BatchLimit limit, boolean withHolds) {
        this.limit = limit;
        this.withHolds = withHolds;
    }

    /** Adds what is to be done, if anything is. */
    public void add(InputPartition input, Action<Outgoing> action, long nowMs) {
        if (action instanceof Action.Hold && (!withHolds || input.isTier())) {
            return;
        }
        Step step = Step.of(input, action);
        waiting.add(step);
        heldBytes += step.heldBytes();
        payloadBytes += step.payloadBytes();
        if (isUrgent(action, nowMs)) {
            urgent.add(input.topicPartition());
        }
    }

    /** Whether these are as many as one batch takes. */
    public boolean isFull() {
        return waiting.size() + ready.size() >= MAX || payloadBytes >= limit.bytes();
    }

    public boolean isEmpty() {
        return waiting.isEmpty() && ready.isEmpty();
    }

    /** Whether a step waits to become ready. */
    public boolean isWaiting() {
        return !waiting.isEmpty();
    }

    /** What the steps keep in memory, in bytes. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Has what is urgent become ready. */
    public void makeUrgentReady() {
        if (urgent.isEmpty()) {
            return;
        }
        for (int left = waiting.size(); left > 0; left--) {
            Step step = waiting.remove();
            (urgent.contains(step.input().topicPartition()) ? ready : waiting).add(step);
        }
        urgent.clear();
    }

    /** Has all become ready. */
    public void makeAllReady() {
        ready.addAll(waiting);
        waiting.clear();
        urgent.clear();
    }

    /** The next step to carry out; null if none is ready. */
    @Nullable
    public Step next() {
        return ready.peek();
    }

    /** Shows the steps that are ready. */
    public void forEachReady(Consumer<Step> consumer) {
        ready.forEach(consumer);
    }

    /** The next step is carried out. */
    public void done() {
        Step step = ready.remove();
        heldBytes -= step.heldBytes();
        payloadBytes -= step.payloadBytes();
    }

    private static boolean isUrgent(Action<?> action, long nowMs) {
        if (action instanceof Action.Hop<?> hop) {
            return hop.releaseMs() - nowMs < SHORT_STAY_MS;
        }
        return !(action instanceof Action.Hold);
    }
}
