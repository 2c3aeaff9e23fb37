/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A background job that is run again and again, and whose failures stop nothing: they are counted, and each kind is logged
 * when it first happens and then at most every {@link #REMIND}. Run by one thread, read by any.
 */
public final class MaintenanceJob {

    static final Duration REMIND = Duration.ofMinutes(10);

    private static final Logger log = LoggerFactory.getLogger(MaintenanceJob.class);

    private final String name;
    private final String purpose;
    private final Runnable work;
    private final Clock clock;
    private final Map<Class<?>, Long> loggedMs = new HashMap<>();
    private volatile long failures;
    private volatile long succeededMs;

    /**
     * @param name the value of its tag in metrics
     * @param purpose what it does, in a few words that follow "could not"
     */
    MaintenanceJob(String name, String purpose, Runnable work, Clock clock) {
        this.name = name;
        this.purpose = purpose;
        this.work = work;
        this.clock = clock;
        this.succeededMs = clock.millis();
    }

    /** The value of its tag in metrics. */
    public String name() {
        return name;
    }

    /** How often it has failed. */
    public long failures() {
        return failures;
    }

    /** How long ago it last succeeded, or was begun with, in milliseconds. */
    public long ageMs() {
        return Math.max(0, clock.millis() - succeededMs);
    }

    /**
     * Runs it once. Whatever it throws, even an error, is counted and logged, and keeps no other job from running.
     *
     * @throws InterruptException if the thread was interrupted
     */
    void run() {
        try {
            work.run();
            succeededMs = clock.millis();
        } catch (InterruptException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    // Only one thread runs it, so that nobody else counts.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void failed(Throwable e) {
        failures++;
        if (isToBeLogged(e.getClass())) {
            log.warn(
                    "Could not {}; trying again every few seconds, and saying so every {} minutes: {}",
                    purpose,
                    REMIND.toMinutes(),
                    e.toString());
            log.debug("Could not {}", purpose, e);
        }
    }

    /** Whether a kind of failure was not logged lately. */
    boolean isToBeLogged(Class<?> kind) {
        long nowMs = clock.millis();
        Long lastMs = loggedMs.get(kind);
        if (lastMs != null && Math.abs(nowMs - lastMs) < REMIND.toMillis()) {
            return false;
        }
        loggedMs.put(kind, nowMs);
        return true;
    }
}
