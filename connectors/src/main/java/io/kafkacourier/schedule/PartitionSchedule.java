/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * When each record of one partition goes out, and whether to its target or to a tier. Records are offered in offset
 * order; each is answered by an {@link Action}, at once or when it is due. A state machine without threads, for one thread
 * at a time.
 *
 * <p>The class of a record is told by the record alone, so that a re-read after a stop tells the same: one that is
 * refused, or has to wait longer than the horizon, is answered when it is read, the latter by a hop; any other is held on
 * a heap until it is due. Invariants:
 *
 * <ol>
 *   <li>Nothing is delivered before its due time, and nothing leaves a queue before its stay ends, whatever the clock does.
 *   <li>The heap releases in the order of (due time, offset); {@code (due, at)} of the progress is the last released.
 *   <li>A record to be held that is not behind {@code (due, at)} when it is read is late: it is delivered at once and
 *       leaves {@code (due, at)} alone. Where its due time lies ahead, because the clock stepped back, it waits, and
 *       with it everything not yet read.
 *   <li>A record that the clock does not allow to be treated as its class says is treated as the other class, and noted
 *       among the {@code exceptions} of the progress: one to be held that has still more than the horizon to wait, since
 *       its timestamp lies in the future, hops; one to hop that has less to wait than the shortest stay is held. There are
 *       at most {@value #MAX_EXCEPTIONS}; a further one waits, and with it everything not yet read.
 *   <li>Hence, of the offsets from {@code low} to below {@code next}, the records to be held that are behind {@code
 *       (due, at)} are still held, and all others are done with. That is what a restart goes by: it reads from {@code
 *       low}, takes up the former, skips the latter, and releases nothing before it has come to {@code next}.
 *   <li>Progress made under other settings is emptied under those, before a record at or above {@code next} is read.
 * </ol>
 */
public final class PartitionSchedule<R> {

    /** What {@link #headWaitsUntilMs} says where nothing waits for a point in time. */
    public static final long NEVER = Long.MAX_VALUE;

    static final int MAX_EXCEPTIONS = 1_000;

    private static final Comparator<Entry<?>> BY_DUE_TIME_AND_OFFSET =
            Comparator.<Entry<?>>comparingLong(Entry::dueMs).thenComparingLong(Entry::offset);

    private final Policies<R> policies;
    private final Ladder ladder;
    private Policy<R> policy;
    /** Those of the policy. */
    private String settings;

    private long next;
    private long lastDueMs;
    private long lastAt;
    private OffsetSet exceptions;

    private final PriorityQueue<Entry<R>> heap = new PriorityQueue<>(BY_DUE_TIME_AND_OFFSET);
    /** What is on the heap by its offsets, in rising order. */
    private final Map<Long, Entry<R>> held = new LinkedHashMap<>();
    /** How much of that waits for which attempt, other than the first delivery. */
    private final Map<Integer, Integer> waiting = new HashMap<>();

    private long heldBytes;
    private long furthestDueMs = -1;
    private long reread;
    private boolean replaying;
    private long headWaitsUntilMs = NEVER;

    /**
     * Goes on from earlier progress; the first record to be offered is the one at {@link Progress#low}.
     *
     * @param ladder where records hop to
     * @throws IllegalArgumentException where the settings of the progress cannot be read
     */
    public PartitionSchedule(Policies<R> policies, Ladder ladder, Progress restored) {
        this.policies = policies;
        this.ladder = ladder;
        this.policy = policies.current();
        this.settings = policy.settings();
        this.next = restored.next();
        this.lastDueMs = restored.dueMs();
        this.lastAt = restored.at();
        this.exceptions = restored.exceptions();
        this.replaying = restored.low() < restored.next();
        if (!restored.settings().equals(settings)) {
            policy = policies.under(restored.settings());
            settings = policy.settings();
        }
    }

    /**
     * Takes the next record of the partition. What becomes of it at once goes to {@code out}, as does the record that was
     * the next to be released, where it is due.
     *
     * @param readTo up to which offset everything is read with this record: offsets behind it may hold no record
     * @return false where the record cannot be taken yet and has to be offered again, not before {@link #headWaitsUntilMs}
     *     or else the next release
     * @throws IllegalStateException where the offset was read before
     */
    public boolean offer(long offset, R record, long readTo, long nowMs, Consumer<? super Action<R>> out) {
        if (offset < next) {
            takeUp(offset, record);
            return true;
        }
        replaying = false;
        headWaitsUntilMs = NEVER;
        if (!isUnderCurrentPolicy()) {
            return false;
        }
        Entry<R> entry = policy.judge(record);
        if (entry.releaseMs() > nowMs && !isFromTheFuture(entry, nowMs)) {
            headWaitsUntilMs = entry.releaseMs();
            return false;
        } else if (entry.refusal() != null) {
            next = readTo;
            out.accept(new Action.Refuse<>(entry, entry.refusal(), progress()));
            return true;
        }
        boolean isToBeHeld = isToBeHeld(entry);
        if (entry.dueMs() <= nowMs && !(isToBeHeld && isBehindLastReleased(entry))) {
            next = readTo;
            out.accept(new Action.Deliver<>(entry, false, progress()));
            return true;
        }
        long waitMs = entry.dueMs() - nowMs;
        Tier tier = isToBeHeld && waitMs <= policy.horizonMs() ? null : ladder.find(waitMs);
        boolean hold = tier == null && (waitMs <= policy.horizonMs() || !ladder.isEmpty());
        if (hold && !isBehindLastReleased(entry)) {
            headWaitsUntilMs = entry.dueMs();
            return false;
        } else if (hold != isToBeHeld && !noteException(offset)) {
            return false;
        }
        next = readTo;
        if (hold) {
            hold(entry, nowMs, out);
        } else {
            out.accept(
                    tier == null
                            ? tooLong(entry, waitMs)
                            : new Action.Hop<>(entry, tier, nowMs + tier.residenceMs(), progress()));
        }
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
        Entry<R> head = nextRelease();
        return head == null || head.dueMs() > nowMs ? null : releaseHead();
    }

    /** What {@link #release} returns once it is due; null where that takes reading. */
    public @Nullable Entry<R> nextRelease() {
        return replaying ? null : heap.peek();
    }

    /** When the record that was offered last will be taken, epoch ms; {@link #NEVER} where no point in time decides. */
    public long headWaitsUntilMs() {
        return headWaitsUntilMs;
    }

    /** The progress as of the last action, and of everything read since. */
    public Progress progress() {
        long low = low();
        exceptions = exceptions.from(low);
        return new Progress(next, low, lastDueMs, lastAt, exceptions, settings);
    }

    /** The next unread offset. */
    public long next() {
        return next;
    }

    /** Whether records from {@link Progress#low} to {@link Progress#next} are still being taken up again after a stop. */
    public boolean isReplaying() {
        return replaying;
    }

    /** How many records are held. */
    public int held() {
        return heap.size();
    }

    /** How many of the held records wait for which attempt, other than the first delivery. */
    public Map<Integer, Integer> waiting() {
        return Map.copyOf(waiting);
    }

    /** The held record with the lowest offset; null where none is held. */
    public @Nullable Entry<R> firstHeld() {
        return held.isEmpty() ? null : held.values().iterator().next();
    }

    /** What the held records take, in bytes, at least. */
    public long heldBytes() {
        return heldBytes;
    }

    /** When the last of the held records is due, epoch ms; below zero where none is held. */
    public long furthestDueMs() {
        return heap.isEmpty() ? -1 : furthestDueMs;
    }

    /** How many records below {@link Progress#next} were read again. */
    public long reread() {
        return reread;
    }

    private void takeUp(long offset, R record) {
        if (!replaying) {
            throw new IllegalStateException("offset " + offset + " was read before: the next is " + next);
        }
        reread++;
        Entry<R> entry = policy.judge(record);
        boolean wasHeld = entry.refusal() == null && isToBeHeld(entry) != exceptions.contains(offset);
        if (wasHeld && isBehindLastReleased(entry)) {
            put(entry);
        }
    }

    /** Goes over to the current policy once nothing is held under an earlier one. */
    private boolean isUnderCurrentPolicy() {
        Policy<R> current = policies.current();
        if (policy != current && heap.isEmpty()) {
            policy = current;
            settings = policy.settings();
        }
        return policy == current;
    }

    private boolean isFromTheFuture(Entry<R> entry, long nowMs) {
        return entry.releaseMs() - nowMs - policy.horizonMs() > entry.longestStayMs();
    }

    private boolean isToBeHeld(Entry<R> entry) {
        return entry.dueMs() - policy.horizonMs() <= entry.enteredMs();
    }

    private boolean isBehindLastReleased(Entry<R> entry) {
        return entry.dueMs() != lastDueMs ? entry.dueMs() > lastDueMs : entry.offset() > lastAt;
    }

    /** Notes that a record is not treated as its class says; false where there is no room for it now. */
    private boolean noteException(long offset) {
        exceptions = exceptions.from(low());
        if (exceptions.size() == MAX_EXCEPTIONS) {
            return false;
        }
        exceptions = exceptions.plus(offset);
        return true;
    }

    private long low() {
        return held.isEmpty() ? next : held.keySet().iterator().next();
    }

    private Action<R> tooLong(Entry<R> entry, long waitMs) {
        Refusal refusal = new Refusal(
                Reason.DELAY_TOO_LONG,
                "is due " + waitMs + " ms from now, beyond the horizon of " + policy.horizonMs()
                        + " ms, and there are no tiers");
        return new Action.Refuse<>(entry, refusal, progress());
    }

    private void hold(Entry<R> entry, long nowMs, Consumer<? super Action<R>> out) {
        if (heap.isEmpty() && entry.dueMs() <= nowMs) {
            out.accept(released(entry));
            return;
        }
        put(entry);
        if (entry.dueMs() > nowMs) {
            out.accept(new Action.Hold<>(entry, progress()));
        }
        Action<R> due = release(nowMs);
        if (due != null) {
            out.accept(due);
        }
    }

    private void put(Entry<R> entry) {
        heap.add(entry);
        furthestDueMs = Math.max(furthestDueMs, entry.dueMs());
        held.put(entry.offset(), entry);
        if (entry.attempt() > 0) {
            waiting.merge(entry.attempt(), 1, Integer::sum);
        }
        heldBytes += entry.bytes();
    }

    private Action<R> releaseHead() {
        Entry<R> head = heap.remove();
        held.remove(head.offset());
        waiting.computeIfPresent(head.attempt(), (attempt, count) -> count == 1 ? null : count - 1);
        heldBytes -= head.bytes();
        return released(head);
    }

    private Action<R> released(Entry<R> entry) {
        lastDueMs = entry.dueMs();
        lastAt = entry.offset();
        return new Action.Deliver<>(entry, true, progress());
    }
}
