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
 * The tiers in which messages with long waits stay, from the shortest to the longest. A message enters the longest tier
 * that leaves some spare time, and then shorter ones, until the remaining wait is within the horizon. The spare time,
 * {@value #MAX_SPARE_MS} ms or a quarter of a shorter horizon, is for reading it again before it is due: that keeps it
 * punctual, and in order with messages that came another way.
 *
 * <p>The default ladder doubles from the horizon up, so each stay halves the remaining wait. To keep the number of topics
 * low, it goes in steps of four where doubling helps little: above {@value #LAST_DOUBLE_SECONDS} seconds, and below the
 * horizon, where only late messages go. A wait longer than the longest tier takes several stays.
 */
public final class Ladder {

    /** The longest tier up to which the ladder doubles, about two and a quarter hours. */
    static final long LAST_DOUBLE_SECONDS = 8_192;

    /** The longest tier of the default ladder, about 97 days. */
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

    /** A ladder without tiers: no message waits longer than the horizon. */
    public static Ladder none() {
        return new Ladder(List.of(), 0);
    }

    /**
     * The default ladder.
     *
     * @param horizonMs the longest wait that is spent in memory
     * @param longestMs the longest wait
     * @return {@link #none} if no wait is longer than the horizon
     */
    public static Ladder upTo(long longestMs, long horizonMs) {
        return new Ladder(rungs(longestMs, horizonMs).values(), spareMs(horizonMs));
    }

    /**
     * Named tiers, and the default ladder below the longest of them. A message whose delay equals a tier's name has a
     * little less to wait by the time it is read. So it stays in that tier half a horizon less than the name, and needs no
     * other tier.
     *
     * @param named the names, in seconds
     * @throws IllegalArgumentException if one is not longer than the horizon
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
     * This ladder with longer tiers of an earlier ladder that still contain messages. Those messages may have longer waits
     * than any new message.
     *
     * @param seconds the names of all existing tiers
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
     * The tier for a message that has to wait for {@code waitMs}: the longest one that leaves spare time, or else the
     * longest one that is not too long; null if every stay is too long.
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
