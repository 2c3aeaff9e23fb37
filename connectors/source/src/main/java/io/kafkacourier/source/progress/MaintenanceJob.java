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
 * A job that is repeated in the background, and whose failure stops nothing else. Failures are counted, and each kind is
 * logged when it first occurs and then at most every {@link #REMIND}. One thread runs it; any thread may read its state.
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
     * @param name its name in metrics
     * @param purpose what it does, in a few words that follow "could not"
     */
    MaintenanceJob(String name, String purpose, Runnable work, Clock clock) {
        this.name = name;
        this.purpose = purpose;
        this.work = work;
        this.clock = clock;
        this.succeededMs = clock.millis();
    }

    /** Its name in metrics. */
    public String name() {
        return name;
    }

    /** How often it failed. */
    public long failures() {
        return failures;
    }

    /** How long ago it last succeeded, or was created, in milliseconds. */
    public long ageMs() {
        return Math.max(0, clock.millis() - succeededMs);
    }

    /**
     * Runs it once. Counts and logs every exception and error, because a thrown one would end the rounds for good.
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

    // Only one thread runs it, so no other thread counts.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void failed(Throwable e) {
        failures++;
        if (isToBeLogged(e.getClass())) {
            log.warn(
                    "Could not {}; trying again every few seconds, and repeating this message every {} minutes: {}",
                    purpose,
                    REMIND.toMinutes(),
                    e.toString());
            log.debug("Could not {}", purpose, e);
        }
    }

    /** Whether a kind of failure was not logged recently. */
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
