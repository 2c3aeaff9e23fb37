/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When each record of one input partition goes out. Records are offered in offset order; each is answered by an {@link
 * Action}, at once or when it is due. A state machine without threads, for one thread at a time.
 *
 * <p>The class of a record is told by the record alone, so that a re-read after a stop tells the same: one that is
 * refused, or has to wait longer than the horizon, is answered when it is read; any other is held on a heap until it is
 * due. Invariants:
 *
 * <ol>
 *   <li>Nothing is delivered before its due time, whatever the clock does.
 *   <li>The heap releases in the order of (due time, offset); {@code (due, at)} of the progress is the last released.
 *   <li>A record to be held that is not behind {@code (due, at)} when it is read is late: it is delivered at once and
 *       leaves {@code (due, at)} alone. Where its due time lies ahead, because the clock stepped back, it waits, and
 *       with it everything not yet read.
 *   <li>Hence, of the offsets from {@code low} to below {@code next}, the records to be held that are behind {@code
 *       (due, at)} are still held, and all others are done with. That is what a restart goes by: it reads from {@code
 *       low}, takes up the former, skips the latter, and releases nothing before it has come to {@code next}.
 *   <li>Progress made under other settings is emptied under those, before a record at or above {@code next} is read.
 * </ol>
 */
public final class PartitionSchedule<R> {

    /** What {@link #nextDueMs} says where nothing waits for a point in time. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Comparator<Entry<?>> BY_DUE_TIME_AND_OFFSET =
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::offset);

    private final Policies<R> policies;
    private Policy<R> policy;

    private long next;
    private long lastDueMs;
    private long lastAt;

    private final PriorityQueue<Entry<R>> heap = new PriorityQueue<>(BY_DUE_TIME_AND_OFFSET);
    /** The offsets of what is on the heap, in rising order. */
    private final Set<Long> held = new LinkedHashSet<>();

    private long heldBytes;
    private boolean replaying;
    private long headWaitsUntilMs = NEVER;

    /**
     * Goes on from earlier progress; the first record to be offered is the one at {@link Progress#low}.
     *
     * @throws IllegalArgumentException where the settings of the progress cannot be read
     */
    public PartitionSchedule(Policies<R> policies, Progress restored) {
        this.policies = policies;
        this.policy = policies.current();
        this.next = restored.next();
        this.lastDueMs = restored.dueMs();
        this.lastAt = restored.at();
        this.replaying = restored.low() < restored.next();
        if (!restored.settings().equals(policy.settings())) {
            policy = policies.under(restored.settings());
        }
    }

    /**
     * Takes the next record of the partition. What becomes of it at once goes to {@code out}, as does the record that was
     * the next to be released, where it is due.
     *
     * @return false where the record cannot be taken yet and has to be offered again, not before {@link #nextDueMs}
     * @throws IllegalStateException where the offset was read before
     */
    public boolean offer(long offset, R record, long nowMs, Consumer<? super Action<R>> out) {
        if (offset < next) {
            takeUp(offset, record);
            return true;
        }
        replaying = false;
        if (!isUnderCurrentPolicy()) {
            return false;
        }
        Entry<R> entry = policy.judge(record);
        if (!isToBeHeld(entry)) {
            next = offset + 1;
            out.accept(answerAtOnce(entry, nowMs));
        } else if (isBehindLastReleased(entry)) {
            next = offset + 1;
            hold(entry);
            if (entry.dueMs() > nowMs) {
                out.accept(new Action.Hold<>(entry, progress()));
            }
            Action<R> due = release(nowMs);
            if (due != null) {
                out.accept(due);
            }
        } else if (entry.dueMs() <= nowMs) {
            next = offset + 1;
            out.accept(new Action.Deliver<>(entry, progress()));
        } else {
            headWaitsUntilMs = entry.dueMs();
            return false;
        }
        headWaitsUntilMs = NEVER;
        return true;
    }

    /** Says that every record below {@code position} was offered, or is not there. */
    public void readUpTo(long position) {
        if (position >= next) {
            next = position;
            replaying = false;
        }
    }

    /** The next record of the heap that is due; null where none is, and while records are taken up again. */
    public @Nullable Action<R> release(long nowMs) {
        Entry<R> head = heap.peek();
        return replaying || head == null || head.dueMs() > nowMs ? null : releaseHead();
    }

    /** When there is something to do next without reading, epoch ms; {@link #NEVER} where that takes reading. */
    public long nextDueMs() {
        Entry<R> head = heap.peek();
        return replaying ? NEVER : Math.min(headWaitsUntilMs, head == null ? NEVER : head.dueMs());
    }

    /** The progress as of the last action, and of everything read since. */
    public Progress progress() {
        return new Progress(next, held.isEmpty() ? next : held.iterator().next(), lastDueMs, lastAt, policy.settings());
    }

    /** Whether records from {@link Progress#low} to {@link Progress#next} are still being taken up again after a stop. */
    public boolean isReplaying() {
        return replaying;
    }

    /** How many records are held. */
    public int held() {
        return heap.size();
    }

    /** What the held records take, in bytes, at least. */
    public long heldBytes() {
        return heldBytes;
    }

    private void takeUp(long offset, R record) {
        if (!replaying) {
            throw new IllegalStateException("offset " + offset + " was read before: the next is " + next);
        }
        Entry<R> entry = policy.judge(record);
        if (isToBeHeld(entry) && isBehindLastReleased(entry)) {
            hold(entry);
        }
    }

    /** Goes over to the current policy once nothing is held under an earlier one. */
    private boolean isUnderCurrentPolicy() {
        Policy<R> current = policies.current();
        if (policy != current && heap.isEmpty()) {
            policy = current;
        }
        return policy == current;
    }

    private boolean isToBeHeld(Entry<R> entry) {
        return entry.refusal() == null && entry.dueMs() - policy.horizonMs() <= entry.enteredMs();
    }

    private boolean isBehindLastReleased(Entry<R> entry) {
        return entry.dueMs() != lastDueMs ? entry.dueMs() > lastDueMs : entry.offset() > lastAt;
    }

    private Action<R> answerAtOnce(Entry<R> entry, long nowMs) {
        if (entry.refusal() != null) {
            return new Action.Refuse<>(entry, entry.refusal(), progress());
        } else if (entry.dueMs() <= nowMs) {
            return new Action.Deliver<>(entry, progress());
        }
        Refusal tooLong = new Refusal(
                Reason.DELAY_TOO_LONG,
                "is due " + (entry.dueMs() - entry.enteredMs()) + " ms after its timestamp, beyond the horizon of "
                        + policy.horizonMs() + " ms");
        return new Action.Refuse<>(entry, tooLong, progress());
    }

    private void hold(Entry<R> entry) {
        heap.add(entry);
        held.add(entry.offset());
        heldBytes += entry.bytes();
    }

    private Action<R> releaseHead() {
        Entry<R> head = heap.remove();
        held.remove(head.offset());
        heldBytes -= head.bytes();
        lastDueMs = head.dueMs();
        lastAt = head.offset();
        return new Action.Deliver<>(head, progress());
    }
}
