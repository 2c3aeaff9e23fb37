/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.schedule.Refusal;

/** What becomes of a message that failed. */
sealed interface Verdict {

    /**
     * It is tried again.
     *
     * @param attempt the number of that retry, from 1
     * @param dueMs when, epoch ms
     */
    record Again(int attempt, long dueMs) implements Verdict {}

    /** It comes to rest. */
    record Rest(Refusal refusal) implements Verdict {}
}
