/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until it is set. */
public final class MutableClock extends Clock {

    private long nowMs;

    public MutableClock(long nowMs) {
        this.nowMs = nowMs;
    }

    public void set(long ms) {
        nowMs = ms;
    }

    public void advance(long ms) {
        nowMs += ms;
    }

    @Override
    public long millis() {
        return nowMs;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(nowMs);
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
