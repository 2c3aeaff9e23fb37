/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * How long a record that says when it is due may have to wait, counted from when it is first read.
 *
 * @param key the configuration key that says so
 * @param longestMs not below 0
 */
public record Limit(String key, long longestMs) {

    Refusal exceededBy(long waitMs) {
        return new Refusal(
                Reason.DELAY_TOO_LONG, "is due " + waitMs + " ms from now, beyond " + key + " of " + longestMs + " ms");
    }
}
