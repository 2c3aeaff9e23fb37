/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs that records could not be routed, and the consequence. The first failure is logged at once. Later failures are
 * counted, and logged at most once a minute, when the next record fails. The content of records is never logged. Safe
 * for use by several threads.
 */
public final class FailureLog {

    private static final Logger log = LoggerFactory.getLogger(FailureLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private long nextNanos;
    private long unsaid;

    public FailureLog() {
        this(System::nanoTime);
    }

    FailureLog(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.nextNanos = nanoTime.getAsLong();
    }

    /**
     * Counts a record, and logs it if it is time.
     *
     * @param topic the record's topic
     * @param consequence what happens to the record, as the end of a sentence
     */
    public synchronized void failed(String topic, Decision.Failed failed, String consequence) {
        unsaid++;
        long now = nanoTime.getAsLong();
        if (now - nextNanos >= 0) {
            log.warn(
                    "{} could not be routed: {}{}, and {}",
                    unsaid == 1 ? "A record of " + topic : unsaid + " records, the last of " + topic + ",",
                    failed.reason(),
                    failed.rule() == null ? "" : " in rule " + failed.rule(),
                    consequence);
            unsaid = 0;
            nextNanos = now + INTERVAL_NANOS;
        }
    }

    /** How many records were counted since the last log line. */
    synchronized long unsaid() {
        return unsaid;
    }
}
