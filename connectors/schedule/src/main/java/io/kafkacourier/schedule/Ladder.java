/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tiers that long waits are spent in, from the shortest to the longest. A message enters the longest one that leaves
 * it a little to spare, and so comes down until the rest is within the horizon. The spare time, {@value #MAX_SPARE_MS} ms
 * or a quarter of a shorter horizon, lets it be read again before it is due: that keeps it punctual, and in order with
 * messages that came another way.
 *
 * <p>The default ladder doubles from the horizon up, which halves the rest with each stay. Operators count topics, so it
 * goes in steps of four where doubling buys little: above {@value #LAST_DOUBLE_SECONDS} seconds, and below the horizon,
 * where only messages come that are late. Longer waits than the longest tier are spent in several stays.
 */
public final class Ladder {

    /** About two and a quarter hours. */
    static final long LAST_DOUBLE_SECONDS = 8_192;

    /** About 97 days. */
    static final long LONGEST_SECONDS = LAST_DOUBLE_SECONDS << 10;

    static final long MAX_SPARE_MS = 500;

    private final List<Tier> tiers;
    private final long spareMs;

    private Ladder(Collection<Tier> tiers, long spareMs) {
        this.spareMs = spareMs;
        this.tiers = tiers.stream()
                .sorted(Comparator.comparingLong(Tier::residenceMs))
                .toList();
    }

    /** No tiers: nothing waits longer than the horizon. */
    public static Ladder none() {
        return new Ladder(List.of(), 0);
    }

    /**
     * The default ladder.
     *
     * @param horizonMs the longest wait that is spent in memory
     * @param longestMs the longest wait there is
     * @return {@link #none} where no wait is longer than the horizon
     */
    public static Ladder upTo(long longestMs, long horizonMs) {
        return new Ladder(rungs(longestMs, horizonMs).values(), spareMs(horizonMs));
    }

    /**
     * Named tiers, and the default ladder beneath the longest of them. A message that has to wait as long as a tier's name
     * has a little less to wait by the time it is read; hence it stays shorter by half the horizon, and comes to rest after
     * that one stay.
     *
     * @param named the names, in seconds
     * @throws IllegalArgumentException where one is not longer than the horizon
     */
    public static Ladder named(Collection<Long> named, long horizonMs) {
        Map<Long, Tier> rungs = new TreeMap<>();
        for (long seconds : named) {
            if (seconds * 1_000 <= horizonMs) {
                throw new IllegalArgumentException(
                        "a tier of " + seconds + " s must be longer than the horizon of " + horizonMs + " ms");
            }
            rungs.put(seconds, new Tier(seconds, seconds * 1_000 - horizonMs / 2));
        }
        long longest = named.stream().mapToLong(seconds -> seconds).max().orElse(0);
        rungs(longest * 1_000, horizonMs).forEach(rungs::putIfAbsent);
        return new Ladder(rungs.values(), spareMs(horizonMs));
    }

    /**
     * This ladder, and above it further tiers: those of an earlier, longer one that are still to be emptied. What waits
     * there may have longer to wait than any that comes now.
     *
     * @param seconds the names of all tiers there are
     */
    public Ladder andLonger(Collection<Long> seconds) {
        long longest = tiers.isEmpty() ? 0 : tiers.get(tiers.size() - 1).seconds();
        List<Tier> all = new ArrayList<>(tiers);
        seconds.stream()
                .filter(name -> name > longest && name <= Tier.MAX_SECONDS)
                .forEach(name -> all.add(new Tier(name, name * 1_000)));
        return new Ladder(all, spareMs);
    }

    /** The tiers, from the shortest stay to the longest. */
    public List<Tier> tiers() {
        return tiers;
    }

    /** Whether there are no tiers. */
    boolean isEmpty() {
        return tiers.isEmpty();
    }

    /**
     * The tier for a message that has {@code waitMs} to wait: the longest with time to spare, or else without; null where
     * every stay is longer.
     */
    @Nullable
    Tier find(long waitMs) {
        Tier tier = longestWithin(waitMs - spareMs);
        return tier == null ? longestWithin(waitMs) : tier;
    }

    private @Nullable Tier longestWithin(long waitMs) {
        int above = 0;
        int end = tiers.size();
        while (above < end) {
            int middle = (above + end) >>> 1;
            if (tiers.get(middle).residenceMs() <= waitMs) {
                above = middle + 1;
            } else {
                end = middle;
            }
        }
        return above == 0 ? null : tiers.get(above - 1);
    }

    private static long spareMs(long horizonMs) {
        return Math.min(MAX_SPARE_MS, horizonMs / 4);
    }

    private static Map<Long, Tier> rungs(long longestMs, long horizonMs) {
        Map<Long, Tier> rungs = new TreeMap<>();
        if (longestMs > horizonMs) {
            long horizon = Math.max(1, Long.highestOneBit(horizonMs / 1_000));
            List<Long> seconds = new ArrayList<>();
            for (long below = 1; below < horizon; below *= 4) {
                seconds.add(below);
            }
            for (long rung = horizon; rung <= LONGEST_SECONDS; rung *= rung < LAST_DOUBLE_SECONDS ? 2 : 4) {
                seconds.add(rung);
            }
            seconds.stream()
                    .filter(rung -> rung * 1_000 <= longestMs)
                    .forEach(rung -> rungs.put(rung, new Tier(rung, rung * 1_000)));
        }
        return rungs;
    }
}
