/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.source.message.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * The decision about a failed message.
 *
 * @param attempt the number of the next retry, from 1; 0 if there is none
 * @param dueMs when the retry is due, epoch ms; 0 if there is none
 * @param rest why there is no retry; null if there is one
 */
record Verdict(int attempt, long dueMs, @Nullable Refusal rest) {

    Verdict {
        if ((rest == null) != (attempt > 0)) {
            throw new IllegalArgumentException("attempt " + attempt + " must be above 0, unless there is a refusal");
        }
    }

    /** It is tried again. */
    static Verdict again(int attempt, long dueMs) {
        return new Verdict(attempt, dueMs, null);
    }

    /** It goes to the dead letter topic. */
    static Verdict rest(Refusal refusal) {
        return new Verdict(0, 0, refusal);
    }
}
