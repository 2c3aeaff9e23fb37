/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.source.message.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a message that failed.
 *
 * @param attempt the number of the retry to come, from 1; 0 where there is none
 * @param dueMs when that is due, epoch ms; 0 where there is none
 * @param rest why there is none; null where there is one
 */
record Verdict(int attempt, long dueMs, @Nullable Refusal rest) {

    Verdict {
        if ((rest == null) != (attempt > 0)) {
            throw new IllegalArgumentException("attempt " + attempt + " must be above 0, or there be a reason why not");
        }
    }

    /** It is tried again. */
    static Verdict again(int attempt, long dueMs) {
        return new Verdict(attempt, dueMs, null);
    }

    /** It comes to rest. */
    static Verdict rest(Refusal refusal) {
        return new Verdict(0, 0, refusal);
    }
}
