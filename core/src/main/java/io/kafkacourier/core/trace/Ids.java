/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Creates ids: UUIDv7 (RFC 9562, section 5.7) for messages, events and traces, and random ids for spans. UUIDs of one
 * instance ascend: within a millisecond, and when the clock steps back, the 12 bits after the version are incremented,
 * and overflow into the timestamp (section 6.2). Safe for use by several threads.
 */
public final class Ids {

    private static final int COUNTER_BITS = 12;
    private static final long COUNTER_MASK = (1L << COUNTER_BITS) - 1;
    /** The largest start of the counter in a new millisecond; the upper half is left for increments. */
    private static final long COUNTER_START_MASK = COUNTER_MASK >> 1;

    private static final long VERSION = 7L << COUNTER_BITS;
    private static final long VARIANT = 0b10L << 62;

    private final Clock clock;
    private final LongSupplier random;
    /** Milliseconds and counter of the last UUID. */
    private final AtomicLong last = new AtomicLong();

    /** @param random returns 64 random bits; called by every thread that creates ids */
    public Ids(Clock clock, LongSupplier random) {
        this.clock = clock;
        this.random = random;
    }

    /** Creates ids with the system clock. */
    public static Ids system() {
        return new Ids(Clock.systemUTC(), () -> ThreadLocalRandom.current().nextLong());
    }

    /** A UUIDv7 with dashes, lower case: the form of {@code message_id} and {@code event_id}. */
    public String uuid() {
        return new UUID(nextHigh(), low()).toString();
    }

    /** A random span id, never zero. */
    long span() {
        long bits = random.getAsLong();
        while (bits == 0) {
            bits = random.getAsLong();
        }
        return bits;
    }

    /** The first half of the next UUIDv7. */
    long nextHigh() {
        long start = (clock.millis() << COUNTER_BITS) | (random.getAsLong() & COUNTER_START_MASK);
        long next = last.updateAndGet(previous -> isSameOrLaterMillisecond(previous, start) ? previous + 1 : start);
        return ((next & ~COUNTER_MASK) << 4) | VERSION | (next & COUNTER_MASK);
    }

    /** The second half of a UUIDv7, whose last 7 bytes are random. */
    long low() {
        return (random.getAsLong() >>> 2) | VARIANT;
    }

    private static boolean isSameOrLaterMillisecond(long previous, long start) {
        return previous >> COUNTER_BITS >= start >> COUNTER_BITS;
    }
}
