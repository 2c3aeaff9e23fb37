/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import org.jspecify.annotations.Nullable;

/**
 * A message that failed, and its story so far, whoever told it.
 *
 * @param origin where the message first was; where that is not known, where it is now
 * @param isOriginKnown whether somebody said where it first was
 * @param retries how often it was tried again, over its whole life
 * @param redrives how often it was redriven
 * @param granted how many retries there may be in all, as somebody said when it was tried again or redriven; 0 where nobody
 *     did
 * @param story whether it carries our count
 * @param failureMs when it failed, epoch ms
 * @param firstFailureMs when it failed first, epoch ms
 * @param fault what went wrong now
 * @param firstClass the class of the error of its first failure; null where that is not known
 * @param firstMessage what that said; null where that is not known
 * @param history its last failures, this one among them
 * @param isGivenUp whether whoever wrote it asks for no further attempt
 */
public record Failure(
        Origin origin,
        boolean isOriginKnown,
        int retries,
        int redrives,
        int granted,
        Story story,
        long failureMs,
        long firstFailureMs,
        Fault fault,
        @Nullable String firstClass,
        @Nullable String firstMessage,
        History history,
        boolean isGivenUp) {

    public Failure {
        if (retries < 0 || redrives < 0 || granted < 0 || firstFailureMs < 0 || failureMs < firstFailureMs) {
            throw new IllegalArgumentException("retries " + retries + ", redrives " + redrives + " and granted "
                    + granted + " must not be below 0, and failure " + failureMs + " not before the first of "
                    + firstFailureMs);
        }
    }

    /** The same message, redriven once more. */
    public Failure redriven() {
        return new Failure(
                origin,
                isOriginKnown,
                retries,
                redrives + 1,
                granted,
                story,
                failureMs,
                firstFailureMs,
                fault,
                firstClass,
                firstMessage,
                history,
                isGivenUp);
    }
}
