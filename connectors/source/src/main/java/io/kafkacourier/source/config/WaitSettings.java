/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import io.kafkacourier.schedule.Ladder;
import java.util.Map;

/**
 * How long messages wait, and in which tiers.
 *
 * @param longestKey the key that sets the longest wait
 * @param longestMs the longest wait, in milliseconds
 * @param ladder the tiers for waits beyond the horizon
 * @param staysMs how long messages stay in an input, in milliseconds, by input; inputs without such a stay are left out
 * @param countedAttempts how many attempts the metrics count one by one; 0 if there are none
 */
public record WaitSettings(
        String longestKey, long longestMs, Ladder ladder, Map<String, Long> staysMs, int countedAttempts) {

    public WaitSettings {
        staysMs = Map.copyOf(staysMs);
    }

    /** How long messages stay in an input, in milliseconds; 0 if they do not. */
    public long stayMs(String input) {
        return staysMs.getOrDefault(input, 0L);
    }
}
