/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.kafka.admin.InputTopic;
import io.kafkacourier.kafka.background.BackgroundExecutor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for topics and partitions to read, on a thread of its own, and never gives up: a failed look is counted, logged at
 * once and then once a minute, and followed by the next. A topic or partition counts as gone when two looks agree that are
 * {@link #DOUBT} apart, because a broker may lag behind the others. Safe for use by several threads.
 */
public final class TopicMonitor implements AutoCloseable {

    /** How long a topic is read on after a look did not find it. */
    static final Duration DOUBT = Duration.ofSeconds(2);

    /** How often a lasting failure is logged. */
    static final Duration REMIND = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(TopicMonitor.class);

    private static final String LOOK = "look";

    private final Supplier<List<InputTopic>> lookup;
    private final Runnable onChange;
    private final Duration doubt;
    private final Clock clock;
    private final BackgroundExecutor background;
    private final Reminder reminder;
    private final Map<String, Long> doubtedSinceMs = new HashMap<>();
    private volatile List<InputTopic> topics;
    private volatile long failures;
    private volatile long succeededMs;
    private long failuresInARow;
    private boolean isChangeToBeTold;
    /** Whether a look is to come that is not one of the regular ones. */
    private boolean isSecondLookPlanned;

    /**
     * Starts to monitor; looks once before it returns.
     *
     * @param lookup finds the topics to read
     * @param onChange called if a look finds other topics, ids or partitions than the one before
     * @throws RuntimeException if the first look fails
     */
    public TopicMonitor(
            String name, Supplier<List<InputTopic>> lookup, Duration interval, Runnable onChange, Clock clock) {
        this(name, lookup, interval, DOUBT, onChange, clock);
    }

    /** @param doubt how far apart two looks are that have to agree */
    TopicMonitor(
            String name,
            Supplier<List<InputTopic>> lookup,
            Duration interval,
            Duration doubt,
            Runnable onChange,
            Clock clock) {
        this.lookup = lookup;
        this.doubt = doubt;
        this.onChange = onChange;
        this.clock = clock;
        this.reminder = new Reminder(REMIND, clock);
        this.topics = lookup.get();
        this.succeededMs = clock.millis();
        this.background = new BackgroundExecutor(name, Duration.ZERO);
        background.repeat(this::look, interval, interval);
    }

    /** The topics to read, as far as they are known. */
    public List<InputTopic> topics() {
        return topics;
    }

    /** How many looks have failed. */
    public long failures() {
        return failures;
    }

    /** How long ago the last successful look was, in milliseconds. */
    public long ageMs() {
        return Math.max(0, clock.millis() - succeededMs);
    }

    @Override
    public void close() {
        background.close();
    }

    /** Looks again. Another look may have to follow, because a topic counts as gone only when two looks miss it. */
    private void lookAgain() {
        isSecondLookPlanned = false;
        look();
    }

    private void look() {
        try {
            List<InputTopic> found = believable(lookup.get());
            if (!new HashSet<>(found).equals(new HashSet<>(topics))) {
                log.info("The topics to read changed from {} to {}", topics, found);
                topics = found;
                isChangeToBeTold = true;
            }
            if (isChangeToBeTold) {
                onChange.run();
                isChangeToBeTold = false;
            }
            succeededMs = clock.millis();
            failuresInARow = 0;
            reminder.forget(LOOK);
        } catch (RuntimeException | Error e) { // an error of another connector is counted too
            if (!background.isClosed()) {
                failed(e);
            }
        }
    }

    // Only one thread looks, so no other thread counts.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void failed(Throwable e) {
        failures++;
        failuresInARow++;
        if (reminder.isDue(LOOK)) {
            log.warn(
                    "Could not look for topics and partitions to read, {} times since the last success: new ones are"
                            + " not read until it succeeds; trying again, and repeating this message every {} s: {}",
                    failuresInARow,
                    REMIND.toSeconds(),
                    e.toString());
            log.debug("Could not look for topics and partitions", e);
        }
    }

    /** The topics that were found now, and those that were found before and do not count as gone yet. */
    private List<InputTopic> believable(List<InputTopic> found) {
        Map<String, InputTopic> byName =
                found.stream().collect(Collectors.toMap(InputTopic::name, Function.identity()));
        List<InputTopic> kept = new ArrayList<>();
        Set<String> doubted = new HashSet<>();
        long nowMs = clock.millis();
        for (InputTopic known : topics) {
            if (isLess(byName.get(known.name()), known)) {
                doubted.add(known.name());
                long sinceMs = doubtedSinceMs.computeIfAbsent(known.name(), first -> nowMs);
                if (nowMs - sinceMs < doubt.toMillis()) {
                    kept.add(known);
                }
            }
        }
        doubtedSinceMs.keySet().retainAll(doubted);
        if (kept.isEmpty()) {
            return found;
        }
        log.info("Looking again in {} ms, as not all of {} was found", doubt.toMillis(), kept);
        if (!isSecondLookPlanned) {
            background.schedule(this::lookAgain, doubt);
            isSecondLookPlanned = true;
        }
        kept.forEach(known -> byName.put(known.name(), known));
        List<InputTopic> merged = new ArrayList<>();
        topics.forEach(known -> merged.addAll(removed(byName, known.name())));
        found.forEach(other -> merged.addAll(removed(byName, other.name())));
        return merged;
    }

    private static boolean isLess(@Nullable InputTopic found, InputTopic known) {
        return found == null || (found.id().equals(known.id()) && found.partitions() < known.partitions());
    }

    private static List<InputTopic> removed(Map<String, InputTopic> topics, String name) {
        InputTopic topic = topics.remove(name);
        return topic == null ? List.of() : List.of(topic);
    }
}
