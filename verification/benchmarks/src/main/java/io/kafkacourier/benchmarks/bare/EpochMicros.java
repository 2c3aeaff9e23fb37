/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The wall clock in microseconds, which all processes on a machine share. */
public final class EpochMicros {

    private EpochMicros() {}

    /** Microseconds since the epoch. */
    public static long now() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toMicros(now.getEpochSecond()) + TimeUnit.NANOSECONDS.toMicros(now.getNano());
    }
}
