/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * A queue in which every message stays for the same time, so that messages leave it in the order in which they entered it.
 *
 * @param seconds its name
 * @param residenceMs how long a message stays, in milliseconds
 */
public record Tier(long seconds, long residenceMs) {

    /** The longest stay, about 31 years; longer waits take several stays. */
    public static final long MAX_SECONDS = 1_000_000_000;

    public Tier {
        if (residenceMs <= 0 || seconds > MAX_SECONDS || residenceMs > seconds * 1_000) {
            throw new IllegalArgumentException("the residence of " + residenceMs + " ms in the tier of " + seconds
                    + " s must be above 0 and at most the seconds in its name");
        }
    }
}
