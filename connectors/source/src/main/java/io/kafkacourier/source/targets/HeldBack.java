/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.core.log.Reminder;
import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.kafka.metrics.MetricPublisher;
import io.kafkacourier.source.metrics.SourceMetric;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs messages that are held back because their target accepts none at the moment. Safe for use by several
 * threads.
 */
public final class HeldBack {

    private static final Logger log = LoggerFactory.getLogger(HeldBack.class);

    private static final Set<Obstacle> OBSTACLES = EnumSet.complementOf(EnumSet.of(Obstacle.OTHER));

    /** A message is tried again within about a minute, so a target that still accepts none is counted again by then. */
    private static final Duration COUNTED = Duration.ofSeconds(90);

    private static final int MOST_COUNTED = 10_000;

    private final Clock clock;
    private final Reminder reminder;
    private final Map<Obstacle, LongAdder> totals = new EnumMap<>(Obstacle.class);
    /** When the last message for each target was held back, epoch ms; the oldest come first. */
    private final Map<String, Long> targets = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_COUNTED;
        }
    };

    /** Starts without held-back messages. */
    public HeldBack(Clock clock) {
        this.clock = clock;
        this.reminder = new Reminder(Duration.ofMinutes(1), clock);
        OBSTACLES.forEach(obstacle -> totals.put(obstacle, new LongAdder()));
    }

    /** Notes that a message is held back. */
    public void add(String target, Obstacle obstacle) {
        LongAdder total = totals.get(obstacle);
        if (total != null) {
            total.increment();
        }
        synchronized (targets) {
            targets.remove(target);
            targets.put(target, clock.millis());
        }
        if (obstacle != Obstacle.UNCONFIRMED && reminder.isDue(obstacle.name())) {
            log.warn(
                    "Messages for the topic {} are held back: it {}; they are tried again within a minute. Number of"
                            + " topics with such messages: {}",
                    target,
                    obstacle.text(),
                    waiting());
        }
    }

    /** Publishes the metrics. */
    public void publish(MetricPublisher publisher) {
        totals.forEach((obstacle, total) ->
                publisher.publish(SourceMetric.HELD_BACK.metric(), obstacle.tagValue(), total::sum));
        publisher.publish(SourceMetric.WAITING_TARGETS.metric(), this::waiting);
    }

    /** The number of targets for which messages were held back recently. */
    public int waiting() {
        long nowMs = clock.millis();
        synchronized (targets) {
            targets.values().removeIf(sinceMs -> Math.abs(nowMs - sinceMs) > COUNTED.toMillis());
            return targets.size();
        }
    }
}
