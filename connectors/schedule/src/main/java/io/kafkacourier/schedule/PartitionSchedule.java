/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides when each record of one partition goes out, and whether to its target or to a tier. Records are offered in offset
 * order. Each gets an {@link Action}, at once or when it is due. A state machine without threads, for one thread at a time.
 *
 * <p>The class of a record depends on the record alone, so that a re-read after a stop gives the same class. A refused
 * record gets its action when it is read. A record with a wait longer than the horizon is one to hop, and gets its action
 * when it is read too. Any other record is one to hold: it stays on a heap until it is due. Invariants:
 *
 * <ol>
 *   <li>No record is delivered before its due time, and no record leaves a queue before its stay ends, whatever the clock
 *       does.
 *   <li>The heap releases in the order of (due time, offset); {@code (due, at)} of the progress is the last released.
 *   <li>A record to hold that is not behind {@code (due, at)} when it is read is late: it is delivered at once and does not
 *       change {@code (due, at)}. If its due time is in the future, because the clock stepped back, it waits, and so do all
 *       records that were not read yet.
 *   <li>The clock may prevent a record from being treated according to its class. It is then treated as the other class,
 *       and noted among the {@code exceptions} of the progress: a record to hold hops if its wait is still longer than the
 *       horizon, because its timestamp is in the future; a record to hop is held if its wait is shorter than the shortest
 *       stay. The text of the exceptions is bounded ({@link OffsetSet}). A record for which there is no room waits, and so
 *       do all records that were not read yet, until the first held record has left, or until the record itself is due.
 *   <li>A wait beyond the {@link Limit} of a record depends on the clock, and only records to hop are refused for it: a
 *       re-read skips those, whatever action they got.
 *   <li>So, among the offsets from {@code low} to below {@code next}, the records to hold that are behind {@code (due, at)}
 *       are still held, and all others are done. A restart relies on that: it reads from {@code low}, holds the former
 *       again, skips the latter, and releases no record before it has reached {@code next}.
 *   <li>Records belong to the settings under which they were first read. If the settings change, the new ones apply to
 *       records that are read from then on, and the old ones to held records until they have left. Each of them has a heap
 *       and a {@code (due, at)}, and all of the above applies to each. At most {@value #MAX_EARLIER} earlier settings can
 *       have held records; after a further change, no record is read before the earliest of them has none left.
 * </ol>
 */
public final class PartitionSchedule<R, M> {

    /** The result of {@link #headWaitsUntilMs} if no record waits for a point in time. */
    public static final long NEVER = Long.MAX_VALUE;

    static final int MAX_EARLIER = 8;

    private final Policies<R, M> policies;
    private final Ladder ladder;
    private final HeldMessages<? super M> heldMessages;
    /** In the order of their offsets. */
    private final Deque<Earlier<R, M>> earlier = new ArrayDeque<>();

    private Era<R, M> current;
    private long next;
    private int epoch;
    private long epochEnd;
    private OffsetSet exceptions;

    private int held;
    private long heldBytes;
    private long furthestDueMs = -1;
    private long reread;
    private boolean replaying;
    private long headWaitsUntilMs = NEVER;

    /**
     * Records that were read under earlier settings.
     *
     * @param end the offset behind them
     */
    private record Earlier<R, M>(Era<R, M> era, long end) {

        Progress.Earlier progress() {
            return new Progress.Earlier(end, era.lastDueMs(), era.lastAt(), era.settings());
        }
    }

    /** Goes on from earlier progress, and nobody follows which messages are held. */
    public PartitionSchedule(Policies<R, M> policies, Ladder ladder, Progress restored) {
        this(policies, ladder, restored, HeldMessages.ignored());
    }

    /**
     * Continues from earlier progress; the first record to offer is the one at {@link Progress#low}.
     *
     * @param ladder the tiers that records hop to
     * @throws IllegalArgumentException if the settings of the progress cannot be read
     */
    public PartitionSchedule(
            Policies<R, M> policies, Ladder ladder, Progress restored, HeldMessages<? super M> heldMessages) {
        this.heldMessages = heldMessages;
        this.policies = policies;
        this.ladder = ladder;
        for (Progress.Earlier before : restored.earlier()) {
            earlier.add(new Earlier<>(new Era<>(policy(before.settings()), before.dueMs(), before.at()), before.end()));
        }
        this.current = new Era<>(policy(restored.settings()), restored.dueMs(), restored.at());
        this.next = restored.next();
        this.epoch = restored.epoch();
        this.epochEnd = restored.epochEnd();
        this.exceptions = restored.exceptions();
        this.replaying = restored.low() < restored.next();
    }

    private Policy<R, M> policy(String settings) {
        Policy<R, M> today = policies.current();
        return settings.equals(today.settings()) ? today : policies.under(settings);
    }

    /** Takes a record whose leader epoch is not known. */
    public boolean offer(long offset, R record, long readTo, long nowMs, Consumer<? super Action<M>> out) {
        return offer(offset, Progress.NO_EPOCH, record, readTo, nowMs, out);
    }

    /**
     * Takes the next record of the partition. If it gets an action at once, that goes to {@code out}, and so does the
     * release of the next held record, if it is due.
     *
     * @param epoch the leader epoch of the record
     * @param readTo the offset up to which everything is read with this record, because offsets behind it may have no
     *     record
     * @return false if the record cannot be taken yet and has to be offered again, at {@link #headWaitsUntilMs} or else
     *     after the next release
     * @throws IllegalStateException if the offset was read before
     */
    public boolean offer(long offset, int epoch, R record, long readTo, long nowMs, Consumer<? super Action<M>> out) {
        if (offset < next) {
            takeUp(offset, record);
            return true;
        }
        replaying = false;
        headWaitsUntilMs = NEVER;
        if (!goesByCurrentPolicy()) {
            Entry<M> release = nextRelease();
            headWaitsUntilMs = release == null ? NEVER : release.dueMs();
            return false;
        }
        Entry<M> entry = current.policy().judge(record);
        if (entry.releaseMs() > nowMs && !isFromTheFuture(entry, nowMs)) {
            headWaitsUntilMs = entry.releaseMs();
            return false;
        } else if (entry.isRefused()) {
            read(offset, readTo, epoch);
            out.accept(new Action.Refuse<>(entry, progress()));
            return true;
        }
        boolean isToBeHeld = current.isToBeHeld(entry);
        if (entry.dueMs() <= nowMs && !(isToBeHeld && current.isBehindLastReleased(entry))) {
            read(offset, readTo, epoch);
            out.accept(new Action.Deliver<>(entry, false, progress()));
            return true;
        }
        long waitMs = entry.dueMs() - nowMs;
        if (!isToBeHeld && entry.limit() != null && waitMs > entry.limit().longestMs()) {
            read(offset, readTo, epoch);
            out.accept(new Action.TooFar<>(entry, waitMs, entry.limit(), progress()));
            return true;
        }
        long horizonMs = current.policy().horizonMs();
        Tier tier = isToBeHeld && waitMs <= horizonMs ? null : ladder.find(waitMs);
        boolean hold = tier == null && (waitMs <= horizonMs || !ladder.isEmpty());
        if (hold && !current.isBehindLastReleased(entry)) {
            headWaitsUntilMs = entry.dueMs();
            return false;
        } else if (hold != isToBeHeld && !noteException(entry)) {
            return false;
        }
        read(offset, readTo, epoch);
        if (hold) {
            hold(entry, nowMs, out);
        } else {
            out.accept(
                    tier == null
                            ? new Action.TooFar<>(entry, waitMs, Limit.ofHorizon(horizonMs), progress())
                            : new Action.Hop<>(entry, tier, nowMs + tier.residenceMs(), progress()));
        }
        return true;
    }

    private void read(long offset, long readTo, int byEpoch) {
        next = readTo;
        epoch = byEpoch;
        epochEnd = offset + 1;
    }

    /** Notes that every record below {@code position} was offered, or does not exist. */
    public void readUpTo(long position) {
        if (position >= next) {
            next = position;
            replaying = false;
        }
    }

    /**
     * Notes that the records from {@code end} on are gone, and others will be in their place; drops held ones among them.
     *
     * @return how many were held
     */
    public int truncate(long end) {
        if (end >= next) {
            return 0;
        }
        List<Entry<M>> gone = new ArrayList<>(current.truncate(end));
        List<Earlier<R, M>> all = List.copyOf(earlier);
        earlier.clear();
        long begin = 0;
        for (Earlier<R, M> before : all) {
            gone.addAll(before.era.truncate(end));
            long newEnd = Math.min(before.end, end);
            if (newEnd > begin) {
                earlier.add(new Earlier<>(before.era, newEnd));
            }
            begin = newEnd;
        }
        gone.forEach(this::letGo);
        next = end;
        epoch = Progress.NO_EPOCH;
        epochEnd = end;
        exceptions = exceptions.below(end);
        headWaitsUntilMs = NEVER;
        return gone.size();
    }

    /** Releases the next due record of the heaps; null if none is due, or while records are restored. */
    public @Nullable Action<M> release(long nowMs) {
        if (replaying) {
            return null;
        }
        Era<R, M> era = nextToRelease();
        Entry<M> head = era.peek();
        if (head == null || head.dueMs() > nowMs) {
            return null;
        }
        era.remove();
        letGo(head);
        return released(era, head);
    }

    /** The record that {@link #release} returns next, once it is due; null if that needs further reading. */
    public @Nullable Entry<M> nextRelease() {
        return replaying ? null : nextToRelease().peek();
    }

    /** The era with the record that is due first; any era if no record is held. */
    private Era<R, M> nextToRelease() {
        Era<R, M> found = current;
        for (Earlier<R, M> before : earlier) {
            Entry<M> head = before.era.peek();
            Entry<M> first = found.peek();
            if (head != null && (first == null || Era.BY_DUE_TIME_AND_OFFSET.compare(head, first) < 0)) {
                found = before.era;
            }
        }
        return found;
    }

    /** When the record that was offered last will be taken, epoch ms; {@link #NEVER} if that does not depend on time. */
    public long headWaitsUntilMs() {
        return headWaitsUntilMs;
    }

    /** The progress as of the last action, including everything that was read since. */
    public Progress progress() {
        dropEmptied();
        long low = low();
        exceptions = exceptions.from(low);
        List<Progress.Earlier> before = earlier.isEmpty()
                ? List.of()
                : earlier.stream().map(Earlier::progress).toList();
        return new Progress(
                next,
                low,
                current.lastDueMs(),
                current.lastAt(),
                exceptions,
                current.settings(),
                before,
                epoch,
                epoch == Progress.NO_EPOCH ? next : epochEnd);
    }

    /** The next unread offset. */
    public long next() {
        return next;
    }

    /** Whether records from {@link Progress#low} to {@link Progress#next} are still being restored after a stop. */
    public boolean isReplaying() {
        return replaying;
    }

    /** How many records are held. */
    public int held() {
        return held;
    }

    /** The held record with the lowest offset; null where none is held. */
    public @Nullable Entry<M> firstHeld() {
        for (Earlier<R, M> before : earlier) {
            if (!before.era.isEmpty()) {
                return before.era.first();
            }
        }
        return current.first();
    }

    /** The least memory that the held records take, in bytes. */
    public long heldBytes() {
        return heldBytes;
    }

    /** When the last of the held records is due, epoch ms; below zero if none is held. */
    public long furthestDueMs() {
        return held == 0 ? -1 : furthestDueMs;
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
        Era<R, M> era = eraOf(offset);
        Entry<M> entry = era.policy().judge(record);
        boolean wasHeld = !entry.isRefused() && era.isToBeHeld(entry) != exceptions.contains(offset);
        if (wasHeld && era.isBehindLastReleased(entry)) {
            put(era, entry);
        }
    }

    private Era<R, M> eraOf(long offset) {
        for (Earlier<R, M> before : earlier) {
            if (offset < before.end) {
                return before.era;
            }
        }
        return current;
    }

    /** Changes to the current policy; returns false if records are held under too many earlier ones. */
    private boolean goesByCurrentPolicy() {
        Policy<R, M> today = policies.current();
        if (current.policy() == today) {
            return true;
        }
        dropEmptied();
        if (held == 0) {
            current = new Era<>(today, current.lastDueMs(), current.lastAt());
        } else if (isNothingRead()) {
            current = new Era<>(today, 0, -1);
        } else if (earlier.size() < MAX_EARLIER) {
            earlier.add(new Earlier<>(current, next));
            current = new Era<>(today, 0, -1);
        }
        return current.policy() == today;
    }

    /** Whether no record was read yet under the last policy. */
    private boolean isNothingRead() {
        return !earlier.isEmpty() && earlier.getLast().end == next;
    }

    /** Drops the eras before the first one with a held record, once all held records are restored. */
    private void dropEmptied() {
        while (!replaying && !earlier.isEmpty() && earlier.getFirst().era.isEmpty()) {
            earlier.removeFirst();
        }
    }

    private boolean isFromTheFuture(Entry<M> entry, long nowMs) {
        return entry.releaseMs() - nowMs - current.policy().horizonMs() > entry.longestStayMs();
    }

    /** Notes that a record is not treated according to its class; returns false if there is no room for it now. */
    private boolean noteException(Entry<M> entry) {
        exceptions = exceptions.from(low());
        if (exceptions.isFullFor(entry.offset())) {
            Entry<M> first = firstHeld();
            headWaitsUntilMs = first == null ? entry.dueMs() : Math.min(first.dueMs(), entry.dueMs());
            return false;
        }
        exceptions = exceptions.plus(entry.offset());
        return true;
    }

    private long low() {
        Entry<M> first = firstHeld();
        return first == null ? next : first.offset();
    }

    private void hold(Entry<M> entry, long nowMs, Consumer<? super Action<M>> out) {
        if (current.isEmpty() && entry.dueMs() <= nowMs) {
            out.accept(released(current, entry));
            return;
        }
        put(current, entry);
        if (entry.dueMs() > nowMs) {
            out.accept(new Action.Hold<>(entry, progress()));
        }
        Action<M> due = release(nowMs);
        if (due != null) {
            out.accept(due);
        }
    }

    private void put(Era<R, M> era, Entry<M> entry) {
        era.put(entry);
        held++;
        furthestDueMs = Math.max(furthestDueMs, entry.dueMs());
        heldBytes += entry.bytes();
        heldMessages.added(entry.message());
    }

    private void letGo(Entry<M> entry) {
        held--;
        heldBytes -= entry.bytes();
        heldMessages.removed(entry.message());
    }

    private Action<M> released(Era<R, M> era, Entry<M> entry) {
        era.released(entry);
        return new Action.Deliver<>(entry, true, progress());
    }
}
