/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import org.jspecify.annotations.Nullable;

/**
 * A failed message and its failure history, from headers of any known writer.
 *
 * @param origin the first position of the message, or its current position if the first is not known
 * @param isOriginKnown whether a header names the first position
 * @param retries how often it was tried again, over its whole life
 * @param redrives how often it was redriven
 * @param granted how many retries there may be in all, from the header of a retry or redrive; 0 if there is none
 * @param story whether it carries the connector's own count
 * @param failureMs when it failed, epoch ms
 * @param firstFailureMs when it failed first, epoch ms
 * @param fault the latest error
 * @param firstClass the error class of its first failure; null if it is not known
 * @param firstMessage the error message of its first failure; null if it is not known
 * @param history its last failures, including this one
 * @param isGivenUp whether the writer asks for no further attempt
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
