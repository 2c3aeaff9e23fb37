/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * The longest wait that a message may have, counted from when it is first read.
 *
 * @param key the configuration key that sets it
 * @param longestMs in milliseconds, not below 0
 */
public record Limit(String key, long longestMs) {

    private static final String HORIZON = "horizon";

    /** The limit if there are no tiers: nothing waits longer than the horizon. */
    static Limit ofHorizon(long horizonMs) {
        return new Limit(HORIZON, horizonMs);
    }

    /** Whether it is the horizon that limits, since there are no tiers. */
    public boolean isHorizon() {
        return key.equals(HORIZON);
    }
}
