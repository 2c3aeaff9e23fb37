/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that does not move until it is set. */
public final class MutableClock extends Clock {

    private final AtomicLong now;

    public MutableClock(long nowMs) {
        this.now = new AtomicLong(nowMs);
    }

    public void set(long ms) {
        now.set(ms);
    }

    public void advance(long ms) {
        now.addAndGet(ms);
    }

    @Override
    public long millis() {
        return now.get();
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("only UTC");
    }
}
