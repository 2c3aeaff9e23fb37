/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import java.util.function.Supplier;

/**
 * The reply to a request.
 *
 * @param batch empty if the request was a check
 * @param ordinal of the batch among all that were sent, from 1; 0 for a check
 * @param sentMs the time at which it was sent
 * @param response to be asked once, by the task's thread
 */
record Reply(Batch batch, long ordinal, long sentMs, Supplier<Response> response) {

    boolean isToACheck() {
        return batch.isEmpty();
    }
}
