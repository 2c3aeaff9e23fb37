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
 * The actions of schedules that were not handed out yet. For one thread at a time. Invariants:
 *
 * <ol>
 *   <li>The steps of one partition become ready in the order in which they were added, because each carries the progress of
 *       its partition up to itself. Steps that become ready together keep their order too.
 *   <li>An urgent step becomes ready with the next batch, together with all earlier steps of its partition.
 * </ol>
 */
public final class Steps {

    /** The most steps in a batch: enough to make the cost of a transaction per batch small. */
    public static final int MAX = 10_000;

    /** Shorter stays in a tier are urgent. */
    private static final long SHORT_STAY_MS = Duration.ofSeconds(2).toMillis();

    private final BatchLimit limit;
    private final boolean withHolds;
    private final Queue<Step> waiting = new ArrayDeque<>();
    private final Queue<Step> ready = new ArrayDeque<>();
    /** The partitions with an urgent step. */
    private final Set<TopicPartition> urgent = new HashSet<>();

    private long heldBytes;
    private long payloadBytes;

    /** @param withHolds whether a held record of an input needs a step */
    public Steps(BatchLimit limit, boolean withHolds) {
        this.limit = limit;
        this.withHolds = withHolds;
    }

    /** Adds an action, if it needs a step. */
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

    /** Whether the steps fill a batch. */
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

    /** The memory that the steps keep, in bytes. */
    public long heldBytes() {
        return heldBytes;
    }

    /** Makes urgent steps ready. */
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

    /** Makes all steps ready. */
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

    /** Passes the steps that are ready to the consumer. */
    public void forEachReady(Consumer<Step> consumer) {
        ready.forEach(consumer);
    }

    /** Notes that the next step was carried out. */
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
