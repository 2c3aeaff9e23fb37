/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.admin.Obstacle;
import io.kafkacourier.source.targets.BlockedException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs why a task cannot go on for the moment: each cause when it first occurs, and then every {@link #REMIND} with the
 * number of times it occurred. A cause is the text of a failure. {@value #CAPACITY} causes are tracked at a time, and
 * further ones are counted together. For one thread at a time.
 */
final class RetriableFailures {

    static final Duration REMIND = Duration.ofMinutes(1);
    static final int CAPACITY = 10;

    private static final Logger log = LoggerFactory.getLogger(RetriableFailures.class);

    private static final String OTHERS = "Further causes keep the task from going on";

    private final Clock clock;
    private final Map<String, Repeats> causes = new HashMap<>();

    RetriableFailures(Clock clock) {
        this.clock = clock;
    }

    /** When a cause was last logged, epoch ms, and how often it occurred since. */
    private record Repeats(long loggedMs, long count) {

        private boolean isToBeLogged(long nowMs) {
            return Math.abs(nowMs - loggedMs) >= REMIND.toMillis();
        }
    }

    /** Notes a failure; its stack trace is logged at DEBUG whenever its cause is logged. */
    void add(RuntimeException failure) {
        String line = line(failure);
        if (line != null) {
            log.warn(line);
            log.debug("The task cannot go on for the moment", failure);
        }
    }

    /**
     * Notes a failure, and returns the line to log; null if its cause was logged within {@link #REMIND}, or will be known
     * in a moment.
     */
    @Nullable
    String line(RuntimeException failure) {
        if (failure instanceof BlockedException blocked && blocked.obstacle() == Obstacle.UNCONFIRMED) {
            return null;
        }
        long nowMs = clock.millis();
        String cause = known(text(failure), nowMs);
        Repeats repeats = causes.get(cause);
        if (repeats != null && !repeats.isToBeLogged(nowMs)) {
            causes.put(cause, new Repeats(repeats.loggedMs(), repeats.count() + 1));
            return null;
        }
        causes.put(cause, new Repeats(nowMs, 0));
        return repeats == null
                ? "The task cannot go on for the moment and keeps trying: " + cause
                : "The task still cannot go on and keeps trying, " + (repeats.count() + 1)
                        + " times since this was last logged: " + cause;
    }

    /** The cause under which a text is counted; causes that have not occurred for a while make room. */
    private String known(String text, long nowMs) {
        if (causes.containsKey(text)) {
            return text;
        }
        causes.values().removeIf(repeats -> repeats.isToBeLogged(nowMs));
        return causes.size() < CAPACITY ? text : OTHERS;
    }

    private static String text(RuntimeException failure) {
        Throwable cause = failure.getCause();
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return cause == null ? message : message + " (" + cause + ")";
    }
}
